"""Transplant as if it had been assigned: had nobody been transplanted; within a number of days or not; landmarks in one model.

Belongs here: rows of weighted estimands, what their weights look like, and what is left open. Strategies without weights are in
transplant.py. Weights come from covariates that the protocol states, known on day 0; what leads to transplant beyond them is not
accounted for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol import Endpoint
from schemas.protocol.transplant import LandmarkSupermodel, WeightedTransplant
from schemas.reasons import reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import factor_cautions
from transforms.analyses.later_covariates import Course
from transforms.analyses.models import against_somebody, variable_of
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import COMPETING, EVENT, StudyData, competes, immortal_time
from transforms.analyses.unknown import HIGHEST, LOWEST, possible_courses
from transforms.statistics import (
    Categorical,
    Design,
    Estimate,
    NotEstimable,
    Numeric,
    WeightedCurve,
    WeightedOf,
    WeightedStrategies,
    Weighting,
    build_design,
    compare_weighted,
    effective_at,
    fit_landmark_supermodel,
    fit_weighted_cox,
    weigh_strategies,
    weigh_unexposed,
    weighted_at,
    weighted_incidence,
)

# Ways of dealing with transplant, as rows name them in `measure`.
UNEXPOSED, BY_DAY, NOT_BY_DAY, EFFECT, SUPERMODEL = "unexposed", "by_day", "not_by_day", "by_day_effect", "supermodel"
WEIGHTED = (UNEXPOSED, BY_DAY, NOT_BY_DAY, EFFECT, SUPERMODEL)
LEFT, EFFECTIVE = "left_strategy", "effective_size"
WEIGHTS = ("weight_mean", "weight_least", "weight_largest", "least_probability")
SURVIVAL, INCIDENCE, OTHER_INCIDENCE = "survival", "cumulative_incidence", "competing_incidence"
RATIO, CHANGE = "hazard_ratio", "hazard_ratio_change"
DIFFERENCES = {SURVIVAL: "survival_difference", INCIDENCE: "incidence_difference"}
# Below this somebody stands for twenty and more: the weights hang on few.
FEW = 0.05


@dataclass(frozen=True)
class _Asked:
    """A course under exposure with its covariates; `kinds` what happened to each subject, `endpoint` with transplant ignored."""

    data: StudyData
    endpoint: Endpoint
    course: Course
    design: Design

    @property
    def rate(self) -> str:
        """What is told at each time."""
        return INCIDENCE if competes(self.endpoint) else SURVIVAL

    def weigh(
        self, days: np.ndarray, kinds: np.ndarray, by: float | None
    ) -> Weighting | WeightedStrategies | NotEstimable:
        """The weights of these courses: of nobody exposed, or of exposure by a day."""
        if by is None:
            return weigh_unexposed(days, kinds, self.course.begins, self.design)
        return weigh_strategies(days, kinds, self.course.begins, self.design, by=by)


def weighted_rows(
    data: StudyData, base: ResultRow, course: Course, endpoint: Endpoint, stated: WeightedTransplant
) -> Iterator[ResultRow]:
    """Rows of every weighted estimand the protocol asks of an endpoint. base: of the endpoint with transplant ignored; stated: what it asks."""
    base, design = covariates_of(data, base, course.subjects, stated.covariates)
    wanted: list[tuple[str, float | None]] = [(UNEXPOSED, None), *((EFFECT, float(days)) for days in stated.by_days)]
    for measure, by in wanted:
        row = replace(base, measure=measure, landmark_months=None if by is None else by / DAYS_PER_MONTH)
        if isinstance(design, NotEstimable):
            yield replace(
                row, statistic=RATIO if by else _rate_of(endpoint), unit="ratio" if by else "fraction"
            ).filled(design)
            continue
        asked = _Asked(data, endpoint, course, design)
        kinds = course.subjects["event"].to_numpy()
        found = asked.weigh(course.time, kinds, by)
        if isinstance(found, NotEstimable):
            yield replace(row, statistic=RATIO if by else asked.rate, unit="ratio" if by else "fraction").filled(found)
        elif isinstance(found, Weighting):
            yield from _strategy_rows(asked, row, found, by)
        else:
            yield from _strategy_rows(asked, replace(row, measure=BY_DAY), found.exposed, by)
            yield from _strategy_rows(asked, replace(row, measure=NOT_BY_DAY), found.unexposed, by)
            yield from _effect_rows(asked, row, found)


def supermodel_rows(
    data: StudyData, base: ResultRow, course: Course, stated: LandmarkSupermodel
) -> Iterator[ResultRow]:
    """The ratio of those transplanted by a landmark against those not, over all landmarks in one model, and how it changes with the landmark."""
    base = replace(base, measure=SUPERMODEL)
    design: Design | NotEstimable | None = None
    if stated.covariates:
        base, design = covariates_of(data, base, course.subjects, stated.covariates)
    row = replace(base, statistic=RATIO, unit="ratio", n=len(course.begins))
    if isinstance(design, NotEstimable):
        yield row.filled(design)
        return
    fit = fit_landmark_supermodel(
        course.time / DAYS_PER_MONTH, course.event, _months(course.begins), landmarks=stated.landmarks_months,
        window=stated.window_months, design=design, over_time=stated.over_time,
    )  # fmt: skip
    if isinstance(fit, NotEstimable):
        yield row.filled(fit)
        return
    names = [RATIO, CHANGE] if stated.over_time else [RATIO]
    own = [term for term in fit.terms if term.variable.startswith("exposed")]
    if len(own) < len(names):
        yield row.filled(NotEstimable(reason("covariates_left_out", names=["transplant"])))
        return
    for name, term in zip(names, own, strict=True):
        yield replace(row, statistic=name).with_ratio(fit, term)


def covariates_of(
    data: StudyData, base: ResultRow, subjects: pl.DataFrame, names: Sequence[str]
) -> tuple[ResultRow, Design | NotEstimable]:
    """The design of covariates known on day 0, or why there is none; and the row with what it then rests on and has to say."""
    complete = pl.Series([True] * subjects.height, dtype=pl.Boolean)
    held: list[Categorical | Numeric] = []
    for name in names:
        factor, known = data.protocol.risk_factors[name], data.factor_of(subjects, name)
        base = base.resting_on(base.basis + data.factor_basis(subjects, name, None))
        if refusal := immortal_time(name, factor, known, subjects["startdt"]):
            return base, refusal
        held.append(variable_of(name, factor, known))
        complete &= known["level" if factor.level_names else "value_number"].is_not_null()
    counted = subjects.filter(complete)
    if counted.is_empty():
        return base, NotEstimable(reason("covariates_unknown"))
    said = [one for name in names for one in factor_cautions(data, name, counted)]
    if missing := subjects.height - counted.height:
        said.append(reason("detail_unknown", n=missing, of=subjects.height))
    base = base.beware(*dict.fromkeys(one for one in said if one not in base.reasons))
    return base, build_design([against_somebody(one, complete) for one in held])


def _strategy_rows(asked: _Asked, row: ResultRow, found: Weighting, by: float | None) -> Iterator[ResultRow]:
    """One strategy: who is followed, the weights, and rates with what they can be."""
    if found.summary.least_probability < FEW:
        row = row.beware(reason("near_positivity", probability=found.summary.least_probability))
    rows = found.rows
    yield row.counting("n", found.n, found.n)
    yield row.counting("events", int((rows.cause == EVENT).sum()), found.n)
    yield row.counting(LEFT, found.n_left, found.n)
    summary = found.summary
    values = (summary.mean, summary.least, summary.largest, summary.least_probability)
    for name, value in zip(WEIGHTS, values, strict=True):
        unit = "fraction" if name == WEIGHTS[-1] else "ratio"
        yield replace(row, statistic=name, unit=unit).with_estimate(value, n=found.n)
    curve = weighted_incidence(rows)
    others = list(_possible(asked, row.measure, by))
    for months in asked.endpoint.landmarks_months:
        at = replace(row, time_months=months, n=found.n)
        if isinstance(curve, NotEstimable):
            yield replace(at, statistic=asked.rate, unit="fraction").filled(curve)
            continue
        days = months * DAYS_PER_MONTH
        yield replace(at, statistic=EFFECTIVE, unit="subjects").with_estimate(effective_at(curve, days))
        yield replace(at, statistic=asked.rate, unit="fraction").filled(_read(asked, curve, days))
        yield from _bounds(asked, replace(at, statistic=asked.rate, unit="fraction"), others, days)
        if competes(asked.endpoint):
            competing = weighted_incidence(rows, cause=COMPETING)
            other = competing if isinstance(competing, NotEstimable) else _read(asked, competing, days)
            yield replace(at, statistic=OTHER_INCIDENCE, unit="fraction").filled(other)


def _effect_rows(asked: _Asked, row: ResultRow, found: WeightedStrategies) -> Iterator[ResultRow]:
    """Transplant within the days against not: the hazard ratio, and the difference at each time after them."""
    fit = fit_weighted_cox(found.exposed.rows, found.unexposed.rows)
    ratio = replace(row, statistic=RATIO, unit="ratio", n=found.exposed.n)
    yield ratio.filled(fit) if isinstance(fit, NotEstimable) else ratio.with_ratio(fit, fit.terms[0])
    curves = [weighted_incidence(side.rows) for side in (found.unexposed, found.exposed)]
    for months in asked.endpoint.landmarks_months:
        if months * DAYS_PER_MONTH <= found.by:
            continue
        at = replace(row, statistic=DIFFERENCES[asked.rate], time_months=months, unit="fraction", n=found.exposed.n)
        without, with_it = curves
        if isinstance(without, NotEstimable) or isinstance(with_it, NotEstimable):
            yield at.filled(without if isinstance(without, NotEstimable) else with_it)  # type: ignore[arg-type]
            continue
        of: WeightedOf = "survival" if asked.rate == SURVIVAL else "incidence"
        compared = compare_weighted(without, with_it, months * DAYS_PER_MONTH, of=of)
        if isinstance(compared, NotEstimable):
            yield at.filled(compared)
        else:
            estimate, test = compared
            yield replace(at.filled(estimate), p_value=test.p_value, p_method=test.method)


def _rate_of(endpoint: Endpoint) -> str:
    return INCIDENCE if competes(endpoint) else SURVIVAL


def _read(asked: _Asked, curve: WeightedCurve, days: float) -> Estimate | NotEstimable:
    intervals = asked.data.protocol.intervals
    if asked.rate == SURVIVAL:
        return weighted_at(curve, days, of="survival", interval=intervals.survival)
    return weighted_at(curve, days, interval=intervals.cumulative_incidence)


def _possible(asked: _Asked, measure: str, by: float | None) -> Iterator[WeightedCurve | NotEstimable]:
    """The curve for all that can be of days and events that are not known, weighted anew each time; none where all is known."""
    only_death = asked.endpoint.event == ["death"]
    for days, kinds in possible_courses(asked.course.subjects, only_death=only_death):
        found = asked.weigh(days.astype(np.float64), kinds, by)
        if isinstance(found, WeightedStrategies):
            found = found.exposed if measure == BY_DAY else found.unexposed
        yield found if isinstance(found, NotEstimable) else weighted_incidence(found.rows)


def _bounds(
    asked: _Asked, row: ResultRow, others: Sequence[WeightedCurve | NotEstimable], days: float
) -> Iterator[ResultRow]:
    found = [one if isinstance(one, NotEstimable) else _read(asked, one, days) for one in others]
    values = [one.value for one in found if isinstance(one, Estimate)]
    if values and len(values) == len(found):
        for statistic, value in ((LOWEST, min(values)), (HIGHEST, max(values))):
            yield replace(row, statistic=statistic).with_estimate(value)


def _months(begins: Sequence[float | None]) -> list[float | None]:
    return [None if day is None else day / DAYS_PER_MONTH for day in begins]
