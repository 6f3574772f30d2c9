"""CDISC Dataset-JSON 1.1 and 1.0: .json, .ndjson, and either of them compressed (.dsjc, .gz).

A record that does not fit the columns, or whose line is no JSON, costs itself where the file has as many records as its header says.
Source: CDISC Dataset-JSON Specification 1.0 and 1.1 and Compressed Dataset-JSON Specification 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack
from transforms.readers.datasets import chosen_datasets
from transforms.readers.sheet import Sheet, build_sheet, with_nested
from transforms.readers.workbook.worksheet import NOT_KNOWN

# A number of more digits measures nothing, and 1e999999 written out would fill the memory.
LARGEST_EXPONENT = 400


def _no_number(_: str) -> NoReturn:
    raise ValueError


DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)


@dataclass(frozen=True)
class _Dataset:
    """A dataset: its name, its column names, its records as they stand, a damaged one as _DAMAGED, and how many its header says."""

    name: str
    header: list[str]
    records: list[Any]
    said: Any


# Stands for a line nobody can read.
_DAMAGED = object()


def read_dataset_json(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The file's datasets that a mapping names, each under its name; each row bears the position of its record.

    Raises
    ------
    DataRejected: not Dataset-JSON 1.1 or 1.0, cut short, or most records do not fit the columns.
    """
    text = _text(path.name, unpack(path.name, path.read_bytes()))
    try:
        about, end = DECODER.raw_decode(text)
        datasets = _datasets(path.name, about, text[end:])
    except json.JSONDecodeError as fault:
        line = (
            f"whole JSON of a dataset, or one of its records a line; it is damaged or cut short in line {fault.lineno}"
        )
        raise _rejected(path.name, line) from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise _rejected(path.name, "whole JSON of a dataset, or one of its records a line") from None
    for dataset in datasets:
        if len(dataset.records) != dataset.said:
            raise _rejected(path.name, f"as many records as its header says; found {len(dataset.records)}")
    chosen = chosen_datasets(path.name, mapping, [dataset.name for dataset in datasets])
    return [_sheet(path.name, datasets[at], mapping) for at in chosen]


def _rejected(file: str, expected: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected Dataset-JSON 1.1 with {expected}; export it again and send the complete file"
    )


def _datasets(file: str, about: Any, lines: str) -> list[_Dataset]:
    """The datasets of a file: one in version 1.1, with its records in it or a line each; by item group in version 1.0."""
    if not isinstance(about, dict):
        raise _rejected(file, "its datasetJSONVersion")
    version = str(about.get("datasetJSONVersion", ""))
    if version.startswith("1.0") and not lines.strip():
        groups = [(about.get(part) or {}).get("itemGroupData") or {} for part in ("clinicalData", "referenceData")]
        return [_of_group(one) for group in groups for one in group.values()]
    if not version.startswith("1.1"):
        raise _rejected(file, "its datasetJSONVersion")
    columns = about.get("columns")
    if not columns or not isinstance(about.get("rows") or [], list):
        raise _rejected(file, "columns and rows")
    header = [str(column.get("name") or column["itemOID"]) for column in columns]
    records = list(chain(about.get("rows") or [], _lines(lines)))
    return [_Dataset(str(about.get("name", "")), header, records, about.get("records"))]


def _of_group(group: Any) -> _Dataset:
    header = [str(item.get("name") or item["OID"]) for item in group["items"]]
    return _Dataset(str(group.get("name", "")), header, list(group["itemData"]), group.get("records"))


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _rejected(file, "text in UTF-8") from None


def _lines(text: str) -> Iterator[Any]:
    """The record of each line; the last one has to be whole, or the file was cut there."""
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines, start=1):
        try:
            yield DECODER.decode(line)
        except (ValueError, ArithmeticError, RecursionError):
            if number == len(lines):
                raise ValueError from None
            yield _DAMAGED


def _sheet(file: str, dataset: _Dataset, mapping: FileMapping) -> Sheet:
    """The dataset with the records that fit its columns, and the numbers of the others."""
    names, records = dataset.header, list(enumerate(dataset.records, start=1))
    damaged = tuple(number for number, record in records if record is _DAMAGED)
    whole = [(number, _values(names, record)) for number, record in records if record is not _DAMAGED]
    ragged = [number for number, values in whole if values is None]
    rows = [(number, values) for number, values in whole if values is not None]
    if (odd := sorted((*damaged, *ragged))) and 2 * len(odd) > len(records):
        raise DataRejected(
            f"{file} row {odd[0]}: expected {len(names)} values as there are columns; {len(odd)} of {len(records)} rows have others or are "
            "no JSON; export it again"
        )
    cells = [(number, [_cell(value) for value in values]) for number, values in rows]
    built = replace(build_sheet(file, dataset.name, names, cells, ragged), damaged=damaged)
    return with_nested(built, _nested(built.header, rows), mapping)


def _nested(header: list[str], rows: Iterable[tuple[int, list[Any]]]) -> dict[str, list[int]]:
    """By column the rows in which a list or an object stands for a value."""
    found: dict[str, list[int]] = {}
    for number, values in rows:
        for name, value in zip(header, values, strict=False):
            if isinstance(value, list | dict):
                found.setdefault(name, []).append(number)
    return found


def _values(header: list[str], record: Any) -> list[Any] | None:
    """A record's values: an array in the order of the columns, or an object by their names; None where it is neither."""
    if isinstance(record, dict):
        return [record.get(name) for name in header] if set(record) <= set(header) else None
    return record if isinstance(record, list) and len(record) == len(header) else None


def _cell(value: Any) -> str:
    """Text as it stands, which is how decimals come; numbers in their shortest text."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return NOT_KNOWN
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, Decimal) or abs(value.adjusted()) > LARGEST_EXPONENT:
        return str(value)
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
