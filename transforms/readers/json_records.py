"""Records as JSON: one object a line (.jsonl, .ndjson), or an array of objects. Keys are columns, missing ones blank.

A number keeps the text it has in the file, so 0.10 stays 0.10. A list, an object within one or a key twice with two values is no single
value: that cell is unknown and asked about. So is one with a character that is none.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack_text
from transforms.readers.sheet import ROW, Sheet, unique_names, with_blanks, with_nested
from transforms.readers.text_file import decode_content
from transforms.readers.workbook.worksheet import NOT_KNOWN

BLANK = re.compile(r"[\s\x1e]*")
WORDS = {True: "true", False: "false"}
NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class _Pairs:
    """An object as it stands, its keys in order and perhaps twice."""

    pairs: list[tuple[str, Any]]


# Numbers, and the words that stand for none, are kept as they are written.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_Pairs)

Record = tuple[int, list[tuple[str, Any]]]


def read_json_lines(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet; a row bears the line its object starts on.

    Raises
    ------
    DataRejected: no JSON, cut short, or no records.
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
    records = list(_records(file, text))
    cells: dict[str, list[str | None]] = {}
    nested: dict[str, list[int]] = defaultdict(list)
    unneeded = {name for sheet in mapping.sheets for name in (*sheet.ignored, *sheet.personal)}
    for position, (line, pairs) in enumerate(records):
        for key, value in _each_once(pairs):
            column = cells.setdefault(key, [None] * len(records))
            if not isinstance(value, _Pairs | list):
                column[position] = _cell(value)
            elif key not in unneeded:
                column[position] = NOT_KNOWN
                nested[key].append(line)
    if not cells:
        raise DataRejected(f"{file}: expected records with keys; found none; export it anew")
    names = dict(zip(cells, unique_names([_whole(key) for key in cells]), strict=True))
    frame = pl.DataFrame([pl.Series(names[key], column, dtype=pl.String) for key, column in cells.items()])
    lines = pl.Series(ROW, [line for line, _ in records], dtype=pl.Int64)
    sheet = Sheet(file, "", with_blanks(frame.with_columns(lines)))
    return with_nested(sheet, {names[key]: rows for key, rows in nested.items()}, mapping)


def _records(file: str, text: str) -> Iterator[Record]:
    """Every object with the line it starts on."""
    start = _skip(text, 0)
    if start == len(text):
        raise DataRejected(f"{file}: expected records as JSON; the file is empty; export it anew")
    is_array = text[start] == "["
    place, line, counted = (_skip(text, start + 1) if is_array else start), 1, 0
    if is_array and text[place : place + 1] == "]":
        raise DataRejected(f"{file}: expected records; found an empty array; export it anew")
    while place < len(text):
        line += text.count("\n", counted, place)
        counted = place
        found, place = _decoded(file, text, place, line)
        yield line, found.pairs
        place = _skip(text, place)
        if not is_array:
            continue
        sign, place = text[place : place + 1], _skip(text, place + 1)
        if sign == "]" and place >= len(text):
            return
        if sign != ",":
            raise _damaged(file, line)
    if is_array:
        raise _damaged(file, line)


def _decoded(file: str, text: str, place: int, line: int) -> tuple[_Pairs, int]:
    try:
        found, end = DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        raise _damaged(file, line) from None
    if not isinstance(found, _Pairs):
        raise DataRejected(
            f"{file} line {line}: expected an object of one record; found another value; write one object a line, or an "
            "array of them"
        )
    return found, end


def _damaged(file: str, line: int) -> DataRejected:
    return DataRejected(
        f"{file} line {line}: expected whole JSON, one object a line or an array of them; the file is damaged or cut short "
        "from here; export it anew"
    )


def _skip(text: str, place: int) -> int:
    found = BLANK.match(text, place)
    return found.end() if found else place


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
