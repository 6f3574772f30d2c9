"""Incidental values, drawn with a seed that each study states."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.synthetic.patient import AdverseEvent


def spread(median: float, low: float, high: float, n: int, random: Random, digits: int = 1) -> list[float]:
    """N values in random order with exactly this median, minimum and maximum (n odd, or two equal middle values)."""
    below = [low, *(round(random.uniform(low, median), digits) for _ in range(n // 2 - 1))]
    above = [*(round(random.uniform(median, high), digits) for _ in range(n // 2 - 1)), high]
    if n % 2:
        values = [*below, median, *above]
    else:
        # The two middle values are the median itself, so that their mean is.
        values = [*sorted(below)[:-1], median, median, *sorted(above)[1:]]
    random.shuffle(values)
    return values


def cytokine_release(infusion: int, day: int, grade: int, scale: str, random: Random, latest: int = 7) -> AdverseEvent:
    """CRS of a grade, starting within days of the infusion."""
    if grade == 0:
        return AdverseEvent("CRS", infusion, 0, None, None, scale)
    start = day + random.randint(1, latest)
    return AdverseEvent("CRS", infusion, grade, start, start + random.randint(2, 8), scale)


def neurotoxicity(infusion: int, day: int, grade: int, scale: str, random: Random) -> AdverseEvent:
    """ICANS of a grade."""
    start = day + random.randint(3, 9)
    return AdverseEvent("ICANS", infusion, grade, start, start + random.randint(1, 6), scale)


def cytopenia(term: str, infusion: int, day: int, grade: int, random: Random) -> AdverseEvent:
    """Neutropenia or thrombocytopenia."""
    start = day + random.randint(2, 8)
    return AdverseEvent(term, infusion, grade, start, start + random.randint(7, 30), "CTCAE 5")


def grades(total: int, affected: int, *, moderate: int, severe: Sequence[int] = ()) -> tuple[int, ...]:
    """Grades of all subjects: 0 of those without, 1 of all affected whose grade is neither moderate (2) nor one of the severe."""
    return (0,) * (total - affected) + (1,) * (affected - moderate - len(severe)) + (2,) * moderate + tuple(severe)


def assigned(values: Sequence[int], random: Random) -> list[int]:
    """The values in random order."""
    shuffled = list(values)
    random.shuffle(shuffled)
    return shuffled
