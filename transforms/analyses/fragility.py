"""How much each headline rests on single subjects and sites.

Headlines are an endpoint's rate at its first landmark, each comparison between groups, and response after each infusion.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl

from schemas.protocol import Endpoint, Protocol, ResponseWindow
from schemas.reasons import reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, competes, immortal_time, with_level
from transforms.statistics import (
    Estimate,
    NotEstimable,
    TestResult,
    count_flips,
    cumulative_incidence,
    gray_test,
    incidence_at,
    kaplan_meier,
    leave_one_out,
    logrank,
    survival_at,
)

_THRESHOLD = 0.05
# Every single subject is refitted, some ten times over: a question of small trials, and minutes of computing beyond.
_SMALL_TRIAL = 300
_TOO_LARGE = NotEstimable(reason("too_large_to_refit", n=_SMALL_TRIAL))
_MOST_FLIPS = 10  # beyond, a headline of a small trial rests on no single patient


def fragility_parts(protocol: Protocol) -> list[str]:
    """The headlines, which can be refitted apart from one another: endpoints, and responses as `response.i1`."""
    return [*protocol.endpoints, *(f"response.i{window.infusion}" for window in protocol.response)]


def fragility_rows(data: StudyData) -> Iterator[ResultRow]:
    """Range of each headline over refits without one subject or site, and how many outcomes must change to flip a test."""
    for part in fragility_parts(data.protocol):
        yield from fragility_of(data, part)


def fragility_of(data: StudyData, part: str) -> Iterator[ResultRow]:
    """The rows of one headline."""
    if part in data.protocol.endpoints:
        yield from _of_endpoint(data, part)
    for window in data.protocol.response:
        if part == f"response.i{window.infusion}":
            yield from _of_response(data, window)


def _of_endpoint(data: StudyData, name: str) -> Iterator[ResultRow]:
    endpoint, subjects = data.protocol.endpoints[name], data.subjects_of(name)
    base = ResultRow(
        f"fragility.{name}",
        "fragility",
        "",
        analysis_set=endpoint.population,
        endpoint=name,
        basis=data.rests_on("counted", "adam.adtte", subjects),
    )
    if endpoint.landmarks_months:
        yield from _of_rate(endpoint, base, subjects)
    for factor in endpoint.groups:
        yield _of_comparison(data, endpoint, base, subjects, factor)


def _of_response(data: StudyData, window: ResponseWindow) -> Iterator[ResultRow]:
    evaluable = data.adrs.filter(infusion_number=window.infusion, evalfl="Y").sort("subject_id")
    responded = (evaluable["respfl"] == "Y").to_numpy()
    row = ResultRow(
        f"fragility.response.i{window.infusion}", "fragility", "",
        analysis_set="evaluable", infusion=window.infusion, measure="responders", unit="fraction", basis=data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y"),
    )  # fmt: skip
    yield from _without_one(row, evaluable, partial(_share, responded))


def _share(responded: np.ndarray, kept: np.ndarray) -> float | None:
    return float(responded[kept].mean()) if kept.any() else None


def _of_rate(endpoint: Endpoint, base: ResultRow, subjects: pl.DataFrame) -> Iterator[ResultRow]:
    months = endpoint.landmarks_months[0]
    days, event = subjects["aval"].to_numpy(), subjects["event"].to_numpy()
    rate = _incidence if competes(endpoint) else _survival
    row = replace(base, time_months=months, unit="fraction")
    yield from _without_one(row, subjects, lambda kept: rate(days[kept], event[kept], months * DAYS_PER_MONTH))


def _survival(days: np.ndarray, event: np.ndarray, at: float) -> float | None:
    curve = kaplan_meier(days, event == EVENT)
    return None if isinstance(curve, NotEstimable) else _value(survival_at(curve, at))


def _incidence(days: np.ndarray, event: np.ndarray, at: float) -> float | None:
    curve = cumulative_incidence(days, event, cause=EVENT)
    return None if isinstance(curve, NotEstimable) else _value(incidence_at(curve, at))


def _value(found: Estimate | NotEstimable) -> float | None:
    return None if isinstance(found, NotEstimable) else found.value


def _without_one(
    row: ResultRow, subjects: pl.DataFrame, estimate: Callable[[np.ndarray], float | None]
) -> Iterator[ResultRow]:
    """The headline with its range over refits, one row for subjects and one for sites where there are several."""
    units: list[tuple[str, Sequence[Hashable]]] = [("subject", subjects["subject_id"].to_list())]
    if subjects["site_id"].n_unique() > 1:
        units.append(("site", subjects["site_id"].to_list()))
    for name, labels in units:
        refits = len(set(labels))
        found = leave_one_out(labels, estimate) if refits <= _SMALL_TRIAL else _TOO_LARGE
        headline = replace(row, statistic=f"leave_one_{name}_out", n=subjects.height)
        if isinstance(found, NotEstimable):
            yield headline.filled(found)
            continue
        reasons = [reason("refits", n=found.n_refits)]
        if found.n_not_estimable:
            reasons.append(reason("refits_not_estimable", n=found.n_not_estimable))
        yield replace(
            headline,
            estimate=found.full,
            ci_low=found.low,
            ci_high=found.high,
            method=f"leave-one-{name}-out",
            reasons=tuple(reasons),
        )


def _of_comparison(
    data: StudyData, endpoint: Endpoint, base: ResultRow, subjects: pl.DataFrame, name: str
) -> ResultRow:
    """How many subjects' events must change before the test between groups crosses 0.05."""
    factor, known = data.protocol.risk_factors[name], data.factor_of(subjects, name)
    row = replace(
        base, statistic="fragility_index", factor=name, unit="subjects",
        basis=base.basis + data.factor_basis(subjects, name, base.basis.who),
    )  # fmt: skip
    refusal = immortal_time(name, factor, known, subjects["startdt"])
    if refusal or subjects.height > _SMALL_TRIAL:
        return row.filled(refusal or _TOO_LARGE)
    compared = subjects.with_columns(level=known["level"]).drop_nulls("level")
    days, event, group = compared["aval"].to_numpy(), compared["event"].to_numpy(), compared["level"].to_list()

    def p_value(outcome: np.ndarray) -> float | None:
        if competes(endpoint):
            kind = np.where(outcome, EVENT, np.where(event == EVENT, 0, event))
            return _p(gray_test(days, kind, group))
        return _p(logrank(days, outcome, group))

    counted = data.rests_on("counted", "adam.adtte", compared, among=[with_level(name)])
    row = replace(row, basis=counted + data.factor_basis(compared, name, counted.who))
    found = count_flips(event == EVENT, p_value, threshold=_THRESHOLD, most=_MOST_FLIPS)
    if isinstance(found, NotEstimable):
        return row.filled(found)
    flip = "flip_loses" if found.p_before < _THRESHOLD else "flip_gains"
    return replace(
        row, estimate=float(found.count), n=found.n, method="greedy-flips", p_value=found.p_before,
        p_method="before-flips", reasons=(reason(flip, level=_THRESHOLD),),
    )  # fmt: skip


def _p(test: TestResult | NotEstimable) -> float | None:
    return None if isinstance(test, NotEstimable) else test.p_value
