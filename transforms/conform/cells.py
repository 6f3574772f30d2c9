"""One column of an export to canonical text: decode, convert the unit, read the date.

A cell that can't be conformed keeps its text, so that the site can find it, and is marked unfit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import polars as pl

from schemas.columns import ColumnSpec
from schemas.mapping import ColumnSource, SiteMapping, decode_key, normalized
from schemas.units import conversion_factor

# Larger or smaller numbers than 10 to this power measure nothing in a hospital, and 1e999999 would fill the memory.
LARGEST_EXPONENT = 30
# The first and last day polars writes as four-digit years, in days since 1970-01-01.
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
ADJACENT = re.compile(r"%[A-Za-z]%[A-Za-z]")
ISO = "%Y-%m-%d"
ISO_WITH_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Cells:
    """Canonical text of a column, which cells could not be conformed, and what failed there (code, date, number)."""

    text: pl.Series
    unfit: pl.Series
    what: str


def conform_cell(rows: pl.DataFrame, spec: ColumnSpec, source: ColumnSource, site: SiteMapping) -> Cells:
    """Conform one canonical column of all rows."""
    text = _source_text(rows, source)
    decode = site.decode_of(source)
    if decode is not None:
        return _converted(text, "code", _decoder(decode, spec))
    if source.days_since is not None:
        return _days_since(rows, text, source.days_since, source.dates or site.dates)
    if spec.kind == "date":
        return _converted(text, "date", _date_reader(source.dates or site.dates))
    if spec.kind in ("integer", "number"):
        factor = conversion_factor(source.unit, spec.unit) if source.unit and spec.unit else Decimal(1)
        return _converted(text, "number", _number_reader(factor))
    return Cells(text, _none_unfit(text), "code")


def _source_text(rows: pl.DataFrame, source: ColumnSource) -> pl.Series:
    if source.column is not None:
        return rows[source.column]
    return pl.Series([source.constant] * rows.height, dtype=pl.String)


def _converted(text: pl.Series, what: str, convert: Callable[[str], str | None]) -> Cells:
    """Convert each distinct text once; a text that does not convert stays as it is and is unfit."""
    distinct = text.drop_nulls().unique().to_list()
    converted = {found: convert(found) for found in distinct}
    unfit = [found for found, result in converted.items() if result is None]
    mapped = {found: result if result is not None else found for found, result in converted.items()}
    new = text.replace_strict(mapped, return_dtype=pl.String) if mapped else text
    return Cells(new, text.is_in(unfit).fill_null(value=False), what)


def _decoder(decode: dict[str, str], spec: ColumnSpec) -> Callable[[str], str | None]:
    own = {decode_key(code): code for code in spec.codelist or ()}
    codes = own | {decode_key(text): code for text, code in decode.items()}
    return lambda text: codes.get(decode_key(text))


def _date_reader(patterns: Sequence[str]) -> Callable[[str], str | None]:
    """Try the patterns in order; ISO is last, since Excel's own date cells arrive so. Nothing is guessed."""
    ladder = [*patterns, ISO, ISO_WITH_TIME]

    def read(text: str) -> str | None:
        plain = normalized(text)
        for pattern in ladder:
            try:
                found = datetime.strptime(plain, pattern)  # noqa: DTZ007 - a calendar day
            except ValueError:
                continue
            # 2021111 is November 1 or January 11: without signs between its parts a date needs all its digits.
            if not ADJACENT.search(pattern) or found.strftime(pattern).casefold() == plain.casefold():
                return found.date().isoformat()
        return None

    return read


def _number_reader(factor: Decimal) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        plain = normalized(text)
        if not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", plain):
            return None
        try:
            number = (Decimal(plain) * factor).normalize()
        except ArithmeticError:
            return None
        return format(number, "f") if not number or abs(number.adjusted()) <= LARGEST_EXPONENT else None

    return read


def _days_since(rows: pl.DataFrame, text: pl.Series, since: str, patterns: Sequence[str]) -> Cells:
    """Relative days of a de-identified export, as dates counted from a day (or a column) that stands for day 0."""
    if since in rows.columns:
        day_0 = _converted(rows[since], "date", _date_reader(patterns)).text
    else:
        day_0 = pl.Series([since] * rows.height, dtype=pl.String)
    days = _converted(text, "date", _number_reader(Decimal(1)))
    start = pl.col("day_0").str.to_date(ISO, strict=False).cast(pl.Int32).cast(pl.Int64)
    day = start + pl.col("days").cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False)
    in_calendar = pl.when(day.is_between(FIRST_DAY, LAST_DAY)).then(day)
    new = (
        pl.DataFrame({"day_0": day_0, "days": days.text}).select(in_calendar.cast(pl.Date).dt.strftime(ISO)).to_series()
    )
    unfit = text.is_not_null() & new.is_null()
    return Cells(new.zip_with(new.is_not_null(), text), unfit, "date")


def _none_unfit(text: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=text.len(), dtype=pl.Boolean, eager=True)
