"""CDISC Dataset-JSON 1.1: .json, .ndjson, and either of them compressed (.dsjc, .gz).

Source: CDISC Dataset-JSON Specification 1.1 and Compressed Dataset-JSON Specification 1.1. Version 1.0 has another
layout and is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack
from transforms.readers.datasets import chosen_datasets
from transforms.readers.sheet import Sheet, build_sheet

# A number of more digits measures nothing, and 1e999999 written out would fill the memory.
LARGEST_EXPONENT = 400


def _no_number(_: str) -> NoReturn:
    raise ValueError


DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)


def read_dataset_json(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The file's one dataset, under its name; each row bears the position of its record.

    Raises
    ------
    DataRejected: not Dataset-JSON 1.1, cut short, or a record does not fit the columns.
    """
    text = _text(path.name, unpack(path.name, path.read_bytes()))
    try:
        about, end = DECODER.raw_decode(text)
        header = _header(path.name, about)
        records = list(chain(about.get("rows") or [], _lines(text[end:])))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise _rejected(path.name, "whole JSON of a dataset, or one of its records a line") from None
    if len(records) != about.get("records"):
        raise _rejected(path.name, f"as many records as its header says; found {len(records)}")
    rows = [(number, _cells(path.name, number, header, found)) for number, found in enumerate(records, start=1)]
    name = str(about.get("name", ""))
    return [build_sheet(path.name, name, header, rows) for _ in chosen_datasets(path.name, mapping, [name])]


def _rejected(file: str, expected: str) -> DataRejected:
    return DataRejected(f"{file}: expected Dataset-JSON 1.1 with {expected}; export it anew and send it whole")


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _rejected(file, "text in UTF-8") from None


def _header(file: str, about: Any) -> list[str]:
    """Column names in order, once the file has said that it is of version 1.1."""
    if not isinstance(about, dict) or not str(about.get("datasetJSONVersion", "")).startswith("1.1"):
        raise _rejected(file, "its datasetJSONVersion")
    columns = about.get("columns")
    if not columns or not isinstance(about.get("rows") or [], list):
        raise _rejected(file, "columns and rows")
    return [str(column.get("name") or column["itemOID"]) for column in columns]


def _lines(text: str) -> Iterator[Any]:
    return (DECODER.decode(line) for line in text.split("\n") if line.strip())


def _cells(file: str, number: int, header: list[str], record: Any) -> list[str]:
    """A record's cells: an array in the order of the columns, or an object by their names."""
    values = [record.get(name) for name in header] if isinstance(record, dict) else record
    known = not isinstance(record, dict) or set(record) <= set(header)
    if not isinstance(values, list) or len(values) != len(header) or not known:
        raise DataRejected(f"{file} row {number}: expected {len(header)} values as there are columns; export it anew")
    for name, value in zip(header, values, strict=True):
        if isinstance(value, list | dict):
            raise DataRejected(f"{file} row {number} {name}: expected a plain value; found a list; export it anew")
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """Text as it stands, which is how decimals come; numbers in their shortest text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, Decimal) or abs(value.adjusted()) > LARGEST_EXPONENT:
        return str(value)
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
