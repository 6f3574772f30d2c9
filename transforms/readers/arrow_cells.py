"""A column of Arrow as text: days and moments as ISO, decimals with all their digits, null blank, NaN as the word it is.

NaN stays `NaN`: whether it means a missing value or a calculation that failed, only the site can say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from transforms.readers.moments import clock_text, day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DAY_SECONDS = 86_400
# Months or quarters of pandas, counted from 1970.
PERIODS = "pandas.period"
BYTES = (pa.binary(), pa.large_binary(), pa.binary_view())
# Writers turn the clock of every zone into this one, and keep no word of the first.
UNIVERSAL = frozenset({"utc", "etc/utc", "z", "+00:00", "gmt"})


class NotReadable(Exception):
    """A column that holds more than one value a row; says what it is."""


def column_texts(column: pa.ChunkedArray) -> pl.Series:
    """The cells of a column.

    Raises
    ------
    NotReadable: lists, structures, maps, pictures ...
    """
    column = _plain(column)
    kind = column.type
    if pa.types.is_null(kind):
        return pl.repeat(None, len(column), dtype=pl.String, eager=True)
    if not pa.types.is_dictionary(kind):
        column = _as_numbers(column).dictionary_encode().unify_dictionaries()
    return pl.concat([pl.Series([], dtype=pl.String), *(_chunk_texts(chunk, kind) for chunk in column.chunks)])


def _chunk_texts(chunk: pa.DictionaryArray, kind: pa.DataType) -> pl.Series:
    """What each distinct value looks like is asked once."""
    if pa.types.is_dictionary(kind):
        shown = column_texts(pa.chunked_array([chunk.dictionary])).to_arrow()
    else:
        values = chunk.dictionary.to_pylist()
        marks_zone = _needs_zone(kind, values)
        shown = pa.array([_text(value, kind, marks_zone=marks_zone) for value in values], pa.large_string())
    return pl.Series(pl.from_arrow(shown.take(chunk.indices)), dtype=pl.String)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without another library's name for a plain type; one of bytes that are text as text."""
    while isinstance(column.type, pa.BaseExtensionType):
        if getattr(column.type, "extension_name", "") == PERIODS:
            raise NotReadable("periods, of which only a count is stored")
        column = column.cast(column.type.storage_type)
    if pa.types.is_run_end_encoded(column.type):
        column = pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], column.type.value_type)
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_interval(kind):
        raise NotReadable("lists, structures or maps" if pa.types.is_nested(kind) else "intervals")
    if pa.types.is_fixed_size_binary(kind) or kind in BYTES:
        return _text_of_bytes(column)
    return column


def _text_of_bytes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Some writers do not say that text is text."""
    try:
        return column.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        raise NotReadable("bytes that are no text") from None


def _as_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days, moments and lengths of time as the numbers they are stored as, which have no limit a calendar has."""
    kind = column.type
    if pa.types.is_date32(kind) or pa.types.is_time32(kind):
        return column.cast(pa.int32()).cast(pa.int64())
    if pa.types.is_temporal(kind):
        return column.cast(pa.int64())
    return _half_as_written(column) if pa.types.is_float16(kind) else column


def _half_as_written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers of two bytes as the shortest that are stored so: 0.1, not the 0.0999755859375 that four bytes make of it."""
    wide = [None if value is None else float(str(np.float16(value))) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(wide, pa.float64())])


def _text(value: Any, kind: pa.DataType, *, marks_zone: bool) -> str | None:
    if value is None:
        return None
    if pa.types.is_temporal(kind):
        try:
            return _moment(value, kind, marks_zone=marks_zone)
        except OverflowError:
            # A day no calendar has stays the number it is, so that the site can find it.
            return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value, is_short=pa.types.is_float32(kind))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _number(value: float, *, is_short: bool) -> str:
    if value != value:  # noqa: PLR0124 - NaN alone is not itself
        return "NaN"
    if abs(value) == float("inf"):
        return "Inf" if value > 0 else "-Inf"
    return number_text(value, is_short=is_short)


def _moment(value: int, kind: Any, *, marks_zone: bool) -> str:
    if pa.types.is_date32(kind):
        return day_text(ORIGIN, value)
    if pa.types.is_date64(kind):
        return day_text(ORIGIN, value / (DAY_SECONDS * 1000))
    micros = value * 10**6 // PER_SECOND[kind.unit]
    if not pa.types.is_timestamp(kind):
        return clock_text(micros / 10**6)
    moment = ORIGIN + timedelta(microseconds=micros)
    if marks_zone:
        return f"{moment_text(moment)}Z"
    return moment_text(moment.astimezone(_zone(kind.tz)))


def _needs_zone(kind: pa.DataType, values: list[int | None]) -> bool:
    """Whether moments are of the universal clock, which may be of another day than the hospital's. Plain days are not."""
    if not pa.types.is_timestamp(kind) or kind.tz is None:
        return False
    if _zone(kind.tz) is UTC:
        return any(value % (DAY_SECONDS * PER_SECOND[kind.unit]) for value in values if value is not None)
    return False


def _zone(name: str | None) -> Any:
    """A zone by its name or its distance, such as +08:00."""
    if name is None or name.lower() in UNIVERSAL:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.strptime(name, "%z").tzinfo
