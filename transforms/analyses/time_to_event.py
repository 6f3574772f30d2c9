"""Survival and cumulative incidence of each endpoint, for all subjects and by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol import Endpoint
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import cautions, derived_cautions, factor_cautions, level_cautions, unseen_rows
from transforms.analyses.models import compared_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import COMPETING, EVENT, StudyData, competes, immortal_time, with_level
from transforms.analyses.unknown import HIGHEST, LOWEST, possible_courses
from transforms.statistics import (
    Estimate,
    IncidenceCurve,
    NotEstimable,
    SurvivalCurve,
    cumulative_incidence,
    gray_test,
    incidence_at,
    kaplan_meier,
    logrank,
    median_survival,
    survival_at,
)


@dataclass(frozen=True)
class Outcome:
    """What an endpoint gave: rows of results.analysis, and curves in the columns of results.curve."""

    rows: list[ResultRow]
    curves: list[pl.DataFrame]


def time_to_event(data: StudyData, name: str) -> Outcome:
    """Analyse one endpoint: all subjects first, then each group the protocol compares."""
    endpoint, subjects = data.protocol.endpoints[name], data.subjects_of(name)
    base = base_row(data, name, endpoint, subjects)
    outcome = _describe(data, endpoint, base, subjects)
    for factor in endpoint.groups:
        by_group = _compare(data, endpoint, base, subjects, factor)
        outcome = Outcome(outcome.rows + by_group.rows, outcome.curves + by_group.curves)
    return outcome


def base_row(data: StudyData, name: str, endpoint: Endpoint, subjects: pl.DataFrame) -> ResultRow:
    """What the rows of an endpoint have in common. endpoint: as it is defined, which may be otherwise than the protocol does."""
    return ResultRow(
        name,
        "competing" if competes(endpoint) else "survival",
        statistic="",
        analysis_set=endpoint.population,
        endpoint=name,
        reasons=(*immortal_population(data, endpoint), *_cautions(data, endpoint, subjects)),
        basis=data.rests_on("counted", "adam.adtte", subjects),
    )


def described(data: StudyData, endpoint: Endpoint, base: ResultRow, subjects: pl.DataFrame) -> Outcome:
    """Counts, rates and their curves of some subjects. endpoint: as it is defined; base: what the rows have in common."""
    return _describe(data, endpoint, base, subjects)


def immortal_population(data: StudyData, endpoint: Endpoint) -> tuple[Reason, ...]:
    """A warning where the population is defined by something later than day 0."""
    population = data.protocol.populations[endpoint.population]
    if population.is_known_at(data.protocol.origins[endpoint.origin]):
        return ()
    return (reason("chosen_later", known=population.known_from),)


def _cautions(data: StudyData, endpoint: Endpoint, subjects: pl.DataFrame) -> tuple[Reason, ...]:
    return cautions(data, subjects, endpoint)


def _describe(data: StudyData, endpoint: Endpoint, base: ResultRow, subjects: pl.DataFrame) -> Outcome:
    days, event = subjects["aval"].to_numpy(), subjects["event"].to_numpy()
    if competes(endpoint):
        outcome = _describe_incidence(data, endpoint, base, days, event)
        bounds = [
            bound
            for months in endpoint.landmarks_months
            for bound in _bounds(
                _rate(base, "cumulative_incidence", months, len(days)), _incidences(data, endpoint, subjects, months)
            )
        ]
        return Outcome(outcome.rows + bounds + unseen_rows(data, base, subjects), outcome.curves)
    curve = kaplan_meier(days, event == EVENT, interval=data.protocol.intervals.survival)
    if isinstance(curve, NotEstimable):
        return Outcome([replace(base, statistic="survival").filled(curve)], [])
    rows = _counts(base, curve.n, curve.n_events) + unseen_rows(data, base, subjects)
    for months in endpoint.landmarks_months:
        row = _rate(base, "survival", months, curve.n)
        rows.append(row.filled(survival_at(curve, months * DAYS_PER_MONTH)))
        rows += _bounds(row, _survivals(data, endpoint, subjects, months))
    median = replace(base, statistic="median_time", unit="months", n=curve.n, events=curve.n_events)
    rows.append(median.filled(median_survival(curve), per_unit=DAYS_PER_MONTH))
    return Outcome(rows, [survival_frame(base, curve)])


def _bounds(row: ResultRow, possible: Sequence[Estimate | NotEstimable]) -> list[ResultRow]:
    """The lowest and highest of what a rate can be at a landmark; nothing where all is known."""
    found = [value.value for value in possible if not isinstance(value, NotEstimable)]
    if not found or len(found) < len(possible):
        return []
    return [
        replace(row, statistic=statistic).with_estimate(value)
        for statistic, value in ((LOWEST, min(found)), (HIGHEST, max(found)))
    ]


def _survivals(
    data: StudyData, endpoint: Endpoint, subjects: pl.DataFrame, months: float
) -> list[Estimate | NotEstimable]:
    """Survival at a landmark for all that can be; none where all is known."""
    found: list[Estimate | NotEstimable] = []
    for days, event in possible_courses(subjects, only_death=endpoint.event == ["death"]):
        curve = kaplan_meier(days, event == EVENT, interval=data.protocol.intervals.survival)
        found.append(curve if isinstance(curve, NotEstimable) else survival_at(curve, months * DAYS_PER_MONTH))
    return found


def _incidences(
    data: StudyData, endpoint: Endpoint, subjects: pl.DataFrame, months: float
) -> list[Estimate | NotEstimable]:
    """Cumulative incidence at a landmark for all that can be; none where all is known."""
    interval, found = data.protocol.intervals.cumulative_incidence, []
    for days, event in possible_courses(subjects, only_death=endpoint.event == ["death"]):
        curve = cumulative_incidence(days, event, cause=EVENT, interval=interval)
        found.append(curve if isinstance(curve, NotEstimable) else incidence_at(curve, months * DAYS_PER_MONTH))
    return found


def _describe_incidence(
    data: StudyData, endpoint: Endpoint, base: ResultRow, days: np.ndarray, event: np.ndarray
) -> Outcome:
    interval = data.protocol.intervals.cumulative_incidence
    curve = cumulative_incidence(days, event, cause=EVENT, interval=interval)
    if isinstance(curve, NotEstimable):
        return Outcome([replace(base, statistic="cumulative_incidence").filled(curve)], [])
    rows, frames = (
        _counts(base, curve.n, curve.n_events),
        [_incidence_frame(base, curve, "cumulative_incidence")],
    )
    rows += _incidence_rows(base, curve, "cumulative_incidence", endpoint.landmarks_months)
    other = cumulative_incidence(days, event, cause=COMPETING, interval=interval)
    if not isinstance(other, NotEstimable) and other.n_events:
        rows += _incidence_rows(base, other, "competing_incidence", endpoint.landmarks_months)
        frames.append(_incidence_frame(base, other, "competing_incidence"))
    return Outcome(rows, frames)


def _incidence_rows(
    base: ResultRow, curve: IncidenceCurve, statistic: str, landmarks: Sequence[float]
) -> list[ResultRow]:
    rows = []
    for months in landmarks:
        row = _rate(base, statistic, months, curve.n)
        found = incidence_at(curve, months * DAYS_PER_MONTH)
        rows.append(row.filled(found))
    return rows


def _compare(data: StudyData, endpoint: Endpoint, base: ResultRow, subjects: pl.DataFrame, name: str) -> Outcome:
    """Curves by level of a risk factor known at day 0, the test between them and, where asked for, the ratios of levels."""
    factor, known = data.protocol.risk_factors[name], data.factor_of(subjects, name)
    test_row = replace(
        base, statistic="gray" if competes(endpoint) else "logrank", factor=name, basis=base.basis + data.factor_basis(subjects, name, base.basis.who),
    )  # fmt: skip
    if refusal := immortal_time(name, factor, known, subjects["startdt"]):
        return Outcome([test_row.filled(refusal)], [])
    outcome = Outcome([], [])
    for level in factor.level_names:
        members = subjects.filter(known["level"] == level)
        counted = data.rests_on("counted", "adam.adtte", members, among=[with_level(name, level)])
        of_level = replace(
            base, factor=name, level=level,
            reasons=(*immortal_population(data, endpoint), *_cautions(data, endpoint, members), *derived_cautions(factor)),
            basis=counted + data.factor_basis(members, name, counted.who),
        )  # fmt: skip
        found = _describe(data, endpoint, of_level, members)
        outcome = Outcome(outcome.rows + found.rows, outcome.curves + found.curves)
    compared = subjects.with_columns(level=known["level"]).drop_nulls("level")
    days, event, group = (
        compared["aval"].to_numpy(),
        compared["event"].to_numpy(),
        compared["level"].to_list(),
    )
    counted = data.rests_on("counted", "adam.adtte", compared, among=[with_level(name)])
    test_row = replace(test_row, basis=counted + data.factor_basis(compared, name, counted.who))
    test = gray_test(days, event, group) if competes(endpoint) else logrank(days, event == EVENT, group)
    said, doubts = tuple(level_cautions(factor, known)), factor_cautions(data, name, compared)
    ratios = (
        compared_rows(data, base, name) if data.protocol.figures.hazard_ratio and len(factor.level_names) > 1 else ()
    )
    rows = [*outcome.rows, *(row.beware(*said) for row in ratios), test_row.filled(test).beware(*said, *doubts)]
    return Outcome(rows, outcome.curves)


def _counts(base: ResultRow, n: int, events: int) -> list[ResultRow]:
    return [
        replace(base, statistic="n", estimate=n, n=n, unit="subjects"),
        replace(base, statistic="events", estimate=events, n=n, events=events, unit="subjects"),
    ]


def _rate(base: ResultRow, statistic: str, months: float, n: int) -> ResultRow:
    return replace(base, statistic=statistic, time_months=months, unit="fraction", n=n)


def survival_frame(base: ResultRow, curve: SurvivalCurve) -> pl.DataFrame:
    """A curve in the columns of results.curve, under the keys of a row; with its standard error, kind and level of interval besides."""
    return _curve_columns(base, curve, "survival", list(curve.survival), list(curve.events))


def _incidence_frame(base: ResultRow, curve: IncidenceCurve, statistic: str) -> pl.DataFrame:
    return _curve_columns(base, curve, statistic, list(curve.incidence), list(curve.events))


def _curve_columns(
    base: ResultRow,
    curve: SurvivalCurve | IncidenceCurve,
    statistic: str,
    estimate: Sequence[float],
    events: Sequence[int],
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time_months": [float(days) / DAYS_PER_MONTH for days in curve.time],
            "estimate": [float(value) for value in estimate],
            "ci_low": list(curve.low),
            "ci_high": list(curve.high),
            "at_risk": [int(count) for count in curve.at_risk],
            "events": [int(count) for count in events],
            "censored": [int(count) for count in curve.censored],
            # What an interval of another kind is made from.
            "standard_error": list(curve.standard_error),
        },
        schema_overrides=dict.fromkeys(("ci_low", "ci_high", "standard_error"), pl.Float64),
    ).with_columns(
        interval_kind=pl.lit(curve.interval),
        ci_level=pl.lit(curve.confidence),
        analysis_id=pl.lit(base.analysis_id),
        statistic=pl.lit(statistic),
        factor=pl.lit(base.factor),
        level=pl.lit(base.level),
    )
