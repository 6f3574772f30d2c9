"""What a cell can say: every level of its code list, every whole number within its bounds, every day of a span, a number at each limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from schemas.domains import DOMAINS

Days = tuple[date, date]
# A whole number of so few is tried through; of more, and of measurements, the ends and both sides of each limit.
FEW = 21
# Beyond any dose, count or share that is measured.
LARGEST = 1e9
# Words of a site, which no endpoint reads.
WORDS_ALONE = ("term_text", "treatment_text", "characteristic", "value")


class TooMany(Exception):
    """There are more answers than are tried; `args` is how many."""


class NotListed(Exception):
    """The answers can't be listed; `reason` is a code of schemas.reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def values_of(domain: str, column: str, days: Days | None, limits: Sequence[float], most: int) -> list[Any] | None:
    """All that a cell can say, None where that can't be listed: a free text, a day without bounds.

    days: first and last possible day of a date. limits: what numbers are held against. TooMany where there are more than `most`.
    """
    spec = DOMAINS[domain].columns()[column]
    if spec.codelist:
        return list(spec.codelist)
    if spec.kind == "date":
        return None if days is None else _days(days, most)
    if spec.kind == "text":
        return [] if column in WORDS_ALONE else None
    low, high = _bounds(domain, column)
    if spec.kind == "integer" and high is not None and high - low < FEW:
        return list(range(int(low), int(high) + 1))
    numbers = _at_limits(low, LARGEST if high is None else high, limits)
    return sorted({round(number) for number in numbers}) if spec.kind == "integer" else numbers


def _days(days: Days, most: int) -> list[date]:
    first, last = days
    count = (last - first).days + 1
    if count > most:
        raise TooMany(count)
    return [first + timedelta(days=number) for number in range(max(count, 0))]


def _bounds(domain: str, column: str) -> tuple[float, float | None]:
    checks = DOMAINS[domain].to_schema().columns[column].checks
    found = {name: value for check in checks for name, value in (check.statistics or {}).items()}
    return found.get("min_value", 0), found.get("max_value")


def _at_limits(low: float, high: float, limits: Sequence[float]) -> list[float]:
    """The ends, each limit and a number on both sides of it, and one between each two limits."""
    ends = sorted({low, high, *(limit for limit in limits if low <= limit <= high)})
    sides = [side for end in ends for side in (math.nextafter(end, low), end, math.nextafter(end, high))]
    between = [(one + other) / 2 for one, other in pairwise(ends)]
    return sorted({float(number) for number in (*sides, *between)})
