"""Where a Cox model misses: residuals by subject and by event.

Belongs here: martingale, deviance, Schoenfeld, score and dfbeta residuals. The test of constant hazards is in proportional_hazards.py.

Source: Therneau, Grambsch and Fleming, Biometrika 1990;77:147; Schoenfeld, Biometrika 1982;69:239; equal to R's residuals.coxph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Booleans, Floats, check_entry, check_survival
from transforms.statistics.cox_prediction import explain_no_fit
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Column, Design
from transforms.statistics.partial_likelihood import (
    RiskSets,
    accumulate,
    compute_score_residuals,
    count_at,
    maximize_partial_likelihood,
    weigh,
)
from transforms.statistics.result import NotEstimable


@dataclass(frozen=True)
class CoxResiduals:
    """Residuals of the subjects that `kept` (n,) marks, those with all covariates known, m of them in the order given.

    `martingale` (m,) events less those expected, `deviance` (m,) the same made symmetric, `score` and `dfbeta` (m, p): a subject's
    share in the score, and about how far the coefficients move without it. `schoenfeld` (events, p): covariates less those expected, at
    `event_time` (events,), in order of time. Columns as in `columns`.
    """

    columns: tuple[Column, ...]
    kept: Booleans
    martingale: Floats
    deviance: Floats
    score: Floats
    dfbeta: Floats
    event_time: Floats
    schoenfeld: Floats


def cox_residuals(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    *,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
) -> CoxResiduals | NotEstimable:
    """Residuals of the Cox model (ties by Efron) that `fit_cox` fits.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of groups with a baseline hazard of their own, none missing.

    Returns
    -------
    CoxResiduals | NotEstimable
        Residuals by subject and by event. Not estimable if the model can't be fitted or its likelihood has no maximum.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    See the head of the module.
    """
    times, events = check_survival(time, event)
    start, times = (None, times) if entry is None else check_entry(entry, times)
    rows = gather_cox_rows(design, start, times, events, strata=strata)
    fit = None if rows.impossible else maximize_partial_likelihood(rows.risk_sets)
    if impossible := explain_no_fit(rows, fit):
        return NotEstimable(impossible)
    assert fit is not None  # noqa: S101 - explain_no_fit names the reason where it is
    sets, beta = rows.risk_sets, fit.coefficients
    martingale = rows.event - _compute_expected(sets, beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(rows.event, np.log(np.maximum(rows.event - martingale, 0)), 0.0)
    score = compute_score_residuals(sets, beta)
    return CoxResiduals(
        columns=rows.design.columns,
        kept=rows.kept,
        martingale=np.asarray(martingale),
        deviance=np.asarray(np.sign(martingale) * np.sqrt(np.maximum(-2 * (martingale + logs), 0.0))),
        score=score,
        dfbeta=np.asarray(score @ fit.covariance),
        event_time=sets.time[sets.at],
        schoenfeld=_compute_schoenfeld(sets, beta),
    )


def _compute_expected(sets: RiskSets, beta: Floats) -> Floats:
    """Events expected of each row while it was at risk: (rows,)."""
    moments, k = weigh(sets, beta), sets.n_event_times
    inverse = 1 / moments.total
    expected = moments.risk * accumulate(sets, count_at(sets.at, inverse, k))
    # Who dies at a time meets, after Efron, only part of the hazard of those who die with it.
    spared = count_at(sets.at, sets.order * inverse, k)
    expected[sets.failing] -= moments.risk[sets.failing] * spared[sets.at]
    return np.asarray(expected)


def _compute_schoenfeld(sets: RiskSets, beta: Floats) -> Floats:
    mean = weigh(sets, beta).mean
    average = np.column_stack([count_at(sets.at, column, sets.n_event_times) for column in mean.T])
    return np.asarray(sets.failing_x - (average / sets.deaths[:, None])[sets.at])
