"""The Cox partial likelihood of start-stop rows, maximized by Newton's method, ties after Efron.

Belongs here: the likelihood alone. lifelines' time-varying fitter walks the event times in Python and is not needed for it.

Source: Therneau and Grambsch, Modeling Survival Data, 2000, 3.3 and 3.7; equal to R's coxph(Surv(start, stop, event)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.arrays import Booleans, Floats, Integers
from transforms.statistics.model import Fit

_MAX_STEPS = 50
_MAX_HALVINGS = 30


@dataclass(frozen=True)
class _Rows:
    """Rows prepared for many evaluations: who is at risk when, as positions in two sorted orders."""

    x: Floats
    event: Booleans
    event_time: Integers  # position of each row's stop among the distinct event times, for rows with an event
    by_stop: Integers
    by_start: Integers
    first_stop: Integers  # per event time: rows before this one, in stop order, have left
    first_start: Integers  # per event time: rows from this one on, in start order, have not entered
    deaths: Integers


def maximize_partial_likelihood(x: Floats, start: Floats, stop: Floats, event: Booleans) -> Fit | None:
    """Fit the model of `x` (rows, p) on rows at risk for start < t <= stop; None where Newton's method fails."""
    # On a likelihood without a maximum the risk sums vanish; the result is then not finite and refused below.
    with np.errstate(all="ignore"):
        return _climb(_prepare(x - x.mean(axis=0), start, stop, event))


def find_informative_columns(x: Floats, start: Floats, stop: Floats, event: Booleans) -> list[int]:
    """Columns of `x` (rows, p) in which, beside earlier ones, subjects at risk together at some event differ.

    The others (such as a level whose subjects were all censored before the first event) leave the likelihood flat; R reports
    them as NA. Found by eliminating columns in order from the information at coefficients of 0.
    """
    information = _evaluate(_prepare(x - x.mean(axis=0), start, stop, event), np.zeros(x.shape[1]))[2]
    kept: list[int] = []
    for j in range(x.shape[1]):
        known = information[np.ix_(kept, kept)]
        rest = information[j, j] - information[j, kept] @ np.linalg.solve(known, information[kept, j])
        if rest > 1e-9 * max(float(x[:, j].var()), 1e-300):
            kept.append(j)
    return kept


def _climb(rows: _Rows) -> Fit | None:
    beta = np.zeros(rows.x.shape[1])
    value, score, information = _evaluate(rows, beta)
    null = value
    for _ in range(_MAX_STEPS):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return None
        proposal = _evaluate(rows, beta + step)
        for _ in range(_MAX_HALVINGS):
            if proposal[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
            proposal = _evaluate(rows, beta + step)
        beta = beta + step
        value, score, information = proposal
        # The Newton decrement: what is still to be gained. Newton doubles the digits, so beta is exact well before this.
        if float(step @ information @ step) < 1e-16 * (1 + abs(value)):
            break
    try:
        covariance = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        return None
    if not (
        np.isfinite(value)
        and np.isfinite(beta).all()
        and np.isfinite(covariance).all()
        and (np.diag(covariance) > 0).all()
    ):
        return None
    return Fit(beta, covariance.astype(np.float64), float(value), float(null))


def _prepare(x: Floats, start: Floats, stop: Floats, event: Booleans) -> _Rows:
    distinct = np.unique(stop[event])
    by_stop, by_start = np.argsort(stop, kind="stable"), np.argsort(start, kind="stable")
    position = np.searchsorted(distinct, stop[event])
    return _Rows(
        x=x,
        event=event,
        event_time=position,
        by_stop=by_stop,
        by_start=by_start,
        first_stop=np.searchsorted(stop[by_stop], distinct, side="left"),
        first_start=np.searchsorted(start[by_start], distinct, side="left"),
        deaths=np.bincount(position, minlength=distinct.size),
    )


def _evaluate(rows: _Rows, beta: Floats) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score (p,) and information (p, p) at `beta`."""
    linear = rows.x @ beta
    shift = float(linear.max())
    risk = np.exp(linear - shift)
    p = beta.size
    # One row: 1, x, and x x' flattened, each times the risk score.
    powers = np.hstack([np.ones((len(risk), 1)), rows.x, (rows.x[:, :, None] * rows.x[:, None, :]).reshape(-1, p * p)])
    weighted = powers * risk[:, None]
    at_risk = _sum_at_risk(weighted, rows)
    failing = np.zeros_like(at_risk)
    np.add.at(failing, rows.event_time, weighted[rows.event])
    # Efron: the l-th of d tied deaths meets a risk set without l/d of the dead.
    which = np.repeat(np.arange(rows.deaths.size), rows.deaths)
    order = np.arange(which.size) - np.repeat(np.cumsum(rows.deaths) - rows.deaths, rows.deaths)
    sums = at_risk[which] - (order / rows.deaths[which])[:, None] * failing[which]
    total, mean = sums[:, 0], sums[:, 1 : p + 1] / sums[:, :1]
    value = float(linear[rows.event].sum() - np.log(total).sum() - shift * which.size)
    score = rows.x[rows.event].sum(axis=0) - mean.sum(axis=0)
    information = (sums[:, p + 1 :] / sums[:, :1]).sum(axis=0).reshape(p, p) - mean.T @ mean
    return value, score, information


def _sum_at_risk(weighted: Floats, rows: _Rows) -> Floats:
    """Sums of `weighted` (rows, q) over those at risk at each event time: entered before it, not yet left."""
    zero = np.zeros((1, weighted.shape[1]))
    left = np.vstack([zero, np.cumsum(weighted[rows.by_stop], axis=0)])
    entered = np.vstack([zero, np.cumsum(weighted[rows.by_start], axis=0)])
    return np.asarray(entered[rows.first_start] - left[rows.first_stop])
