"""Firth-penalized Cox regression, for partial likelihoods that have no maximum; start-stop rows and strata included.

Belongs here: the penalized partial likelihood. Ties after Breslow, as R's coxphf. When to use it cox.py decides.

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Biometrics 2001;57:114; Heinze and Dunkler, Stat Med 2008;27:6455.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers
from transforms.statistics.firth import Point, climb, drop_at_zero, find_bounds
from transforms.statistics.model import Fit
from transforms.statistics.partial_likelihood import RiskSets
from transforms.statistics.result import NotEstimable


def fit_firth_cox(rows: RiskSets, confidence: float) -> Fit | NotEstimable:
    """Maximize the penalized likelihood of prepared rows; bounds None where the profile never falls far enough."""
    p = rows.x.shape[1]
    evaluate = partial(_evaluate, rows, _gather(rows))
    with np.errstate(all="ignore"):
        try:
            best = climb(evaluate, np.zeros(p), range(p))
            top = evaluate(best)
            covariance = np.asarray(np.linalg.inv(top.information), dtype=np.float64)
            bounds = tuple(
                find_bounds(evaluate, best, j, confidence, float(np.sqrt(covariance[j, j]))) for j in range(p)
            )
            null = evaluate(np.zeros(p)).value
            penalized_drop = partial(drop_at_zero, evaluate, best)
            for j in range(p):
                penalized_drop([j])
        except (np.linalg.LinAlgError, FloatingPointError):
            return NotEstimable(reason("firth_too_few"))
    return Fit(best, covariance, top.value, null, profile_bounds=bounds, held_drop=penalized_drop)


class _Gathered(NamedTuple):
    """Who leaves and who enters at which event time, as sparse sums, and what does not change from one evaluation to the next."""

    leaving: csr_matrix
    entering: csr_matrix | None
    moments: Floats  # 1, x and the products of x with itself: (rows, 1 + p + p * p)


def _gather(rows: RiskSets) -> _Gathered:
    n, p = rows.x.shape

    def sums(position: Integers) -> csr_matrix:
        return csr_matrix((np.ones(n), (position, np.arange(n))), shape=(rows.n_event_times + 1, n))

    products = (rows.x[:, :, None] * rows.x[:, None, :]).reshape(n, p * p)
    entering = None if rows.entered is None else sums(rows.entered)
    return _Gathered(sums(rows.left), entering, np.hstack([np.ones((n, 1)), rows.x, products]))


def _sum_at_risk(gathered: _Gathered, values: Floats) -> Floats:
    """Sums of `values` (rows, q) over those at risk: (event times, q). From the end, so that the last sums stay exact."""

    def beyond(sums: csr_matrix) -> Floats:
        return np.asarray(np.cumsum((sums @ values)[::-1], axis=0)[::-1][1:])

    still_here = beyond(gathered.leaving)
    return still_here if gathered.entering is None else still_here - beyond(gathered.entering)


def _evaluate(rows: RiskSets, gathered: _Gathered, beta: Floats) -> Point:
    """Penalized log likelihood, its score (p,) and the information (p, p).

    The score's share of the penalty is half the trace of inverse information times its derivative, whose third moments of each
    risk set are contracted row by row: with q = x' V x, the sum over deaths of E[(x - m)' V (x - m) (x - m)].
    """
    p = beta.size
    linear = rows.x @ beta
    shift = float(linear.max())
    risk = np.exp(linear - shift)
    sums = _sum_at_risk(gathered, gathered.moments * risk[:, None])
    total = sums[:, 0]
    mean = sums[:, 1 : p + 1] / total[:, None]
    second = sums[:, p + 1 :].reshape(-1, p, p) / total[:, None, None]
    deaths = rows.deaths.astype(np.float64)
    information = np.einsum("k,kab->ab", deaths, second) - mean.T @ (mean * deaths[:, None])
    sign, logarithm = np.linalg.slogdet(information)
    if sign <= 0 or not np.isfinite(logarithm):
        raise np.linalg.LinAlgError("the information has vanished")
    inverse = np.linalg.inv(information)
    square = ((rows.x @ inverse) * rows.x).sum(axis=1) * risk
    squares = _sum_at_risk(gathered, gathered.moments[:, : p + 1] * square[:, None]) / total[:, None]
    mean_square, mixed = squares[:, 0], squares[:, 1:]
    turned = mean @ inverse
    own = 2 * (mean * turned).sum(axis=1) - mean_square
    bend = deaths @ (mixed + mean * own[:, None] - 2 * np.einsum("kab,kb->ka", second, turned)) / 2
    value = float(linear[rows.failing].sum() - deaths @ np.log(total) - shift * deaths.sum())
    score = rows.failing_x.sum(axis=0) - deaths @ mean
    return Point(value + 0.5 * float(logarithm), score + bend, information)
