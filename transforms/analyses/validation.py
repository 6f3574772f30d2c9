"""What a fitted Cox model's promise is worth: optimism, shrinkage, events per coefficient, calibration and Brier's score at the landmarks.

Belongs here: the rows. Which model is meant is decided in fitted.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from schemas.protocol.further import ModelValidation
from schemas.reasons import reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.models import Outcome
from transforms.analyses.rows import ResultRow
from transforms.statistics import (
    Design,
    NotEstimable,
    PredictedCurves,
    Validation,
    brier_score,
    calibrate_at,
    integrated_brier_score,
    predict_survival,
    validate_cox,
)

CORRECTED, SLOPE = "concordance_corrected", "calibration_slope"
BRIER, BRIER_NULL, INTEGRATED = "brier", "brier_null", "brier_integrated"
INTEGRATED_NULL, EXPLAINED = "brier_integrated_null", "brier_explained"
PREDICTED, OBSERVED = "calibration_predicted", "calibration_observed"


def validation_rows(
    outcome: Outcome, design: Design | NotEstimable, row: ResultRow, stated: ModelValidation, months: Sequence[float]
) -> Iterator[ResultRow]:
    """Rows of one model. row: what they have in common; design: the covariates of its subjects; months: the endpoint's landmarks."""
    if isinstance(design, NotEstimable) or outcome.time is None:
        if isinstance(design, NotEstimable):
            yield replace(row, statistic=CORRECTED, unit="ratio").filled(design)
        return
    found = validate_cox(outcome.time, outcome.event, design, resamples=stated.resamples, seed=stated.seed)
    if isinstance(found, NotEstimable):
        yield replace(row, statistic=CORRECTED, unit="ratio").filled(found)
        return
    yield from _promises(row, found)
    kept = design.complete
    curves = predict_survival(outcome.time[kept], outcome.event[kept], design.take(kept), design.take(kept))
    if isinstance(curves, NotEstimable):
        yield replace(row, statistic=OBSERVED, unit="fraction").filled(curves)
        return
    for at in months:
        yield from _calibration(outcome, kept, row, curves, stated.groups, at)
    yield from _scores(outcome, kept, row.beware(reason("scored_on_own_subjects")), curves, months)


def _promises(row: ResultRow, found: Validation) -> Iterator[ResultRow]:
    held = replace(row, unit="ratio", n=found.n, events=found.events)
    resampled = (
        held.beware(reason("resamples_failed", n=found.n_failed, of=found.resamples)) if found.n_failed else held
    )
    yield replace(held, statistic="events_per_parameter").with_estimate(found.events_per_parameter)
    yield replace(held, statistic="concordance").with_estimate(found.concordance)
    yield replace(resampled, statistic=CORRECTED).with_estimate(found.corrected)
    yield replace(resampled, statistic=SLOPE).with_estimate(found.slope)
    yield replace(held, statistic="shrinkage").with_estimate(found.shrinkage)


def _calibration(
    outcome: Outcome, kept: np.ndarray, row: ResultRow, curves: PredictedCurves, groups: int, at: float
) -> Iterator[ResultRow]:
    """Of each group of like risk what was predicted and what was observed; the group with the lowest survival first."""
    assert outcome.time is not None  # noqa: S101 - a Cox model has an endpoint
    days = at * DAYS_PER_MONTH
    found = calibrate_at(outcome.time[kept], outcome.event[kept], _predicted(curves, days), days, groups=groups)
    if isinstance(found, NotEstimable):
        yield replace(row, statistic=OBSERVED, unit="fraction", time_months=at).filled(found)
        return
    for number, group in enumerate(found, 1):
        of_group = replace(row, measure=str(number), time_months=at, unit="fraction", n=group.n)
        yield replace(of_group, statistic=PREDICTED).with_estimate(group.predicted)
        yield replace(of_group, statistic=OBSERVED).filled(group.observed)


def _scores(
    outcome: Outcome, kept: np.ndarray, row: ResultRow, curves: PredictedCurves, months: Sequence[float]
) -> Iterator[ResultRow]:
    """Brier's score at each landmark and over the time up to the last, beside that of one prediction for all."""
    assert outcome.time is not None  # noqa: S101 - a Cox model has an endpoint
    time, event = outcome.time[kept], outcome.event[kept]
    for at in months:
        of_time = replace(row, time_months=at, unit="score")
        found = brier_score(time, event, _predicted(curves, at * DAYS_PER_MONTH), at * DAYS_PER_MONTH)
        if isinstance(found, NotEstimable):
            yield replace(of_time, statistic=BRIER).filled(found)
            continue
        yield replace(of_time, statistic=BRIER).with_estimate(found.score, n=found.n)
        yield replace(of_time, statistic=BRIER_NULL).with_estimate(found.null_score, n=found.n)
    if not months:
        return
    last = replace(row, time_months=max(months), unit="score")
    shares = np.clip(curves.survival, 0.0, 1.0)
    whole = integrated_brier_score(time, event, curves.time, shares, max(months) * DAYS_PER_MONTH)
    if isinstance(whole, NotEstimable):
        yield replace(last, statistic=INTEGRATED).filled(whole)
        return
    yield replace(last, statistic=INTEGRATED).with_estimate(whole.score, n=whole.n)
    yield replace(last, statistic=INTEGRATED_NULL).with_estimate(whole.null_score, n=whole.n)
    if whole.explained is not None:
        yield replace(last, statistic=EXPLAINED, unit="fraction").with_estimate(whole.explained, n=whole.n)


def _predicted(curves: PredictedCurves, days: float) -> np.ndarray:
    """Predicted survival of every subject at a time (n,)."""
    place = int(np.searchsorted(curves.time, days, side="right")) - 1
    return np.ones(curves.survival.shape[1]) if place < 0 else np.clip(curves.survival[place], 0.0, 1.0)
