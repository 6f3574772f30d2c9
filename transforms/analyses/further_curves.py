"""What a protocol asks of curves beyond rates, medians and the log-rank test: of all subjects, and of each level of a risk factor.

Belongs here: which subjects and levels each question is put to, and what is unknown of its answer. Rates, medians and their curves
are in time_to_event.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Final, get_args

import numpy as np
import polars as pl

from schemas.protocol import Endpoint, RiskFactor
from schemas.protocol.further import CurveWeights
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import cautions, derived_cautions, factor_cautions, level_cautions
from transforms.analyses.endpoint_rows import Rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import COMPETING, EVENT, StudyData, immortal_time, with_level
from transforms.analyses.time_to_event import immortal_population
from transforms.analyses.unknown import HIGHEST, LOWEST, possible_courses
from transforms.statistics import (
    Estimate,
    IncidenceCurve,
    NotEstimable,
    SurvivalCurve,
    TestResult,
    compare_restricted_means,
    compare_survival_at,
    compare_time_lost,
    conditional_survival,
    cumulative_incidence,
    kaplan_meier,
    logrank,
    logrank_trend,
    ratio_of_restricted_means,
    restricted_mean,
    time_lost,
)
from transforms.statistics.logrank import LogrankWeights

SECTION = "curves"
MEAN, MEAN_DIFFERENCE, MEAN_RATIO = "restricted_mean", "restricted_mean_difference", "restricted_mean_ratio"
LOST_RATIO, DIFFERENCE, CONDITIONAL = "time_lost_ratio", "survival_difference", "conditional_survival"
LOST, LOST_COMPETING = "mean_time_lost", "mean_time_lost_competing"
LOST_DIFFERENCE, LOST_TO_RATIO = "mean_time_lost_difference", "mean_time_lost_ratio"
WEIGHTED, TREND = "weighted_logrank", "logrank_trend"
# The weights of the library, by the code of their test.
WEIGHTS: Final[dict[str, LogrankWeights]] = {name.lower(): name for name in get_args(LogrankWeights)}
Found = Estimate | tuple[Estimate, TestResult] | NotEstimable
# Days and kinds of event of the subjects of a curve.
Course = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Ask:
    """A question put to the curves of one or two groups, in months: to survival curves, or to incidences of a cause."""

    of: Callable[..., Found]
    cause: int | None = None


@dataclass(frozen=True)
class Group:
    """The subjects of a level, or all of them: their rows of adtte, and every course they may have had where something is unknown."""

    row: ResultRow
    subjects: pl.DataFrame
    known: Course
    possible: Sequence[Course]


def further_curve_rows(data: StudyData) -> Iterator[ResultRow]:
    """Everything that is asked of the curves of every endpoint, in its order."""
    for name, endpoint in data.protocol.endpoints.items():
        yield from _of_all(data, name, endpoint)
        for factor in endpoint.groups:
            if _is_compared(endpoint, data.protocol.risk_factors[factor]):
                yield from _of_groups(data, name, endpoint, factor)


def base_row(data: StudyData, name: str, subjects: pl.DataFrame, among: Sequence[Rows] = ()) -> ResultRow:
    """A row of the section about some subjects of an endpoint, with what is unknown of them. among: who they are, if not all."""
    endpoint = data.protocol.endpoints[name]
    return ResultRow(
        f"{SECTION}.{name}", SECTION, "", analysis_set=endpoint.population, endpoint=name,
        reasons=(*immortal_population(data, endpoint), *cautions(data, subjects, endpoint)),
        basis=data.rests_on("counted", "adam.adtte", subjects, among=among),
    )  # fmt: skip


def _is_compared(endpoint: Endpoint, factor: RiskFactor) -> bool:
    further = endpoint.further
    asked = (further.restricted_mean_months, further.differences_at_months, further.weights, further.given_months)
    return any(asked) or (factor.scores is not None and not endpoint.competes)


def _group(endpoint: Endpoint, row: ResultRow, subjects: pl.DataFrame) -> Group:
    known = subjects["aval"].to_numpy(), subjects["event"].to_numpy()
    return Group(row, subjects, known, list(possible_courses(subjects, only_death=endpoint.event == ["death"])))


def _of_all(data: StudyData, name: str, endpoint: Endpoint) -> Iterator[ResultRow]:
    if not (endpoint.further.restricted_mean_months or endpoint.further.given_months):
        return
    subjects = data.subjects_of(name)
    yield from _of_one(data, endpoint, _group(endpoint, base_row(data, name, subjects), subjects))


def _of_one(data: StudyData, endpoint: Endpoint, group: Group) -> Iterator[ResultRow]:
    """Restricted means and conditional survival of one group."""
    for months in endpoint.further.restricted_mean_months:
        row = replace(group.row, time_months=months, unit="months")
        for statistic, ask in _means(endpoint, months).items():
            yield from _answered(data, replace(row, statistic=statistic, measure=statistic), [group], ask)
    for given, months in product(endpoint.further.given_months, endpoint.landmarks_months):
        if months > given:
            row = replace(
                group.row, statistic=CONDITIONAL, measure=CONDITIONAL, time_months=months, landmark_months=given,
                unit="fraction",
            )  # fmt: skip
            yield from _answered(
                data, row, [group], Ask(partial(conditional_survival, given=given, t=months))
            )  # fmt: skip


def _of_groups(data: StudyData, name: str, endpoint: Endpoint, factor_name: str) -> Iterator[ResultRow]:
    """Each level, each level against the first, and the tests over all levels."""
    factor, subjects = data.protocol.risk_factors[factor_name], data.subjects_of(name)
    known = data.factor_of(subjects, factor_name)
    base = replace(base_row(data, name, subjects), factor=factor_name)
    base = base.resting_on(base.basis + data.factor_basis(subjects, factor_name, base.basis.who))
    if refusal := immortal_time(factor_name, factor, known, subjects["startdt"]):
        yield replace(base, statistic=TREND if factor.scores else MEAN).filled(refusal)
        return
    groups = []
    for level in factor.level_names:
        members = subjects.filter(known["level"] == level)
        of_level = base_row(data, name, members, [with_level(factor_name, level)])
        row = replace(of_level, factor=factor_name, level=level).beware(*derived_cautions(factor))
        row = row.resting_on(row.basis + data.factor_basis(members, factor_name, row.basis.who))
        groups.append(_group(endpoint, row, members))
        yield from _of_one(data, endpoint, groups[-1])
    compared = subjects.filter(known["level"].is_not_null())
    said = (*level_cautions(factor, known), *factor_cautions(data, factor_name, compared))
    counted = data.rests_on("counted", "adam.adtte", compared, among=[with_level(factor_name)])
    test = replace(base, basis=counted + data.factor_basis(compared, factor_name, counted.who))
    for other in groups[1:]:
        yield from _against(data, endpoint, test.beware(*said), groups[0], other)
    yield from _tests(endpoint, test.beware(*said), factor, compared, known["level"].drop_nulls().to_list())


def _against(data: StudyData, endpoint: Endpoint, base: ResultRow, first: Group, other: Group) -> Iterator[ResultRow]:
    """One level against the first: differences and ratios, second minus first and second to first."""
    base = replace(base, level=other.row.level, reference_level=first.row.level)
    base = base.resting_on(first.row.basis + other.row.basis)
    pair = [first, other]
    for months in endpoint.further.restricted_mean_months:
        row = replace(base, time_months=months, unit="ratio")
        for statistic, (unit, ask) in _mean_effects(endpoint, months).items():
            yield from _answered(data, replace(row, statistic=statistic, measure=statistic, unit=unit), pair, ask)
    for months in endpoint.further.differences_at_months:
        row = replace(base, statistic=DIFFERENCE, measure=DIFFERENCE, time_months=months, unit="fraction")
        yield from _answered(data, row, pair, Ask(partial(compare_survival_at, t=months)))


def _means(endpoint: Endpoint, months: float) -> dict[str, Ask]:
    """By statistic: the mean time free of the event; with competing events that lost to it, and to them."""
    if not endpoint.competes:
        return {MEAN: Ask(lambda curve: restricted_mean(curve, months))}
    return {
        LOST: Ask(lambda curve: time_lost(curve, months), cause=EVENT),
        LOST_COMPETING: Ask(lambda curve: time_lost(curve, months), cause=COMPETING),
    }


def _mean_effects(endpoint: Endpoint, months: float) -> dict[str, tuple[str, Ask]]:
    """By statistic: unit and question of a level against the first."""
    if endpoint.competes:
        return {
            LOST_DIFFERENCE: ("months", Ask(lambda a, b: compare_time_lost(a, b, months), cause=EVENT)),
            LOST_TO_RATIO: ("ratio", Ask(lambda a, b: compare_time_lost(a, b, months, effect="ratio"), cause=EVENT)),
        }
    return {
        MEAN_DIFFERENCE: ("months", Ask(lambda a, b: compare_restricted_means(a, b, months))),
        MEAN_RATIO: ("ratio", Ask(lambda a, b: ratio_of_restricted_means(a, b, months))),
        LOST_RATIO: ("ratio", Ask(lambda a, b: ratio_of_restricted_means(a, b, months, of="time lost"))),
    }


def _tests(
    endpoint: Endpoint, base: ResultRow, factor: RiskFactor, compared: pl.DataFrame, levels: Sequence[str]
) -> Iterator[ResultRow]:
    """Tests over all levels with other weights than the log-rank test's, and the test for trend where they stand in an order."""
    if endpoint.competes:
        return
    days, event = compared["aval"].to_numpy(), compared["event"].to_numpy() == EVENT
    for weights in endpoint.further.weights:
        row = replace(base, statistic=WEIGHTED, measure=weights, unit="chi-square")
        yield row.filled(logrank(days, event, levels, weights=_weights(weights)))
    if factor.scores is not None:
        row = replace(base, statistic=TREND, measure=TREND, unit="chi-square")
        yield row.filled(logrank_trend(days, event, levels, factor.scores))


