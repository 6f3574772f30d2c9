"""Dates of which only a part is known: `2021-03`, `2021`, `unknown`; what they are called and what they bound."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

Precision = Literal["month", "year", "unknown"]

UNKNOWN = "unknown"
# As polars and Python both read it.
PARTIAL = r"^(?:\d{4}(?:-\d{2})?|unknown)$"
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_YEAR = re.compile(r"^(\d{4})$")


def precision_of(text: str) -> Precision:
    """How much of a partial date is known.

    Raises
    ------
    ValueError: it is no partial date.
    """
    if _MONTH.match(text):
        return "month"
    if _YEAR.match(text):
        return "year"
    if text == UNKNOWN:
        return "unknown"
    raise ValueError("expected a partial date as 2021-03, 2021 or unknown")


def bounds_of(text: str) -> tuple[date | None, date | None]:
    """The first and the last day a partial date can mean; none for an unknown one."""
    if found := _MONTH.match(text):
        year, month = int(found[1]), int(found[2])
        next_month = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), next_month - timedelta(days=1)
    if found := _YEAR.match(text):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    return None, None
