"""CAR-T cells in blood after an infusion, as flow cytometry finds them: a rise, a peak, a decline in two phases, and a limit.

Nothing of it is printed but the correlation of two products' peaks. Everything is drawn, each subject's and product's own:
peaks, half-lives and the scatter of the assay vary by factors (log-normally), as in Stein et al., CPT Pharmacometrics 2019;8:285.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from random import Random

from tests.synthetic.patient import Sample

FIRST_PEAK, USUAL_PEAK, LAST_PEAK = 7, 10, 14  # days
HIGHEST = 88.0  # of 100 T cells
DOUBLING = 1.0  # days
ASSAY_SCATTER = 0.12
DIGITS = 2
KEPT = 0.75  # of the visits, on the planned day


@dataclass(frozen=True)
class Product:
    """What is usual of a product: peak (% of T cells), half-life in days, and the share that lingers, with its half-life."""

    peak: float
    half_life: float
    lingering: float
    slow_half_life: float


@dataclass(frozen=True)
class Expansion:
    """The course of one product in one subject; days since its infusion."""

    peak: float
    peak_day: float
    doubling: float
    half_life: float
    lingering: float
    slow_half_life: float

    def percent(self, day: float) -> float:
        """CAR-T cells among 100 T cells on a day."""
        if day <= self.peak_day:
            return self.peak * 2 ** ((day - self.peak_day) / self.doubling)
        after = day - self.peak_day
        lingering = self.lingering * 2 ** (-after / self.slow_half_life)
        return self.peak * ((1 - self.lingering) * 2 ** (-after / self.half_life) + lingering)

    def gone_by(self, day: float, limit: float) -> Expansion:
        """The same course, declining faster if need be, so that half of the limit is left on a day at most."""
        course = self
        while course.percent(day) > limit / 2:
            course = replace(course, half_life=0.95 * course.half_life, slow_half_life=0.95 * course.slow_half_life)
        return course


def expansion(product: Product, random: Random) -> Expansion:
    """A subject's own course."""
    peak = HIGHEST + 1
    while peak > HIGHEST:
        peak = _varied(product.peak, 0.5, random)
    return Expansion(
        peak=peak,
        peak_day=random.triangular(FIRST_PEAK, LAST_PEAK, USUAL_PEAK),
        doubling=_varied(DOUBLING, 0.25, random),
        half_life=_varied(product.half_life, 0.3, random),
        lingering=_varied(product.lingering, 0.6, random),
        slow_half_life=_varied(product.slow_half_life, 0.35, random),
    )


def samples(course: Expansion, days: Sequence[int], limit: float, random: Random) -> Iterator[Sample]:
    """What the assay finds on each day; without a number below its limit of quantification."""
    for day in days:
        percent = _varied(course.percent(day), ASSAY_SCATTER, random)
        yield Sample(day, None if percent < limit else round(percent, DIGITS))


def visits(planned: Sequence[int], random: Random) -> list[int]:
    """Days on which a subject comes after discharge: as planned, or some days off where it did not suit."""
    return [day if random.random() < KEPT else day + random.choice((-4, -3, -2, 2, 3, 4, 5)) for day in planned]


def highest(found: Sequence[Sample]) -> float:
    """The peak as it is found."""
    return max(sample.percent or 0.0 for sample in found)


def _varied(usual: float, by: float, random: Random) -> float:
    return random.lognormvariate(log(usual), by)
