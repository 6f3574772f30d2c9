"""Records as JSON: one object a line (.jsonl, .ndjson), or an array of objects. Keys are columns, missing ones blank.

A number keeps the text it has in the file, so 0.10 stays 0.10. A key twice in an object, or an object within one, can't be
a cell and is refused by line and key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack_text
from transforms.readers.sheet import ROW, Sheet, unique_names, with_blanks
from transforms.readers.text_file import decode_content

BLANK = re.compile(r"[\s\x1e]*")
WORDS = {True: "true", False: "false"}


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
    DataRejected: no JSON, cut short, no records, or a cell is no single value.
    """
    content = unpack_text(path.name, path.read_bytes())
    unneeded = {name for sheet in mapping.sheets for name in (*sheet.ignored, *sheet.personal)}
    return [
        record_sheet(
            path.name, decode_content(path.name, content, mapping.encoding, mapping.expected_texts()), unneeded
        )
    ]


def record_sheet(file: str, text: str, unneeded: set[str]) -> Sheet:
    """The sheet of JSON records; columns that are not needed may hold anything.

    Raises
    ------
    DataRejected: as read_json_lines.
    """
    records = list(_records(file, text))
    cells: dict[str, list[str | None]] = {}
    for position, (line, pairs) in enumerate(records):
        _refuse_twice(file, line, [key for key, _ in pairs])
        for key, value in pairs:
            column = cells.setdefault(key, [None] * len(records))
            column[position] = _cell(file, line, key, value, is_needed=key not in unneeded)
    if not cells:
        raise DataRejected(f"{file}: expected records with keys; found none; export it anew")
    try:
        frame = pl.DataFrame(
            [
                pl.Series(name, column, dtype=pl.String)
                for name, column in zip(unique_names(list(cells)), cells.values(), strict=True)
            ]
        )
    except UnicodeEncodeError:
        raise DataRejected(
            f"{file}: expected whole characters; found half of one (\\ud800 ...); export it anew"
        ) from None
    lines = pl.Series(ROW, [line for line, _ in records], dtype=pl.Int64)
    return Sheet(file, "", with_blanks(frame.with_columns(lines)))


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


def _refuse_twice(file: str, line: int, keys: list[str]) -> None:
    if len(set(keys)) < len(keys):
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise DataRejected(f"{file} line {line} {twice}: expected each key once; found it twice; export it anew")


def _cell(file: str, line: int, key: str, value: Any, *, is_needed: bool) -> str | None:
    if isinstance(value, _Pairs | list):
        if not is_needed:
            return None
        raise DataRejected(
            f"{file} line {line} {key}: expected one value; found {'a list' if isinstance(value, list) else 'an object'}; "
            "give each value a key of its own, or name the key under ignored in the mapping"
        )
    if isinstance(value, bool):
        return WORDS[value]
    if value is not None and "\0" in value:
        raise DataRejected(f"{file} line {line} {key}: expected text; found a NUL character; export it anew")
    return value
