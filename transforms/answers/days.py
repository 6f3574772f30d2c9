"""The day of an answer as people write days. One that could be two days is no day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import product

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:([-./ ])(\d{{1,2}})\2(\d{{1,2}})|(\d{{2}})(\d{{2}})|年(\d{{1,2}})月(\d{{1,2}})[日号]?){_TIME}"
)
YEAR_LAST = re.compile(rf"(\d{{1,2}})([-./ ])(\d{{1,2}})\2(\d{{4}}){_TIME}")
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-./ ,]*([a-z]{3,9})[-./ ,]*(\d{4})")
MONTH_NAMED = re.compile(r"([a-z]{3,9})[-./ ]*(\d{1,2})(?:st|nd|rd|th)?[-./ ,]+(\d{4})")
# What systems write behind a day.
TIME_BESIDE = re.compile(r",?[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?$")
BEFORE_ALL = date(1990, 1, 1)


class Ambiguous(ValueError):
    """A day that could be two."""


def day_of(text: str, patterns: Sequence[str] = ()) -> date:
    """The day a text says.

    patterns: how a system writes its days, where that is declared; day and month are then in no other order.

    Raises
    ------
    Ambiguous: day and month could be either.
    ValueError: it says no day.
    """
    seen = " ".join(unicodedata.normalize("NFKC", text).strip().strip("'").casefold().split())
    for said, pattern in product((seen, TIME_BESIDE.sub("", seen)), patterns):
        with suppress(ValueError):
            return _no_day_before_all(datetime.strptime(said, pattern).date())  # noqa: DTZ007 - a calendar day
    seen = re.sub(r"(?<=[年月]) | (?=[年月日])", "", seen)
    if found := YEAR_FIRST.fullmatch(seen):
        year, month, day = (part for part in found.groups() if part and part.isdigit())
        return _day(year, month, day)
    if not patterns and (found := YEAR_LAST.fullmatch(seen)):
        return _year_last(*found.group(1, 3, 4))
    if found := DAY_NAMED.fullmatch(seen):
        return _day(found[3], _month(found[2]), found[1])
    if found := MONTH_NAMED.fullmatch(seen):
        return _day(found[3], _month(found[1]), found[2])
    raise ValueError("no day")


def _year_last(first: str, second: str, year: str) -> date:
    """12 and more is no month; where both could be one, only equal ones say which day it is."""
    one, other = int(first), int(second)
    if one <= 12 and other <= 12 and one != other:
        raise Ambiguous("day and month could be either")
    return _day(year, min(one, other), max(one, other)) if max(one, other) > 12 else _day(year, one, other)


def _month(name: str) -> int:
    if name[:3] not in MONTHS:
        raise ValueError("no month")
    return MONTHS.index(name[:3]) + 1


def _day(year: str | int, month: str | int, day: str | int) -> date:
    return _no_day_before_all(date(int(year), int(month), int(day)))


def _no_day_before_all(found: date) -> date:
    if found < BEFORE_ALL:
        raise ValueError("no day of an answer")
    return found
