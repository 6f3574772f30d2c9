"""Which of two courses of one subject makes a figure lower, whatever happens to all others.

Kaplan-Meier at a day t is ordered in full. With a subject's mass passed on to those who stay, as Efron has it (Proc 5th Berkeley Symp
1967;4:831), from lowest to highest: an event by t, a later one before an earlier; not counted at all; censored before t, the earlier
before the later; seen beyond t. Step by step: let n others be at risk at a time with d events and c censored, and a = n - d. An event
just before it gives (a) / (n + 1), the same event just after it (a + 1) / (n + 1) times (a - c) / (a - c + 1), which is no more.

Aalen-Johansen at t, of cause 1 and by the same steps, is ordered but for who is censored before t: seen beyond t is lowest; then the
competing event by t, the later first; not counted; cause 1, the earlier first. Let G be the incidence that is still to come. Cause 1 just after such
a time rather than just before it adds c (1 - G) / (a - c + 1), the competing event takes off c G / (a - c + 1). Being censored just after
it rather than before adds d G - d1, of either sign: it lies above the competing event, and below cause 1, of the same day or later, and
above seen beyond t; against any other it depends on the others.

A share is highest with the outcome, then not counted, then counted without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from transforms.reach.figures import Contribution, Kind

# None: the subject is not counted.
Course: TypeAlias = Contribution | None
Rank: TypeAlias = tuple[float, float]
# Days are whole, and a landmark that falls on one is that day in another rounding.
SAME_DAY = 1e-6
CENSORED, EVENT = 0, 1
BEYOND: Rank = (9.0, 0.0)


def survival_rank(course: Course, at: float) -> Rank:
    """Where a course stands in the order of survival at a day: of two, that of lower rank never makes it higher."""
    if course is None:
        return (1.0, -1.0)
    days, event = course
    if days > at + SAME_DAY:
        return BEYOND
    return (0.0, -float(days)) if event == EVENT else (1.0, float(days))


def share_rank(course: Course, at: float = 0.0) -> Rank:
    """The same of a share."""
    return (1.0, 0.0) if course is None else (2.0 if course[1] else 0.0, at * 0)


def below_incidence(one: Course, other: Course, at: float) -> bool:
    """Whether one course never makes the cumulative incidence of cause 1 higher than another does."""
    if one == other or _is_beyond(one, at):
        return True
    if _is_beyond(other, at):
        return False
    ranks = [_incidence_rank(course) for course in (one, other)]
    if ranks[0] is not None and ranks[1] is not None:
        return ranks[0] <= ranks[1]
    # One of them is censored before t.
    if one is not None and other is not None:
        if ranks[0] is None and ranks[1] is not None:
            return other[1] == EVENT and other[0] >= one[0]
        if ranks[1] is None and ranks[0] is not None:
            return one[1] > EVENT and one[0] >= other[0]
    return False


def _is_beyond(course: Course, at: float) -> bool:
    return course is not None and course[0] > at + SAME_DAY


def _incidence_rank(course: Course) -> Rank | None:
    """The order of those who are ordered; None for one censored."""
    if course is None:
        return (1.0, 0.0)
    days, event = course
    if event == CENSORED:
        return None
    return (2.0, float(days)) if event == EVENT else (0.0, -float(days))


def lowest_first(courses: Iterable[Course], kind: Kind, at: float) -> list[Course]:
    """Courses from the one that makes an ordered figure lowest to the one that makes it highest."""
    rank = share_rank if kind == "share" else survival_rank
    return sorted(courses, key=lambda course: rank(course, at))


def extremes(courses: Sequence[Course], at: float) -> tuple[list[Course], list[Course]]:
    """The courses of which one makes the incidence lowest, and those of which one makes it highest, whatever happens to the others."""
    beyond = [course for course in courses if _is_beyond(course, at)][:1]
    ranked, censored = _parted(courses, at)
    lowest = beyond or [*ranked[:1], *(one for one in censored if not _always(ranked[:1], one, at))]
    highest = [
        *ranked[-1:],
        *(one for one in censored if not any(below_incidence(one, best, at) for best in ranked[-1:])),
    ]
    return lowest, highest or beyond


def enclosing(courses: Sequence[Course], at: float) -> tuple[list[Course], list[Course]]:
    """One course that makes the incidence no higher than any of some courses does, and one that makes it no lower.

    In the place of those who are censored stands an event on the day of the last of them: the competing one, and that of cause 1.
    """
    beyond = [course for course in courses if _is_beyond(course, at)][:1]
    ranked, censored = _parted(courses, at)
    last = max((one[0] for one in censored if one is not None), default=None)
    stand_ins = [] if last is None else [(last, EVENT + 1), (last, EVENT)]
    ordered = sorted([*ranked, *stand_ins], key=_sure_rank)
    return beyond or ordered[:1], ordered[-1:] or beyond


def _always(best: Sequence[Course], course: Course, at: float) -> bool:
    return any(below_incidence(one, course, at) for one in best)


def _parted(courses: Sequence[Course], at: float) -> tuple[list[Course], list[Course]]:
    """Courses within t that are ordered, lowest first, and those that are censored, each once."""
    within = [course for course in dict.fromkeys(courses) if not _is_beyond(course, at)]
    censored = [course for course in within if _incidence_rank(course) is None]
    return sorted((course for course in within if _incidence_rank(course) is not None), key=_sure_rank), censored


def _sure_rank(course: Course) -> Rank:
    return _incidence_rank(course) or BEYOND


def anything(kind: Kind, at: float) -> list[Course]:
    """Courses between which lies whatever can happen to a subject: one makes the figure lowest, one highest."""
    day, later = int(at + SAME_DAY), int(at + SAME_DAY) + 1
    if kind == "share":
        return [(1, 0), None, (1, 1)]
    return [None, (day, EVENT), (later, CENSORED)]
