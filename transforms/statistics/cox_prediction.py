"""What a Cox model says of a subject with given covariates: its survival over time, with errors.

Belongs here: the baseline hazard and curves predicted from it. Residuals are in cox_residuals.py.

Source: Andersen and Gill 1982; Tsiatis, Ann Stat 1981;9:93; ties after Efron as in Therneau and Grambsch 2000, 10.2; equal to R's
survfit(coxph, newdata).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Floats,
    check_count,
    check_entry,
    check_kind,
    check_method,
    check_number,
    check_share,
    check_survival,
    snap_time,
)
from transforms.statistics.cox import is_suspicious
from transforms.statistics.cox_rows import CoxRows, gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.partial_likelihood import count_at, maximize_partial_likelihood, weigh
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.separation import find_monotone_columns
from transforms.statistics.survival_intervals import Bounds, Interval, compute_bounds


@dataclass(frozen=True)
class PredictedCurves:
    """Survival of subjects with given covariates: one row per event time, one column per subject asked for.

    `time` (rows,), `cumulative_hazard`, `survival` and their errors (rows, subjects); `baseline_hazard` (rows,) is the cumulative
    hazard of a subject with all covariates 0. `last_time` is the last time anybody was observed, `n` and `n_events` those fitted.
    """

    time: Floats
    baseline_hazard: Floats
    cumulative_hazard: Floats
    cumulative_hazard_standard_error: Floats
    survival: Floats
    interval: Interval
    confidence: float
    n: int
    n_events: int
    last_time: float

    def bounds(self, subject: int) -> tuple[Bounds, Bounds]:
        """Pointwise bounds of the survival of one of the subjects asked for: two tuples of length rows."""
        survival = self.survival[:, subject]
        return compute_bounds(
            survival, survival * self.cumulative_hazard_standard_error[:, subject], self.interval, self.confidence
        )


def predict_survival(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    subjects: Design,
    *,
    entry: ArrayLike | None = None,
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> PredictedCurves | NotEstimable:
    """Survival that a Cox model (ties after Efron) predicts for subjects with given covariates.

    Parameters
    ----------
    time : array (n,)
        Time of the subjects the model is fitted to, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    subjects : Design
        The same covariates for the subjects to predict.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    interval : str
        Pointwise interval: "log-log", "log", "plain", "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    PredictedCurves | NotEstimable
        Predicted curves. Not estimable if the model can't be fitted, its likelihood has no maximum, or a covariate
        could not be estimated.

    Raises
    ------
    ValueError
        Impossible input, other columns, or a missing covariate of a subject to predict.

    References
    ----------
    See the head of the module.
    """
    check_share(confidence)
    check_method(interval, get_args(Interval), "interval")
    times, events = check_survival(time, event)
    start, times = (None, times) if entry is None else check_entry(entry, times)
    rows = gather_cox_rows(design, start, times, events)
    asked = check_kind(subjects, Design, "subjects")
    if asked.columns != design.columns or not asked.complete.all():
        raise ValueError("subjects must have the covariates of the design, all known")
    fit = None if rows.impossible else maximize_partial_likelihood(rows.risk_sets)
    if impossible := explain_no_fit(rows, fit):
        return NotEstimable(impossible)
    assert fit is not None  # noqa: S101 - explain_no_fit names the reason where it is
    return _predict(rows, fit.coefficients, fit.covariance, asked.matrix, interval, confidence)


def explain_no_fit(rows: CoxRows, fit: object) -> str:
    """Why a model of all columns has no finite estimate, or ""."""
    if rows.impossible:
        return rows.impossible
    if rows.left_out:
        return reason("covariates_left_out", names=[column.name for column in rows.left_out])
    if fit is None or is_suspicious(fit, rows.design.matrix):  # type: ignore[arg-type]
        endless = find_monotone_columns(rows.risk_sets)
        if endless:
            return reason("no_maximum", names=[rows.design.columns[i].name for i in endless])
    return reason("cox_does_not_converge") if fit is None else ""


def predicted_survival_at(curves: PredictedCurves, subject: int, t: float) -> Estimate | NotEstimable:
    """Predicted survival of one of the subjects at a time.

    Parameters
    ----------
    curves : PredictedCurves
        From `predict_survival`.
    subject : int
        Position of the subject, from 0.
    t : float
        Time in the unit of the curve, >= 0.

    Returns
    -------
    Estimate | NotEstimable
        A fraction with its pointwise interval. Not estimable beyond the last time anybody was observed.

    Raises
    ------
    ValueError
        A negative time or an unknown position.
    """
    check_kind(curves, PredictedCurves, "curves")
    if check_count(subject, "subject") >= curves.survival.shape[1]:
        raise ValueError(f"subject must be a position from 0 to {curves.survival.shape[1] - 1}")
    t = snap_time(check_number(t, "t", least=0.0), np.append(0.0, curves.time))
    if t > curves.last_time:
        return NotEstimable(reason("not_at_risk", time=t, last=curves.last_time))
    row = int(np.searchsorted(curves.time, t, side="right")) - 1
    value = 1.0 if row < 0 else float(curves.survival[row, subject])
    low, high = (None, None) if row < 0 else (side[row] for side in curves.bounds(subject))
    error = 0.0 if row < 0 else value * float(curves.cumulative_hazard_standard_error[row, subject])
    method = f"cox-predicted-survival/efron-ties/{curves.interval}"
    return Estimate(value, low, high, curves.confidence, method, curves.n, curves.n_events, standard_error=error)


def _predict(
    rows: CoxRows, beta: Floats, covariance: Floats, asked: Floats, interval: Interval, confidence: float
) -> PredictedCurves:
    sets, center = rows.risk_sets, rows.design.matrix.mean(axis=0)
    moments, k = weigh(sets, beta), sets.n_event_times
    inverse = 1 / moments.total
    hazard = np.cumsum(count_at(sets.at, inverse, k))
    spread = np.cumsum(count_at(sets.at, inverse**2, k))
    mean = np.cumsum(np.column_stack([count_at(sets.at, c * inverse, k) for c in moments.mean.T]), axis=0)
    centered = asked - center
    risk = np.exp(centered @ beta - moments.shift)
    # What the uncertain coefficients add: the subject's covariates less those of the risk sets, summed over hazards: (k, subjects, p).
    pull = centered[None, :, :] * hazard[:, None, None] - mean[:, None, :]
    drift = np.einsum("ksp,pq,ksq->ks", pull, covariance, pull)
    cumulative = hazard[:, None] * risk
    return PredictedCurves(
        time=sets.time,
        baseline_hazard=hazard * float(np.exp(-center @ beta - moments.shift)),
        cumulative_hazard=cumulative,
        cumulative_hazard_standard_error=risk * np.sqrt(spread[:, None] + drift),
        survival=np.exp(-cumulative),
        interval=interval,
        confidence=confidence,
        n=rows.n,
        n_events=rows.n_events,
        last_time=float(rows.stop.max()),
    )
