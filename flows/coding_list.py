"""The coding list of a trial's adverse events: a CSV file beside its protocol, so that a licensed dictionary stays where its license is."""

from __future__ import annotations

import csv
from pathlib import Path

from schemas.errors import UsageError
from schemas.protocol import Protocol
from schemas.protocol.adverse_events import CodedEvent, check_coding

COLUMNS = ("text", "term", "organ_class")
# What tables print in Chinese; without them the terms stand as they are.
IN_CHINESE = {"term_zh": "term", "organ_class_zh": "organ_class"}


def with_coding(protocol: Protocol, folder: Path) -> Protocol:
    """The protocol of a study's folder with the list its file names; as it is where it names none.

    Raises
    ------
    UsageError: the file is missing, or holds something else than a coding list.
    """
    stated = protocol.adverse_events
    if stated is None or not isinstance(stated.coding, str):
        return protocol
    path = folder / "coding" / stated.coding
    if path.parent != folder / "coding" or path.suffix != ".csv":
        raise UsageError(
            f"{folder / 'protocol.yaml'} adverse_events.coding: expected the name of a .csv file in {folder / 'coding'}; "
            f"found {stated.coding}"
        )
    rows = _rows(path)
    coded = [CodedEvent(**{name: row[name] for name in COLUMNS}) for row in rows]
    try:
        check_coding(coded)
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    in_chinese = {row[name]: row[zh] for row in rows for zh, name in IN_CHINESE.items() if row.get(zh)}
    translations = {**protocol.translations, "zh": {**in_chinese, **protocol.translations.get("zh", {})}}
    return protocol.model_copy(
        update={
            "adverse_events": stated.model_copy(update={"coding": coded}),
            **({"translations": translations} if in_chinese else {}),
        }
    )


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of the file, cells without blanks around them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            header = [(name or "").strip() for name in lines.fieldnames or ()]
            lines.fieldnames = header
            found = [(lines.line_num, row) for row in lines]
    except FileNotFoundError:
        raise UsageError(f"{path}: file not found") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: expected text in UTF-8; save it so in your editor") from None
    except (OSError, csv.Error) as error:
        raise UsageError(f"{path}: could not be read ({error})") from None
    if unknown := sorted({*header} - {*COLUMNS, *IN_CHINESE}):
        raise UsageError(
            f"{path}: expected the columns {', '.join((*COLUMNS, *IN_CHINESE))}; found {', '.join(unknown)}"
        )
    if lacking := [name for name in COLUMNS if name not in header]:
        raise UsageError(f"{path}: expected the columns {', '.join(COLUMNS)}; {', '.join(lacking)} not found")
    for number, row in found:
        if None in row or any(not (row[name] or "").strip() for name in COLUMNS):
            raise UsageError(f"{path} line {number}: expected {', '.join(COLUMNS)}, each filled, and no further cell")
    return [{name: (cell or "").strip() for name, cell in row.items()} for _, row in found]
