"""Text with tabs or commas that is named a workbook, as Excel opens it: one sheet, by the reader of delimited files."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SheetMapping
from transforms.readers.datasets import EVERY_SHEET
from transforms.readers.delimited import DELIMITERS, read_delimited
from transforms.readers.kinds import kind_by_content
from transforms.readers.sheet import Sheet
from transforms.readers.text_file import decode_content

# Excel calls the sheet after the file; a file is called differently every night, so a mapping may call it as it likes.
NAME = "Sheet1"
MOST_LOOKED_AT = 5


def is_text_table(path: Path) -> bool:
    """Whether a file is text whose first lines are rows of several cells."""
    content = path.read_bytes()
    if kind_by_content(content) is not None:
        return False
    try:
        lines = [line for line in decode_content(path.name, content).splitlines() if line.strip()]
    except DataRejected:
        if b"\0" in content:
            return False
        # Text all the same: whoever reads it says what is wrong with its encoding.
        lines = [line for line in content.decode("latin-1").splitlines() if line.strip()]
    return len(lines) > 1 and any(_divides(lines[:MOST_LOOKED_AT], mark) for mark in DELIMITERS)


def read_text_table(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet for each entry that asks for it.

    Raises
    ------
    DataRejected: an entry asks for a header of several rows, or the text can't be read as a table.
    """
    return [_read(path, mapping, entry) for entry in mapping.sheets]


def _read(path: Path, mapping: FileMapping, entry: SheetMapping) -> Sheet:
    if entry.header_rows > 1:
        raise DataRejected(
            f"{path.name} {NAME}: expected a header of {entry.header_rows} rows; found text in place of a workbook, whose header is "
            "one row; save it as .xlsx and send it again"
        )
    (sheet,) = read_delimited(path, mapping.model_copy(update={"sheets": [entry]}))
    return dataclasses.replace(sheet, name=NAME if entry.sheet == EVERY_SHEET else entry.sheet or NAME)


def _divides(lines: list[str], delimiter: str) -> bool:
    """Whether it makes columns: a title may stand above them, and sentences have commas too, but not the same number of them."""
    widths = [width for width in (len(_cells(line, delimiter)) for line in lines) if width > 1]
    if delimiter == "\t":
        return bool(widths)
    return len(widths) > 1 and len(set(widths)) == 1 and 2 * len(widths) >= len(lines)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
