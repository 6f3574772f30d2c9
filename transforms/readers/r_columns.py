"""A column of an R data frame as text: factors by label, days and moments as ISO, NA blank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from rdata.parser import CharFlags, RObject, RObjectType

from transforms.readers.moments import clock_text, day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
# The low word of every NA; haven keeps the letter of SAS's special missing values in the byte above it.
NA_WORD = 1954
KINDS = {RObjectType.VEC: "a list, a data frame or POSIXlt", RObjectType.CPLX: "complex numbers"}
INTEGER64_NA = np.iinfo(np.int64).min


class NotReadable(Exception):
    """A column that is no text, number, date or factor."""


def pairs(node: RObject | None) -> Iterator[tuple[str, RObject]]:
    """Names and values of a pairlist, R's form of attributes and of a saved workspace."""
    while node is not None and node.info.type is RObjectType.LIST:
        symbol = node.tag.referenced_object or node.tag if node.tag else None
        yield ("" if symbol is None else _char(symbol.value, "utf-8")), node.value[0]
        node = node.value[1]


def attributes(item: RObject) -> dict[str, RObject]:
    """The attributes of an object by name."""
    return dict(pairs(item.attributes))


def texts(item: RObject | None, encoding: str = "utf-8") -> list[str]:
    """The elements of a character vector, NA as empty text; none where there is no vector."""
    return [] if item is None else [_char(element, encoding) for element in item.value]


def _char(element: RObject, encoding: str) -> str:
    """Text by the encoding it is marked with, else by that of the file. Latin-1 of R is that of Windows."""
    if element.value is None:
        return ""
    if element.info.gp & CharFlags.UTF8:
        encoding = "utf-8"
    elif element.info.gp & CharFlags.LATIN1:
        encoding = "cp1252"
    return str(element.value.decode(encoding))


def column_cells(column: RObject, encoding: str) -> tuple[str, list[str]]:
    """What to add to the column's header, and its cells.

    R chooses the unit of a difftime by the size of its values, so the unit stands in the header: ` (hours)`.

    Raises
    ------
    NotReadable: a list, a data frame, complex numbers ...
    """
    about = attributes(column)
    classes = texts(about.get("class"))
    if column.info.type is RObjectType.STR:
        return "", texts(column, encoding)
    if column.info.type not in (RObjectType.INT, RObjectType.REAL, RObjectType.LGL) or "dim" in about:
        raise NotReadable("a matrix" if "dim" in about else KINDS.get(column.info.type, "something else"))
    if "factor" in classes:
        labels = texts(about["levels"], encoding)
        return "", [labels[int(value) - 1] if value is not None else "" for value in _values(column)]
    if "integer64" in classes:
        return "", ["" if value == INTEGER64_NA else str(value) for value in np.asarray(column.value).view(np.int64)]
    units = texts(about.get("units"))
    label = f" ({units[0]})" if "difftime" in classes and "hms" not in classes else ""
    zone = next(iter(texts(about.get("tzone"))), "")
    return label, [_cell(value, classes, zone) for value in _values(column)]


def _values(column: RObject) -> list[Any]:
    """Numbers, truth values, the letters of special missing values; None for NA."""
    if column.info.type is not RObjectType.REAL:
        return list(np.ma.asarray(column.value).tolist())
    numbers = np.asarray(column.value, dtype=np.float64)
    bits = numbers.view(np.uint64)
    letters = np.where(bits & np.uint64(0xFFFFFFFF) == NA_WORD, bits >> np.uint64(32) & np.uint64(0xFF), 0)
    return [
        (f".{chr(letter)}" if letter else None) if value != value else value  # noqa: PLR0124 - NaN alone is not itself
        for value, letter in zip(numbers.tolist(), letters.tolist(), strict=True)
    ]


def _cell(value: Any, classes: list[str], zone: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if abs(value) == float("inf"):
        return "Inf" if value > 0 else "-Inf"
    try:
        return _dated(float(value), classes, zone)
    except OverflowError:
        # A day no calendar has stays the number it is, so that the site can find it.
        return number_text(float(value))


def _dated(value: float, classes: list[str], zone: str) -> str:
    if "Date" in classes:
        return day_text(ORIGIN, value)
    if "POSIXct" in classes:
        return _moment(ORIGIN + timedelta(seconds=value), zone)
    if "hms" in classes or "ITime" in classes:
        return clock_text(value)
    return number_text(value)


def _moment(moment: datetime, zone: str) -> str:
    """The clock of the column's zone. Without one R shows the reader's own: no clock is the right one, so UTC and Z."""
    try:
        return moment_text(moment.astimezone(ZoneInfo(zone)))
    except (ZoneInfoNotFoundError, ValueError):
        return f"{moment_text(moment)}Z"
