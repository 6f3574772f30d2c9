"""What a value of SPSS looks like: its format makes it a day, a month, a time, a number with leading zeros or a plain one.

SPSS stores days and moments as seconds since 14 October 1582 and tells them apart by the format alone. Source: IBM SPSS
Statistics Command Syntax Reference, chapter Variable Types and Formats.
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta

from transforms.readers.moments import clock_text, day_text, moment_text
from transforms.readers.sheet import number_text

ORIGIN = datetime(1582, 10, 14)  # noqa: DTZ001 - SPSS knows no time zones
DAY_SECONDS = 86_400
FORMAT = re.compile(r"([A-Z]+)(\d*)(?:\.(\d+))?")
DAYS = frozenset({"DATE", "ADATE", "EDATE", "SDATE", "JDATE"})
MOMENTS = frozenset({"DATETIME", "YMDHMS"})
LENGTHS = frozenset({"TIME", "DTIME", "MTIME"})


def value_text(value: float, shown_as: str) -> str:
    """A number as its format shows it, with all of its decimals.

    A format of a month or a quarter leaves the day unknown: whatever day is stored, nobody entered it.
    """
    found = FORMAT.fullmatch(shown_as.upper())
    name, width, decimals = found.groups() if found else ("", "", "")
    try:
        if name in LENGTHS:
            return clock_text(value)
        if name in DAYS:
            return day_text(ORIGIN, value / DAY_SECONDS)
        if name in MOMENTS:
            return moment_text(ORIGIN + timedelta(seconds=value))
        if name in PARTS_OF_A_YEAR:
            return PARTS_OF_A_YEAR[name](ORIGIN + timedelta(seconds=value))
    except OverflowError:
        # A day no calendar has stays the number it is, so that the site can find it.
        return number_text(value)
    return _plain(value, name, width, decimals)


def _month(day: datetime) -> str:
    return f"{day:%Y-%m}"


def _quarter(day: datetime) -> str:
    return f"{(day.month + 2) // 3} Q {day.year}"


def _week(day: datetime) -> str:
    return f"{(day.timetuple().tm_yday + 6) // 7} WK {day.year}"


PARTS_OF_A_YEAR = {"MOYR": _month, "QYR": _quarter, "WKYR": _week}


def _plain(value: float, name: str, width: str, decimals: str | None) -> str:
    if name == "N" and not int(decimals or 0) and value >= 0 and value.is_integer():
        return number_text(value).zfill(int(width or 0))
    if name == "PCT":
        return f"{number_text(value)}%"
    if name == "WKDAY" and value in range(1, 8):
        return calendar.day_name[int(value) - 2].upper()
    if name == "MONTH" and value in range(1, 13):
        return calendar.month_name[int(value)].upper()
    return number_text(value)
