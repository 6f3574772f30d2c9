"""How far predicted survival lay from what happened, at a time and over time: Brier's score, others' weight making up for censored subjects.

Belongs here: scores of predictions that a caller has made. Predictions are made in cox_prediction.py.

Source: Graf, Schmoor, Sauerbrei and Schumacher, Stat Med 1999;18:2529; equal to R's pec with marginal censoring weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, Floats, check_finite, check_number, check_survival, snap_time
from transforms.statistics.event_table import EventTable, compute_product_limit, count_before, count_events, count_up_to
from transforms.statistics.result import NotEstimable


@dataclass(frozen=True)
class BrierScore:
    """Mean squared distance of predicted survival at `t` from what happened: 0 is perfect, 0.25 a coin.

    `null_score` is that of one prediction for all, the Kaplan-Meier estimate; `explained` is 1 - score / null_score (below 0: worse than
    none; None where the null score is 0). Of `n` subjects, `n_censored` were censored before `t` and count by others' weight;
    `effective_n` is how many evenly weighted subjects the weights are worth (Kish), `largest_weight` the largest of them.
    """

    t: float
    score: float
    null_score: float
    explained: float | None
    n: int
    n_censored: int
    effective_n: float
    largest_weight: float


@dataclass(frozen=True)
class IntegratedBrier:
    """Brier's score averaged over the time from 0 to `horizon`, and what is left of it: see BrierScore, of which these are means."""

    horizon: float
    score: float
    null_score: float
    explained: float | None
    n: int


def brier_score(time: ArrayLike, event: ArrayLike, predicted: ArrayLike, t: float) -> BrierScore | NotEstimable:
    """Score predictions of survival at one time.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    predicted : array (n,)
        Predicted probability of each subject to be free of the event at `t`, 0 to 1.
    t : float
        Time at which predictions are scored, in the unit of `time`.

    Returns
    -------
    BrierScore | NotEstimable
        Score 0 (perfect) to 1. Not estimable without subjects, or if nobody was still followed at `t`.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    Notes
    -----
    Censoring is taken to be independent of what was predicted. Predictions of a model fitted to the same subjects score
    too well.

    References
    ----------
    See the head of the module.
    """
    times, events = check_survival(time, event)
    shares = check_finite(predicted, "predicted")
    if shares.shape != times.shape or (shares < 0).any() or (shares > 1).any():
        raise ValueError(f"predicted must hold one probability for each of {times.size} subjects")
    t = check_number(t, "t", least=0.0)
    if not times.size:
        return NotEstimable(reason("no_subjects"))
    t = snap_time(t, times)
    if not (times > t).any():
        return NotEstimable(reason("not_at_risk", time=t, last=float(times.max())))
    score, null, weight = _score(times, events, shares, t, count_events(times, events))
    return BrierScore(
        t=t,
        score=score,
        null_score=null,
        explained=1 - score / null if null > 0 else None,
        n=int(times.size),
        n_censored=int((weight == 0).sum()),
        effective_n=float(weight.sum() ** 2 / (weight**2).sum()),
        largest_weight=float(weight.max()),
    )


def integrated_brier_score(
    time: ArrayLike, event: ArrayLike, curve_time: ArrayLike, predicted: ArrayLike, horizon: float
) -> IntegratedBrier | NotEstimable:
    """Score predicted survival curves over all of the time up to a horizon.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    curve_time : array (m,)
        Rising times at which predictions fall, in the unit of `time`.
    predicted : array (m, n)
        Predicted probability of each subject to be free of the event from each of these times until the next; before the
        first it is 1.
    horizon : float
        Where the mean over time ends, in the unit of `time`, above 0.

    Returns
    -------
    IntegratedBrier | NotEstimable
        Mean score from 0 to the horizon; scores are constant between times, so the mean is exact. Not estimable as in
        `brier_score`.

    Raises
    ------
    ValueError
        Impossible input, such as times that do not rise or predictions that are no probabilities.

    References
    ----------
    Graf et al., Stat Med 1999;18:2529, section 5; equal to R's formulas written out on survival's curves.
    """
    times, events = check_survival(time, event)
    steps, horizon = check_finite(curve_time, "curve_time"), check_number(horizon, "horizon", least=0.0)
    curves = np.asarray(predicted)
    if curves.shape != (steps.size, times.size) or (np.diff(steps) <= 0).any() or (steps < 0).any():
        raise ValueError("predicted must hold a row per time of curve_time, which rises, and a column per subject")
    shares = check_finite(curves.ravel(), "predicted").reshape(curves.shape)
    if (shares < 0).any() or (shares > 1).any():
        raise ValueError("predicted must hold probabilities")
    if horizon == 0:
        raise ValueError("horizon must be above 0")
    if not times.size:
        return NotEstimable(reason("no_subjects"))
    horizon = snap_time(horizon, times)
    if not (times > horizon).any():
        return NotEstimable(reason("not_at_risk", time=horizon, last=float(times.max())))
    table, curves = count_events(times, events), np.vstack([np.ones(times.size), shares])
    grid = np.unique(np.concatenate([[0.0], steps, table.time]))
    grid = grid[grid < horizon]
    place = np.searchsorted(steps, grid, side="right")
    found = [_score(times, events, curves[row], float(t), table)[:2] for row, t in zip(place, grid, strict=True)]
    score, null = np.diff(np.append(grid, horizon)) @ np.array(found) / horizon
    return IntegratedBrier(
        horizon, float(score), float(null), 1 - float(score / null) if null > 0 else None, int(times.size)
    )


def _score(times: Floats, events: Booleans, shares: Floats, t: float, table: EventTable) -> tuple[float, float, Floats]:
    """Score at `t` of predictions (n,), the score of the Kaplan-Meier estimate for all, and the weights (n,)."""
    weight, alive = _weigh(times, events, t, table), (times > t).astype(np.float64)
    row = int(np.searchsorted(table.time, t, side="right"))
    common = float(compute_product_limit(table)[row - 1]) if row else 1.0
    score, null = (float(weight @ (alive - guess) ** 2) / times.size for guess in (shares, common))
    return score, null, weight


def _weigh(times: Floats, events: Booleans, t: float, table: EventTable) -> Floats:
    """Each subject's weight (n,): the inverse probability to be uncensored just before its event, or at `t`; 0 if censored by then.

    Who had the event on a day is taken to be censored after it, so the censoring's own risk set begins beyond the day's events.
    """
    left = np.maximum(table.at_risk - table.events, 1)
    uncensored = np.concatenate([[1.0], np.cumprod(1 - table.censored / left)])
    own = np.where(
        times > t,
        uncensored[count_up_to(table.time, np.full(times.size, t))],
        uncensored[count_before(table.time, times)],
    )
    known = (times > t) | events
    return np.where(known, 1 / np.where(own > 0, own, 1.0), 0.0)
