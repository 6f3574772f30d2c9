"""The objects of a JSON text with the lines they start on: one after the other, or in an array.

Belongs here: objects nobody can read. Such a one is told and costs itself where every other is surely whole; else the text is
refused with the line of the first. A text that ends within an object was cut, and what came after is missing: it is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.errors import DataRejected

BLANK = re.compile(r"[\s\x1e]*")
FIRST_KEY = re.compile(r'\[[\s\x1e]*\{\s*("(?:[^"\\]|\\.)*")\s*:')


@dataclass(frozen=True)
class Pairs:
    """An object as it stands, its keys in order and perhaps twice."""

    pairs: list[tuple[str, Any]]


@dataclass(frozen=True)
class Found:
    """An object of a text and the line it starts on; without pairs it is damaged."""

    line: int
    pairs: list[tuple[str, Any]] | None


class _Damaged(Exception):
    """A text that is no row of whole objects, and where."""

    def __init__(self, line: int, *, is_other_value: bool = False) -> None:
        super().__init__(line)
        self.line, self.is_other_value = line, is_other_value


# Numbers, and the words that stand for none, are kept as they are written. A tab or a line end within a text is one.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=Pairs, strict=False)


def read_objects(file: str, text: str) -> list[Found]:
    """Every object of a text, damaged ones included.

    Raises
    ------
    DataRejected: there are none, the text was cut short, or it is damaged so that nobody can tell which objects are whole.
    """
    start = _skip(text, 0)
    if start == len(text):
        raise DataRejected(f"{file}: expected records as JSON; the file is empty; export it again")
    if text[start] == "[" and text[_skip(text, start + 1) :].startswith("]"):
        raise DataRejected(f"{file}: expected records; found an empty array; export it again")
    is_array, before = text[start] == "[", list[Found]()
    try:
        for one in _whole(text, start):
            before.append(one)
    except _Damaged as fault:
        found = _of_array(text[start:], 1 + text.count("\n", 0, start)) if is_array else _of_lines(text)
        if not text.rstrip().endswith("]") if is_array else _ends_within_a_record(text):
            raise _cut(file, found or [*before, Found(fault.line, None)]) from None
        if found is None or 2 * sum(one.pairs is None for one in found) >= len(found):
            raise _refused(file, fault) from None
        return found
    return before


def _whole(text: str, start: int) -> Iterator[Found]:
    is_array = text[start] == "["
    place, line, counted = (_skip(text, start + 1) if is_array else start), 1, 0
    while place < len(text):
        line += text.count("\n", counted, place)
        counted = place
        value, place = _decoded(text, place, line)
        yield Found(line, value.pairs)
        place = _skip(text, place)
        if not is_array:
            continue
        sign, place = text[place : place + 1], _skip(text, place + 1)
        if sign == "]" and place >= len(text):
            return
        if sign != ",":
            raise _Damaged(line)
    if is_array:
        raise _Damaged(line)


def _decoded(text: str, place: int, line: int) -> tuple[Pairs, int]:
    try:
        value, end = DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        raise _Damaged(line) from None
    if not isinstance(value, Pairs):
        raise _Damaged(line, is_other_value=True)
    return value, end


def _of_lines(text: str) -> list[Found] | None:
    """The objects line by line; None where a line may belong to an object that other lines began.

    That is where a line without the beginning of an object follows one without the end of its own, and whole ones stand between them.
    """
    found: list[Found] = []
    is_open = whole_since = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not (content := line.strip(" \t\r\x1e")):
            continue
        if objects := _whole_line(content):
            found += [Found(number, one.pairs) for one in objects]
            whole_since = True
            continue
        if is_open and whole_since and not content.startswith("{"):
            return None
        found.append(Found(number, None))
        is_open, whole_since = not content.endswith("}"), False
    return found


def _whole_line(content: str) -> list[Found]:
    """The objects of a line; none where it is no row of whole ones."""
    try:
        return list(_whole(content, 0)) if content[0] == "{" else []
    except _Damaged:
        return []


def _of_array(text: str, line: int) -> list[Found] | None:
    """The objects of an array that all begin with one key and hold no further ones; None where it is none of such, or does not end.

    No text within an object can look like the beginning of one, since its quotes would be written otherwise.
    """
    if (first := FIRST_KEY.match(text)) is None:
        return None
    begin = re.compile(r"\{\s*" + re.escape(first[1]) + r"\s*:")
    found: list[Found] = []
    counted, at = 0, begin.search(text)
    while at is not None:
        line += text.count("\n", counted, at.start())
        counted = at.start()
        try:
            value, end = _decoded(text, at.start(), line)
        except _Damaged:
            found.append(Found(line, None))
            at = begin.search(text, at.end())
            continue
        if any(isinstance(cell, Pairs | list) for _, cell in value.pairs):
            return None
        found.append(Found(line, value.pairs))
        at = begin.search(text, end)
        between = text[end : at.start() if at else len(text)].strip()
        if between != ("," if at else "]"):
            found.append(Found(line, None))
    return found


def _ends_within_a_record(text: str) -> bool:
    last = text.rsplit("\n", 1)[-1].strip()
    return last.startswith("{") and not _whole_line(last)


def _cut(file: str, found: list[Found]) -> DataRejected:
    """What came after is missing, and nobody knows how much."""
    whole = sum(one.pairs is not None for one in found)
    return DataRejected(
        f"{file} line {found[-1].line}: expected whole JSON, one object a line or an array of them; the file was cut short here, "
        f"after {whole} whole records, and what came after is missing; export and send it anew"
    )


def _refused(file: str, fault: _Damaged) -> DataRejected:
    if fault.is_other_value:
        return DataRejected(
            f"{file} line {fault.line}: expected an object of one record; found another value; write one object a line, or an "
            "array of them"
        )
    return DataRejected(
        f"{file} line {fault.line}: expected whole JSON, one object a line or an array of them; the file is damaged "
        "from here; export it again"
    )


def _skip(text: str, place: int) -> int:
    found = BLANK.match(text, place)
    return found.end() if found else place
