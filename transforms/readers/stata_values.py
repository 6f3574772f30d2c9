"""What a value of Stata looks like: its format makes it a day, a month, a moment, a number with leading zeros or a plain one.

Stata counts days, weeks, months, quarters and half-years from 1960 and tells them apart by the format alone. Source:
Stata Data Management Reference Manual, [D] format, Datetime and Datetime display formats.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from transforms.readers.moments import day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1960, 1, 1)  # noqa: DTZ001 - Stata knows no time zones
DATED = re.compile(r"%-?(?:t([a-zA-Z])|d)(.*)")
ZERO_PADDED = re.compile(r"%0(\d+)[.,](\d+)[fge]c?")
# In a mask: signs after a backslash or an exclamation mark are shown as they are.
LITERAL = re.compile(r"[\\!].")
A_DAY = re.compile(r"DD|dd|JJJ|jjj")
A_MONTH = re.compile(r"[Mm]on(th)?|NN|nn")
A_YEAR, A_CLOCK = re.compile(r"YY|yy"), re.compile(r"HH|Hh|hH|hh")
# Periods of a year, how many there are, and the letter they are shown with.
PERIODS = {"w": 52, "q": 4, "h": 2}
# Days that ended in a leap second, which the clock of %tC counts.
LEAP_DAYS = tuple(
    date(year, month, 30 if month == 6 else 31)
    for year, month in (
        (1972, 6), (1972, 12), (1973, 12), (1974, 12), (1975, 12), (1976, 12), (1977, 12), (1978, 12), (1979, 12),
        (1981, 6), (1982, 6), (1983, 6), (1985, 6), (1987, 12), (1989, 12), (1990, 12), (1992, 6), (1993, 6), (1994, 6),
        (1995, 12), (1997, 6), (1998, 12), (2005, 12), (2008, 12), (2012, 6), (2015, 6), (2016, 12),
    )
)  # fmt: skip


def value_text(value: float, shown_as: str, kind: str) -> str:
    """A number as its format shows it, with all of its decimals; `kind` is its storage type, such as float.

    A format without a day, such as %tm, leaves the day unknown: whatever day is stored, nobody entered it.
    """
    if found := DATED.fullmatch(shown_as):
        try:
            return _dated(value, found[1] or "d", LITERAL.sub("", found[2]), shown_as)
        except (OverflowError, ValueError):
            # A day no calendar has stays the number it is, so that the site can find it.
            return number_text(value)
    if (padded := ZERO_PADDED.fullmatch(shown_as)) and float(shown := f"{value:0{padded[1]}.{padded[2]}f}") == value:
        return shown
    return number_text(value, is_short=kind == "float")


def _dated(value: float, unit: str, mask: str, shown_as: str) -> str:
    whole = int(value // 1)
    if unit == "d":
        return _as_the_mask_shows(day_text(ORIGIN, value), mask)
    if unit in "cC":
        moment = ORIGIN + timedelta(milliseconds=value)
        shown = moment_text(_without_leap_seconds(moment) if unit == "C" else moment)
        return _as_the_mask_shows(shown, mask)
    if unit == "m":
        return f"{1960 + whole // 12}-{whole % 12 + 1:02d}"
    if unit == "y":
        return str(whole)
    if unit in PERIODS:
        return f"{1960 + whole // PERIODS[unit]}{unit}{whole % PERIODS[unit] + 1}"
    # A calendar of business days is a file of its own, which nobody sent.
    return f"{number_text(float(value))} ({shown_as})"


def _as_the_mask_shows(iso: str, mask: str) -> str:
    if A_CLOCK.search(mask) and not A_YEAR.search(mask) and not A_DAY.search(mask):
        return iso[11:]
    if A_DAY.search(mask) or not A_YEAR.search(mask):
        return iso
    return iso[:7] if A_MONTH.search(mask) else iso[:4]


def _without_leap_seconds(moment: datetime) -> datetime:
    before = [day for number, day in enumerate(LEAP_DAYS) if (moment - timedelta(seconds=number)).date() > day]
    return moment - timedelta(seconds=len(before))
