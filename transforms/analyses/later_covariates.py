"""A covariate known only after day 0, in the ways other than time-dependent that a protocol may ask for beside it.

As if known on day 0: what some papers print. It gives the exposed immortal time, so every such row carries a warning and never
stands alone. From a landmark: those still free of the event then, compared by what was known then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol import Model, RiskFactor
from schemas.reasons import Argument, Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.endpoint_rows import Conditions, Rows, above
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, known_for
from transforms.statistics import (
    Categorical,
    NotEstimable,
    build_design,
    fit_cox,
    logrank,
    mantel_byar,
    split_at_exposures,
    start_at_landmark,
)
from transforms.statistics import Model as Fit

AS_IF_KNOWN, LANDMARK = "as_if_known", "landmark"
LEVELS = ["no", "yes"]


@dataclass(frozen=True)
class Course:
    """Follow-up and exposure of each subject, in days from day 0; None in `begins` for those never exposed.

    `subjects` are their endpoint rows, in the same order; `known` the rows of the covariate; `among` says who they are, if not all
    of the endpoint.
    """

    name: str
    time: np.ndarray
    event: np.ndarray
    begins: list[float | None]
    subjects: pl.DataFrame
    known: pl.DataFrame
    among: Sequence[Rows] = ()

    def basis(self, data: StudyData, kept: np.ndarray | None = None, *, landmark: float | None = None) -> Basis:
        """The endpoint rows and the exposures of the subjects, or of those that are kept.

        landmark: days, where those are kept who came so far; without it, who is kept is not said by a condition but listed.
        """
        subjects = self.subjects if kept is None else self.subjects.filter(pl.Series(kept))
        among: Sequence[Rows] | None = self.among if kept is None or landmark is not None else None
        later: Conditions = {} if landmark is None else {"aval": above(landmark)}
        counted = data.rests_on("counted", "adam.adtte", subjects, among=among, **later)
        exposed = known_for(subjects, self.known)
        return counted + data.rests_on("group", "adam.adrisk", exposed, among=counted.who)


def later_course(
    data: StudyData, name: str, subjects: pl.DataFrame, event: np.ndarray, among: Sequence[Rows] = ()
) -> Course:
    """The course of every subject of an endpoint under one covariate known only later. among: who they are, if not all."""
    factor = data.protocol.risk_factors[name]
    begins = exposure_days(factor, data.factor_of(subjects, name), subjects["startdt"])
    known = data.adrisk.filter(risk_factor=name)
    return Course(name, subjects["aval"].to_numpy(), event, begins, subjects, known, among)


def exposure_days(factor: RiskFactor, known: pl.DataFrame, day_0: pl.Series) -> list[float | None]:
    """Days from day 0 to exposure, 0 for those exposed before; None for those never exposed, or too late to count."""
    last = np.inf if factor.within_months is None else factor.within_months * DAYS_PER_MONTH
    days = (known["knowndt"] - day_0).dt.total_days()
    return [None if day is None or day >= last else float(max(day, 0)) for day in days]


def later_rows(data: StudyData, base: ResultRow, model: Model, name: str, course: Course) -> Iterator[ResultRow]:
    """The tests and ratios beside the time-dependent one that the protocol asks for."""
    base = base.resting_on(course.basis(data))
    if name in model.also_fixed:
        yield _tested_over_time(replace(base, fit="univariable"), course)
        yield from _as_if_known(replace(base, fit=AS_IF_KNOWN), course)
    for months in model.landmarks_months:
        landmark = replace(base, fit=LANDMARK, landmark_months=months)
        yield from _from_landmark(data, landmark, course, months)


def _tested_over_time(base: ResultRow, course: Course) -> ResultRow:
    rows = split_at_exposures(course.time, course.event, {course.name: course.begins})
    row = replace(base, statistic="mantel_byar", unit="chi-square")
    # A subject exposed on the way has two rows there: subjects are counted here.
    return replace(row.filled(mantel_byar(rows, course.name)), n=len(course.begins))


def _as_if_known(base: ResultRow, course: Course) -> Iterator[ResultRow]:
    exposed = np.array([begin is not None for begin in course.begins])
    warning = _immortal_time(course)
    yield from (row.beware(*warning) for row in ratio_and_test(base, course.name, course.time, course.event, exposed))


def _from_landmark(data: StudyData, base: ResultRow, course: Course, months: float) -> Iterator[ResultRow]:
    left = start_at_landmark(course.time, course.event, course.begins, landmark=months * DAYS_PER_MONTH)
    base = base.resting_on(course.basis(data, left.kept, landmark=months * DAYS_PER_MONTH))
    left_out = reason("before_landmark", n=left.n_event_before, censored=left.n_censored_before)
    yield from (row.beware(left_out) for row in ratio_and_test(base, course.name, left.time, left.event, left.exposed))


def ratio_and_test(
    base: ResultRow, name: str, time: np.ndarray, event: np.ndarray, exposed: np.ndarray
) -> Iterator[ResultRow]:
    """Hazard ratio of the exposed, and the log-rank test, whose p value need not be near that of the ratio."""
    levels = [LEVELS[flag] for flag in exposed.astype(int)]
    row = replace(
        base,
        level=LEVELS[1],
        reference_level=LEVELS[0],
    )
    test = replace(row, statistic="logrank", unit="chi-square")
    if not 0 < exposed.sum() < exposed.size:
        none = NotEstimable(reason("nobody_exposed" if not exposed.any() else "everybody_exposed"))
        yield from (row.filled(none), test.filled(none))
        return
    yield _ratio(row, fit_cox(time, event, build_design([Categorical(name, levels, LEVELS)])))
    yield test.filled(logrank(time, event, levels))


def _ratio(row: ResultRow, fit: Fit | NotEstimable) -> ResultRow:
    if isinstance(fit, NotEstimable):
        return row.filled(fit)
    (term,) = fit.terms
    return row.with_ratio(fit, term)


def _immortal_time(course: Course) -> tuple[Reason, ...]:
    """What is wrong with the ratio, with the months of event-free time that were given away."""
    months = sorted(begin / DAYS_PER_MONTH for begin in course.begins if begin is not None)
    if not months:
        return ()
    span = f"{months[0]:.1f}" if len(months) == 1 else f"{months[0]:.1f} to {months[-1]:.1f}"
    late = sum(begin is not None and begin >= day for begin, day in zip(course.begins, course.time, strict=True))
    told: dict[str, Argument] = {"n": len(months), "of": len(course.begins), "span": span}
    return (reason("immortal_time_late", late=late, **told) if late else reason("immortal_time", **told),)
