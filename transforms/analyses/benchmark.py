"""A study beside what other studies published of the same endpoint.

The published rates are taken as exact, and their patients as if they were ours: neither is so, and every row says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from schemas.paper import Paper
from schemas.protocol import Endpoint, Protocol
from schemas.reasons import Argument, Reason, coded, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, competes
from transforms.printed.digits import NUMBER
from transforms.statistics import (
    Estimate,
    NotEstimable,
    OneSample,
    cumulative_incidence,
    incidence_at,
    kaplan_meier,
    one_sample_logrank,
    survival_at,
)

CAUTION = reason("published_rates")
RATES = ("km_probability", "cumulative_incidence")
PERCENT = 100


@dataclass(frozen=True)
class PublishedCurve:
    """Rates another study printed of one endpoint: fractions by months, and how that endpoint is defined."""

    study: str
    name: str
    endpoint: Endpoint
    protocol: Protocol
    rates: Mapping[float, float]


def benchmark_rows(data: StudyData, others: Mapping[str, tuple[Protocol, Paper]]) -> Iterator[ResultRow]:
    """Each endpoint beside every published one of its kind: difference at each printed time, and a one-sample log-rank test."""
    curves = [curve for study, (protocol, published) in others.items() for curve in _curves(study, protocol, published)]
    for name, endpoint in data.protocol.endpoints.items():
        for curve in curves:
            if curve.endpoint.kind == endpoint.kind:
                yield from _beside(data, name, endpoint, curve)


def _curves(study: str, protocol: Protocol, published: Paper) -> Iterator[PublishedCurve]:
    rates: dict[str, dict[float, float]] = {}
    for figure in published.figures:
        timed = figure.statistic in RATES and figure.at_months is not None and NUMBER.match(figure.says)
        if timed and figure.where is not None and figure.where.analysis_id in protocol.endpoints and figure.at_months:
            rates.setdefault(figure.where.analysis_id, {})[figure.at_months] = float(figure.says) / PERCENT
    for name, found in rates.items():
        yield PublishedCurve(study, name, protocol.endpoints[name], protocol, dict(sorted(found.items())))


def _beside(data: StudyData, name: str, endpoint: Endpoint, curve: PublishedCurve) -> Iterator[ResultRow]:
    subjects = data.subjects_of(name)
    base = ResultRow(
        f"{name}.benchmark", "benchmark", "difference",
        analysis_set=endpoint.population, endpoint=name, compared_study=curve.study, compared_endpoint=curve.name,
        unit="fraction",
        reasons=(*differences(data.protocol, endpoint, curve), CAUTION),
        basis=data.rests_on("counted", "adam.adtte", subjects),
    )  # fmt: skip
    days, event = subjects["aval"].to_numpy(), subjects["event"].to_numpy()
    for months, published in curve.rates.items():
        own = _own_rate(data, endpoint, days, event, months)
        row = replace(base, time_months=months)
        yield _difference(row, own, published)
    if not competes(endpoint):
        points = [(0.0, 1.0), *((months * DAYS_PER_MONTH, rate) for months, rate in curve.rates.items() if rate > 0)]
        row = replace(base, statistic="observed_to_expected", unit="ratio")
        yield _tested(
            row,
            one_sample_logrank(days, event == EVENT, points)
            if len(points) > 1
            else NotEstimable(reason("no_rate_above_0")),
        )


def _own_rate(
    data: StudyData, endpoint: Endpoint, days: np.ndarray, event: np.ndarray, months: float
) -> Estimate | NotEstimable:
    intervals = data.protocol.intervals
    if competes(endpoint):
        incidence = cumulative_incidence(days, event, cause=EVENT, interval=intervals.cumulative_incidence)
        return incidence if isinstance(incidence, NotEstimable) else incidence_at(incidence, months * DAYS_PER_MONTH)
    survival = kaplan_meier(days, event == EVENT, interval=intervals.survival)
    return survival if isinstance(survival, NotEstimable) else survival_at(survival, months * DAYS_PER_MONTH)


def _difference(row: ResultRow, own: Estimate | NotEstimable, published: float) -> ResultRow:
    if isinstance(own, NotEstimable):
        return replace(row, status="not estimable", reasons=(*coded(own.reason), *row.reasons))
    low, high = (None if bound is None else bound - published for bound in (own.low, own.high))
    method = f"{own.method}/minus={PERCENT * published:g}"
    return replace(
        row, estimate=own.value - published, ci_low=low, ci_high=high, ci_level=own.confidence, method=method,
        n=own.n, events=own.events, at_risk=own.at_risk,
    )  # fmt: skip


def _tested(row: ResultRow, found: OneSample | NotEstimable) -> ResultRow:
    """Observed to expected events. Without p: patients of two studies differ, and no test here sees how."""
    if isinstance(found, NotEstimable):
        return replace(row, status="not estimable", reasons=(*coded(found.reason), *row.reasons))
    return replace(
        row, estimate=found.ratio.value, ci_low=found.ratio.low, ci_high=found.ratio.high, ci_level=found.ratio.confidence,
        method=found.ratio.method, n=found.ratio.n, events=found.observed,
    )  # fmt: skip


def differences(protocol: Protocol, endpoint: Endpoint, curve: PublishedCurve) -> list[Reason]:
    """In which ways the two definitions are not the same; empty where they are."""
    own_origin, other_origin = protocol.origins[endpoint.origin], curve.protocol.origins[curve.endpoint.origin]
    own_known = protocol.populations[endpoint.population].known_from
    other_known = curve.protocol.populations[curve.endpoint.population].known_from
    pairs: dict[str, tuple[Argument, Argument]] = {
        "differs_day_0": (f"{own_origin.kind}.{own_origin.infusion}", f"{other_origin.kind}.{other_origin.infusion}"),
        "differs_known_from": (own_known, other_known),
        "differs_transplant": (endpoint.transplant, curve.endpoint.transplant),
        "differs_censored": (endpoint.censor_at, curve.endpoint.censor_at),
        "differs_events": (sorted(endpoint.event), sorted(curve.endpoint.event)),
    }
    return [reason(code, own=own, other=other) for code, (own, other) in pairs.items() if own != other]
