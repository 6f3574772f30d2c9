"""Records as JSON: one object a line (.jsonl, .ndjson), or an array of objects. Keys are columns, missing ones blank.

A number keeps the text it has in the file, so 0.10 stays 0.10. A list, an object within one or a key twice with two values is no single
value: that cell is unknown and asked about. So is one with a character that is none. A record nobody can read is told by its number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack_text
from transforms.readers.json_objects import Pairs, read_objects
from transforms.readers.sheet import ROW, Sheet, unique_names, with_blanks, with_nested
from transforms.readers.text_file import decode_content
from transforms.readers.workbook.worksheet import NOT_KNOWN

WORDS = {True: "true", False: "false"}
NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


def read_json_lines(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet; a row bears the line its object starts on, or its position where one line holds several.

    Raises
    ------
    DataRejected: no JSON, cut short, damaged beyond a few records, or no records.
    """
    content = unpack_text(path.name, path.read_bytes())
    text = decode_content(path.name, content, mapping.encoding, mapping.expected_texts())
    return [_record_sheet(path.name, text, mapping)]


def _record_sheet(file: str, text: str, mapping: FileMapping) -> Sheet:
    """The sheet of JSON records; columns that are not needed may hold anything.

    Raises
    ------
    DataRejected: as read_json_lines.
    """
    found = read_objects(file, text)
    numbers = _numbers([one.line for one in found])
    records = [(number, one.pairs) for number, one in zip(numbers, found, strict=True) if one.pairs is not None]
    cells: dict[str, list[str | None]] = {}
    nested: dict[str, list[int]] = defaultdict(list)
    unneeded = {name for sheet in mapping.sheets for name in (*sheet.ignored, *sheet.personal)}
    for position, (line, pairs) in enumerate(records):
        for key, value in _each_once(pairs):
            column = cells.setdefault(key, [None] * len(records))
            if not isinstance(value, Pairs | list):
                column[position] = _cell(value)
            elif key not in unneeded:
                column[position] = NOT_KNOWN
                nested[key].append(line)
    if not cells:
        raise DataRejected(f"{file}: expected records with keys; found none; export it again")
    names = dict(zip(cells, unique_names([_whole(key) for key in cells]), strict=True))
    frame = pl.DataFrame([pl.Series(names[key], column, dtype=pl.String) for key, column in cells.items()])
    lines = pl.Series(ROW, [line for line, _ in records], dtype=pl.Int64)
    damaged = tuple(number for number, one in zip(numbers, found, strict=True) if one.pairs is None)
    sheet = Sheet(file, "", with_blanks(frame.with_columns(lines)), damaged=damaged)
    return with_nested(sheet, {names[key]: rows for key, rows in nested.items()}, mapping)


def _numbers(lines: Sequence[int]) -> Sequence[int]:
    """The lines of records where each has one of its own, else their positions: a number stands for one record."""
    return lines if len(set(lines)) == len(lines) else range(1, len(lines) + 1)


def _each_once(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The keys of an object with their values; one that is there twice with different values has a list of them."""
    if len({key for key, _ in pairs}) == len(pairs):
        return pairs
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        values = found.setdefault(key, [])
        values += [] if value in values else [value]
    return [(key, values[0] if len(values) == 1 else values) for key, values in found.items()]


def _cell(value: Any) -> str | None:
    if isinstance(value, bool):
        return WORDS[value]
    return None if value is None else _whole(value)


def _whole(text: str) -> str:
    """The text with the sign of a destroyed one in the place of NUL and of half a character, which no text holds."""
    return text if text.isascii() and "\0" not in text else NO_CHARACTER.sub("\ufffd", text)
