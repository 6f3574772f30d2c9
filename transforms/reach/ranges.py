"""How low and how high a headline can become, when each subject may have one of several courses.

Belongs here: the search where the order of courses does not decide, and the bounds where a search would be too long. A bound is never
narrower than a search. A curve is carried forward beyond the last subject at risk, where the figure itself has no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal

import numpy as np

from schemas.units import DAYS_PER_MONTH
from transforms.reach.figures import Headline, Kind
from transforms.reach.ordered import CENSORED, EVENT, SAME_DAY, Course, anything, enclosing, extremes, lowest_first
from transforms.statistics.survival_quantiles import find_crossing

BoundedBy = Literal["search", "bounds", "none"]
# Combinations that are tried one by one.
MOST_TRIED = 4096
HALF = 1e-7


@dataclass(frozen=True)
class Range:
    """Lowest and highest value, in the unit of the headline. None: no value (below), or maybe none (above: a median not reached)."""

    lowest: float | None
    highest: float | None
    bounded_by: BoundedBy = "search"


@dataclass(frozen=True)
class Cohort:
    """The courses of those of whom nothing is open: shape (n,), days and event, or (1, outcome)."""

    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(cls, courses: Sequence[Course]) -> Cohort:
        """Those who are counted."""
        counted = [course for course in courses if course is not None]
        both = np.array(counted, dtype=np.int64).reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])

    def with_courses(self, courses: Sequence[Course]) -> Cohort:
        """These and others."""
        more = Cohort.of(courses)
        return Cohort(np.concatenate([self.first, more.first]), np.concatenate([self.second, more.second]))


def figure(headline: Headline, cohort: Cohort) -> float | None:
    """The headline of a cohort, in its unit; None where it has no value."""
    if not cohort.first.size:
        return None
    if headline.kind == "median":
        return _median(cohort)
    return _rate(headline.kind, headline.at, cohort)


def _rate(kind: Kind, at: float, cohort: Cohort) -> float:
    if kind == "share":
        return float(cohort.second.mean())
    return (survival_at_day if kind == "survival" else incidence_at_day)(cohort, at)


def survival_at_day(cohort: Cohort, at: float) -> float:
    """Kaplan-Meier at a day, carried forward."""
    _, own, _, at_risk = _counts(cohort, at)
    return float(np.prod(1.0 - own / at_risk))


def incidence_at_day(cohort: Cohort, at: float) -> float:
    """Aalen-Johansen of event 1 at a day, carried forward."""
    _, own, every, at_risk = _counts(cohort, at)
    after = np.cumprod(1.0 - every / at_risk)
    before = np.concatenate([[1.0], after[:-1]])
    return float(np.sum(before * own / at_risk))


def _counts(cohort: Cohort, at: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Times of any event up to a day, with events of kind 1, of any kind, and subjects at risk."""
    happened = (cohort.second > CENSORED) & (cohort.first <= at + SAME_DAY)
    times, every = np.unique(cohort.first[happened], return_inverse=True)
    own = np.searchsorted(times, cohort.first[happened & (cohort.second == EVENT)])
    at_risk = cohort.first.size - np.searchsorted(np.sort(cohort.first), times, side="left")
    return times, np.bincount(own, minlength=times.size), np.bincount(every, minlength=times.size), at_risk


def range_of(headline: Headline, fixed: Cohort, open_: Sequence[Sequence[Course] | None]) -> Range:
    """Lowest and highest of a headline.

    Parameters
    ----------
    fixed: the courses of those of whom nothing is open.
    open_: of each other subject all the courses it may have; None where it may have any.
    """
    widest = None in open_
    if headline.kind == "median":
        return _median_range(fixed, open_)
    courses = [anything(headline.kind, headline.at) if one is None else list(dict.fromkeys(one)) for one in open_]
    if headline.kind == "incidence":
        found = _incidence_range(headline.at, fixed, courses)
        return Range(found.lowest, found.highest, "bounds") if widest else found
    ordered = [lowest_first(one, headline.kind, headline.at) for one in courses]
    ends = [fixed.with_courses([one[end] for one in ordered]) for end in (0, -1)]
    low, high = (_rate(headline.kind, headline.at, end) if end.first.size else None for end in ends)
    return Range(low, high, "bounds" if widest else "search")


