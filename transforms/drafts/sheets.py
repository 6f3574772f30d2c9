"""The sheets of an export with the row their header stands in: titles and blank lines above it, headers of two rows, empty sheets.

A file is read with one row after the other as its header, and the row is kept whose names say most. Belongs here: which
row it is. What a name says is in words, how a file is read is the readers' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import Feed, FileFormat, FileMapping, SheetMapping
from schemas.mapping.files import LABELLED, WITH_HEADER_ROW, WITH_HEADER_ROWS
from transforms.drafts.words import is_personal, meaning_of
from transforms.readers import Sheet, read_file
from transforms.readers.datasets import EVERY_SHEET

LAST_HEADER_ROW = 8
# A larger file is not read sixteen times over.
LARGE, LAST_HEADER_ROW_OF_LARGE = 20 * 2**20, 2
# As readers call a column without a header, and one of a name that was there before.
UNNAMED = re.compile(r"^column \d+$")
NO_NAME = re.compile(r"^[\d\s.,:/年月日%-]*$")
ENOUGH = 0.6


@dataclass(frozen=True)
class FoundSheet:
    """A sheet and the rows of its header."""

    sheet: Sheet
    header_row: int = 1
    header_rows: int = 1


def read_sheets(path: Path, file_format: FileFormat) -> tuple[list[FoundSheet], list[str]]:
    """The sheets of a file, and of those left out a sentence each.

    Raises
    ------
    schemas.errors.DataRejected: none can be read.
    """
    found, left_out, refusals = [], [], []
    for name in _names(path, file_format):
        try:
            best = _best(path, file_format, name)
        except DataRejected as refusal:
            refusals.append(refusal)
            left_out.append(f"{name}: left out: {refusal}")
            continue
        if best.sheet.header and (best.sheet.frame.height or len(best.sheet.header) > 1):
            found.append(best)
        else:
            left_out.append(f"{best.sheet.name or name}: left out, it holds no table")
    if not found:
        raise refusals[0] if refusals else DataRejected(f"{path.name}: expected a table; it holds none")
    return found, left_out


def _names(path: Path, file_format: FileFormat) -> list[str | None]:
    """What to ask for, one after the other: an empty sheet of a workbook must not hide the others."""
    if file_format in WITH_HEADER_ROW - {"excel"}:
        return [None]
    try:
        found = [sheet.name or None for sheet in read_file(path, _asking(file_format, EVERY_SHEET))]
    except DataRejected:
        if file_format != "excel":
            raise
        found = []
    if file_format != "excel":
        return found
    return list(dict.fromkeys([*found, *_sheets_of_workbook(path)])) or [EVERY_SHEET]


def _sheets_of_workbook(path: Path) -> list[str]:
    """What calamine knows of; none where it can't read the file, of which the reader tells what is wrong."""
    from python_calamine import load_workbook

    try:
        with load_workbook(str(path)) as workbook:
            return list(workbook.sheet_names)
    except Exception:  # noqa: BLE001 - see above
        return []


def _best(path: Path, file_format: FileFormat, name: str | None) -> FoundSheet:
    if file_format not in WITH_HEADER_ROW:
        sheets = read_file(path, _asking(file_format, EVERY_SHEET))
        return FoundSheet(next(sheet for sheet in sheets if (sheet.name or None) == name))
    found, refusal = [], None
    last = LAST_HEADER_ROW_OF_LARGE if path.stat().st_size > LARGE else LAST_HEADER_ROW
    for row, rows in _headers(file_format, last):
        try:
            sheet = read_file(path, _asking(file_format, name, row, rows))[0]
        except DataRejected as error:
            refusal = refusal or error
            continue
        found.append(FoundSheet(sheet, row, rows))
        if (row, rows) == (1, 1) and _is_plain(sheet):
            break
    if not found:
        raise refusal or DataRejected(f"{path.name}: expected a table; found none")
    return max(found, key=_says)


def _headers(file_format: FileFormat, last: int) -> Iterator[tuple[int, int]]:
    for row in range(1, last + 1):
        yield row, 1
        if file_format in WITH_HEADER_ROWS:
            yield row, 2


def _is_plain(sheet: Sheet) -> bool:
    """Whether the first row is a header beyond doubt: every column has a name of its own, and several are known."""
    odd = [name for name in sheet.header if UNNAMED.match(name) or NO_NAME.match(name) or "#" in name]
    return not odd and _known(sheet) >= min(2, len(sheet.header))


def _says(found: FoundSheet) -> tuple[float, ...]:
    """How much of a header these rows are: names that are known, then names at all; of equals the one of fewer rows, then the first."""
    header = found.sheet.header
    named = [name for name in header if not UNNAMED.match(name) and not NO_NAME.match(name)]
    share = len(named) / len(header) if header else 0
    return (_known(found.sheet) if share >= ENOUGH else 0, round(share, 1), -found.header_rows, -found.header_row)


def _known(sheet: Sheet) -> int:
    """Names that say what they are, each thing once: a table read one row too low repeats none of them."""
    meanings = {meaning_of(name) or (name if is_personal(name) else None) for name in sheet.header}
    return len(meanings - {None})


def _asking(file_format: FileFormat, name: str | None, row: int = 1, rows: int = 1) -> FileMapping:
    """A mapping that asks for a sheet as it is."""
    feed = Feed.model_construct(domain="subject", columns={})
    sheet = SheetMapping.model_construct(sheet=name, header_row=row, header_rows=rows, feeds=[feed])
    return FileMapping.model_construct(match="*", format=file_format, sheets=[sheet], labels=file_format in LABELLED)