def _weights(code: CurveWeights) -> LogrankWeights:
    return WEIGHTS[code]


def _answered(data: StudyData, row: ResultRow, groups: Sequence[Group], ask: Ask) -> Iterator[ResultRow]:
    """The answer to a question put to the curves of groups, and the lowest and highest it can be where something is unknown."""
    yield _filled(row, _put(data, [group.known for group in groups], ask))
    if not any(group.possible for group in groups):
        return
    courses = product(*([*group.possible] or [group.known] for group in groups))
    answers = [_put(data, course, ask) for course in courses]
    found = [one[0] if isinstance(one, tuple) else one for one in answers]
    values = [one.value for one in found if isinstance(one, Estimate)]
    if len(values) == len(found) and min(values) < max(values):
        for statistic, value in ((LOWEST, min(values)), (HIGHEST, max(values))):
            yield replace(row, statistic=statistic).with_estimate(value)


def _put(data: StudyData, courses: Sequence[Course], ask: Ask) -> Found:
    """The answer of curves in months; the reason why there is none where a curve is missing."""
    curves: list[SurvivalCurve | IncidenceCurve] = []
    intervals = data.protocol.intervals
    for days, kind in courses:
        months = days / DAYS_PER_MONTH
        curve: SurvivalCurve | IncidenceCurve | NotEstimable
        if ask.cause is None:
            curve = kaplan_meier(months, kind == EVENT, interval=intervals.survival)
        else:
            curve = cumulative_incidence(months, kind, cause=ask.cause, interval=intervals.cumulative_incidence)
        if isinstance(curve, NotEstimable):
            return curve
        curves.append(curve)
    return ask.of(*curves)


def _filled(row: ResultRow, found: Found) -> ResultRow:
    if not isinstance(found, tuple):
        return row.filled(found)
    estimate, test = found
    return replace(row.filled(estimate), p_value=test.p_value, p_method=test.method)