def _incidence_range(at: float, fixed: Cohort, courses: Sequence[Sequence[Course]]) -> Range:
    found: list[float] = []
    tried_all = True
    sides = [extremes(one, at) for one in courses]
    for side, choose in ((0, min), (1, max)):
        choices = [both[side] for both in sides]
        if prod(map(len, choices)) > MOST_TRIED:
            tried_all = False
            choices = [enclosing(one, at)[side] for one in courses]
        found.append(choose(incidence_at_day(fixed.with_courses(one), at) for one in product(*choices)))
    return Range(found[0], found[1], "search" if tried_all else "bounds")


def _median_range(fixed: Cohort, open_: Sequence[Sequence[Course] | None]) -> Range:
    """From where the lowest curve comes down to a half, to where the highest lies below it.

    Each curve is the lowest, or highest, at every day by itself, so that no curve lies outside; a single subject is tried through.
    """
    if len(open_) == 1 and open_[0] is not None:
        return _median_searched(fixed, open_[0])
    days = {int(day) for day in fixed.first[fixed.second == EVENT]}
    for one in open_:
        days |= {course[0] for course in one or () if course is not None and course[1] == EVENT}
    if None in open_:
        # An event on any day at all, and on the first day on which nobody else is at risk: on a later one the curve is the same.
        seen = [course[0] for one in open_ for course in one or () if course is not None]
        last = max([*days, *seen, *(int(day) for day in fixed.first)], default=0)
        days |= set(range(last + 2))
    low: float | None = None
    high: float | None = None
    for day in sorted(days):
        ends = _survival_ends(day, fixed, open_)
        if low is None and ends[0] <= 0.5 + HALF:
            low = day
        if ends[1] < 0.5 - HALF:
            high = day
            break
    return Range(_months(low), _months(high), "bounds")


def _survival_ends(day: int, fixed: Cohort, open_: Sequence[Sequence[Course] | None]) -> tuple[float, float]:
    ordered = [lowest_first(anything("survival", day) if one is None else one, "survival", day) for one in open_]
    low, high = (survival_at_day(fixed.with_courses([one[end] for one in ordered]), day) for end in (0, -1))
    return low, high


def _median_searched(fixed: Cohort, courses: Sequence[Course]) -> Range:
    found = [_median(fixed.with_courses([course])) for course in dict.fromkeys(courses)]
    reached = [value for value in found if value is not None]
    highest = None if None in found else max(reached)
    return Range(min(reached, default=None), highest)


def _median(cohort: Cohort) -> float | None:
    """Median time in months as Kaplan-Meier has it; None where it is not reached."""
    if not cohort.first.size:
        return None
    last = int(cohort.first.max())
    times, own, _, at_risk = _counts(cohort, last)
    curve = np.concatenate([[1.0], np.cumprod(1.0 - own / at_risk)])
    steps = np.concatenate([[0], times])
    if last > steps[-1]:
        steps, curve = np.concatenate([steps, [last]]), np.concatenate([curve, curve[-1:]])
    return _months(find_crossing(steps, curve, 0.5))


def _months(day: float | None) -> float | None:
    return None if day is None else day / DAYS_PER_MONTH


def moves(before: float | None, after: Range) -> bool:
    """Whether a headline can become anything but what it is."""
    return any(_differs(before, value) for value in (after.lowest, after.highest))


def _differs(one: float | None, other: float | None) -> bool:
    return one is not other if one is None or other is None else abs(one - other) > 1e-9


def distance(before: float | None, after: Range) -> float | None:
    """How far it can move at most; None where a value comes or goes."""
    if before is None or after.lowest is None or after.highest is None:
        return None
    return max(before - after.lowest, after.highest - before, 0.0)
