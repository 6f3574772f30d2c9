"""Texts to dates: a ladder of declared patterns, partial dates, serial numbers, days since day 0. Nothing is guessed.

A date without its day is kept as `2021-03`, one without its month as `2021`, one said to be unknown as `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from schemas.mapping import SERIALS, normalized
from schemas.partial_dates import UNKNOWN

# The first and last day polars writes as four-digit years, in days since 1970-01-01.
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
ADJACENT = re.compile(r"%[A-Za-z]%[A-Za-z]")
ISO = "%Y-%m-%d"
ISO_WITH_TIME = "%Y-%m-%d %H:%M:%S"
SERIAL = re.compile(r"\d{1,6}(\.\d+)?")
# Python reads these in place of a month name or number, so that a pattern without them leaves the month open.
MONTH = re.compile(r"%[mbB]")

DateReader = Callable[[str], str | None]


def date_reader(patterns: Sequence[str], partial: Sequence[str] = (), unknown: Sequence[str] = ()) -> DateReader:
    """A function from a text to an ISO date, to a partial one, or to None where no pattern fits.

    Patterns are tried in order; ISO is last, since Excel's own date cells arrive so.
    """
    ladder = [*patterns, ISO, ISO_WITH_TIME]
    not_known = {normalized(text).casefold() for text in unknown}

    def read(text: str) -> str | None:
        plain = normalized(text)
        for pattern in ladder:
            if found := _read_whole(plain, pattern):
                return found
        for pattern in partial:
            if found := _read_partial(plain, pattern):
                return found
        return UNKNOWN if plain.casefold() in not_known else None

    return read


def _read_whole(text: str, pattern: str) -> str | None:
    if pattern in SERIALS:
        return _read_serial(text, SERIALS[pattern])
    found = _parsed(text, pattern)
    return found.date().isoformat() if found else None


def _read_partial(text: str, pattern: str) -> str | None:
    found = _parsed(text, pattern)
    if found is None:
        return None
    return f"{found:%Y-%m}" if MONTH.search(pattern) else f"{found:%Y}"


def _parsed(text: str, pattern: str) -> datetime | None:
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None
    # 2021111 is November 1 or January 11: without signs between its parts a date needs all its digits.
    whole = not ADJACENT.search(pattern) or found.strftime(pattern).casefold() == text.casefold()
    return found if whole else None


def _read_serial(text: str, day_0: date) -> str | None:
    """The day a spreadsheet counts; its day 60 of 1900 never was, so that earlier days are one off and refused."""
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
