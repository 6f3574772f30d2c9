"""Texts to dates: declared patterns, partial dates, serial numbers, days since day 0. Nothing is guessed.

A date without its day is kept as `2021-03`, one without its month as `2021`, one said to be unknown as `unknown`.
A text that two declared patterns read as different days is asked about, and so is a day no export can mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from schemas.mapping import ANY_STUDY, SERIALS, width_folded
from schemas.partial_dates import UNKNOWN, bounds_of
from transforms.conform.doubts import Doubt

# The first and last day polars writes as four-digit years, in days since 1970-01-01.
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
ADJACENT = re.compile(r"%[A-Za-z]%[A-Za-z]")
ISO = "%Y-%m-%d"
# Of a moment its day counts; one with a time zone is a day here or the next one.
ISO_WITH_TIMES = tuple(
    f"%Y-%m-%d{between}%H:%M{seconds}" for between in (" ", "T") for seconds in ("", ":%S", ":%S.%f")
)
# A month or a year that a spreadsheet shows without its day arrives so.
ISO_PARTIAL = ("%Y-%m", "%Y")
SERIAL = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")
# Python reads these in place of a month name or number, so that a pattern without them leaves the month open.
MONTH = re.compile(r"%[mbB]")
LOST_ZERO = re.compile(r"[0-9]{4}\.1")

DateReader = Callable[[str], "str | Doubt | None"]


def date_reader(
    patterns: Sequence[str],
    partial: Sequence[str] = (),
    unknown: Sequence[str] = (),
    between: tuple[date, date] = ANY_STUDY,
) -> DateReader:
    """A function from a text to an ISO date, to a partial one, or to why it is neither.

    What a declared pattern reads comes first, then ISO, since a spreadsheet's own date cells arrive so, then partial
    dates, last the numbers a spreadsheet counts days in: 2021 is a year, never July 1905. Within each of these, every
    pattern is asked, and a text that means several days is in doubt. between: the days an export can mean.
    """
    steps: list[tuple[Callable[[str, str], str | None], Sequence[str]]] = [
        (_read_whole, [pattern for pattern in patterns if pattern not in SERIALS]),
        (_read_whole, [ISO, *ISO_WITH_TIMES]),
        (_read_partial, [*partial, *ISO_PARTIAL]),
        (_read_serial, [pattern for pattern in patterns if pattern in SERIALS]),
    ]
    not_known = {width_folded(text).casefold() for text in unknown}

    def read(text: str) -> str | Doubt | None:
        plain, outside = width_folded(text), False
        if plain.casefold() in not_known:
            return UNKNOWN
        for read_one, ladder in steps if _in_plain_digits(plain) else ():
            found = {day for pattern in ladder if (day := read_one(plain, pattern))}
            if inside := {day for day in found if _lies_between(day, between)}:
                return inside.pop() if len(inside) == 1 else Doubt.ORDER
            # A number that counts to no day of any study is no serial at all.
            outside = outside or (bool(found) and read_one is not _read_serial)
        return Doubt.SPAN if outside else None

    return read


def _read_whole(text: str, pattern: str) -> str | None:
    found = _parsed(text, pattern)
    return found.date().isoformat() if found else None


def _lies_between(text: str, between: tuple[date, date]) -> bool:
    """Whether some day that a whole or partial date can mean lies within a span."""
    first, last = bounds_of(text) if len(text) < len("2021-03-05") else (date.fromisoformat(text),) * 2
    return first is not None and last is not None and first <= between[1] and last >= between[0]


def _in_plain_digits(text: str) -> bool:
    """Python also counts in Arabic-Indic and other digits, which nobody declared."""
    return all(sign.isascii() for sign in text if sign.isdigit())


def _read_partial(text: str, pattern: str) -> str | None:
    found = _parsed(text, pattern)
    if found is None:
        return None
    # October as 2021.10 is the number 2021.1 to a spreadsheet: the year alone is sure.
    is_sure = MONTH.search(pattern) and not LOST_ZERO.fullmatch(text)
    return f"{found:%Y-%m}" if is_sure else f"{found:%Y}"


def _parsed(text: str, pattern: str) -> datetime | None:
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None
    # 2021111 is November 1 or January 11: without signs between its parts a date needs all its digits.
    whole = not ADJACENT.search(pattern) or found.strftime(pattern).casefold() == text.casefold()
    return found if whole else None


def _read_serial(text: str, name: str) -> str | None:
    """The day a spreadsheet counts; its day 60 of 1900 never was, so that earlier days are one off and refused."""
    day_0 = SERIALS[name]
    if not SERIAL.fullmatch(text):
        return None
    days = int(float(text))
    if day_0.year < 1900 and days <= 60:
        return None
    try:
        return (day_0 + timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def days_after(day_0: pl.Series, days: pl.Series) -> pl.Series:
    """ISO dates so many days after ISO dates; blank where either is blank or no calendar has the day."""
    start = pl.col("day_0").str.to_date(ISO, strict=False).cast(pl.Int32).cast(pl.Int64)
    day = start + pl.col("days").cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False)
    in_calendar = pl.when(day.is_between(FIRST_DAY, LAST_DAY)).then(day)
    frame = pl.DataFrame({"day_0": day_0, "days": days})
    return frame.select(in_calendar.cast(pl.Date).dt.strftime(ISO)).to_series()
