"""The Cox likelihood of tied events taken exactly: of all ways in which as many of those at risk could have had the event.

Belongs here: the conditional likelihood as a function of the coefficients. With d of n at risk having the event at one time, its denominator
is the sum over all subsets of d, built up one subject at a time (Gail, Lubin and Rubinstein, Biometrika 1981;68:703), for all times at once.
Equal to R's coxph(ties = "exact"): time is discrete, so the ratio is one of odds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from transforms.statistics.arrays import Floats
from transforms.statistics.newton import Likelihood
from transforms.statistics.partial_likelihood import RiskSets, evaluate

# Numbers handled in one evaluation: some seconds.
MOST_WORK = 100_000_000
# How many subjects are added between two rescalings, which keep the sums from overflowing.
_RESCALE = 16


def count_work(rows: RiskSets) -> int:
    """How many numbers one evaluation handles: subjects at risk at tied times, times the ties, times the derivatives."""
    tied = np.flatnonzero(rows.deaths > 1)
    if not tied.size:
        return 0
    entered = np.zeros_like(rows.left) if rows.entered is None else rows.entered
    at_risk = int((np.searchsorted(tied, rows.left) - np.searchsorted(tied, entered)).sum())
    p = rows.x.shape[1]
    return at_risk * (int(rows.deaths.max()) + 1) * int(1 + p + p * p)


def evaluate_exactly(rows: RiskSets, beta: Floats) -> Likelihood:
    """Log likelihood, score (p,) and information (p, p) at `beta` (p,), tied events taken exactly; rows without weights."""
    single = rows.deaths[rows.at] == 1
    alone = replace(
        rows,
        failing=rows.failing[single],
        failing_x=rows.failing_x[single],
        at=rows.at[single],
        order=rows.order[single],
    )
    plain = evaluate(alone, beta)
    tied = np.flatnonzero(rows.deaths > 1)
    if not tied.size:
        return plain
    p = beta.size
    linear = rows.x @ beta
    shift = float(linear.max())
    value, first, second, scale = _sum_subsets(rows, tied, np.exp(linear - shift))
    place = np.arange(tied.size)
    d = rows.deaths[tied]
    total, slope, bend = value[place, d], first[place, d], second[place, d]
    mean = slope / total[:, None]
    failing = rows.failing[~single]
    log_total = np.log(total) + scale + d * shift
    own = rows.x[failing].sum(axis=0)
    information = (bend / total[:, None, None]).sum(axis=0) - mean.T @ mean
    return Likelihood(
        plain.value + float(linear[failing].sum() - log_total.sum()),
        plain.score + own - mean.sum(axis=0),
        plain.information + information.reshape(p, p),
    )


def _sum_subsets(rows: RiskSets, tied: np.ndarray, risk: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Sums over subsets of each size of those at risk, per tied time (T,): values, derivatives, and the logarithm they are scaled by.

    A subset's term is the product of its risks; derivatives are by the coefficients: (T, sizes), (T, sizes, p), (T, sizes, p, p).
    """
    p, most = rows.x.shape[1], int(rows.deaths.max())
    value, scale = np.zeros((tied.size, most + 1)), np.zeros(tied.size)
    first, second = np.zeros((tied.size, most + 1, p)), np.zeros((tied.size, most + 1, p, p))
    value[:, 0] = 1.0
    begin = np.zeros(rows.left.size, dtype=np.int64) if rows.entered is None else np.searchsorted(tied, rows.entered)
    end = np.searchsorted(tied, rows.left)
    for count, i in enumerate(np.flatnonzero(end > begin), 1):
        own, r, x = slice(begin[i], end[i]), risk[i], rows.x[i]
        v, f, s = value[own], first[own], second[own]
        cross = f[:, :-1, :, None] * x
        s[:, 1:] += r * (s[:, :-1] + cross + cross.swapaxes(2, 3) + v[:, :-1, None, None] * np.outer(x, x))
        f[:, 1:] += r * (f[:, :-1] + v[:, :-1, None] * x)
        v[:, 1:] += r * v[:, :-1]
        if count % _RESCALE == 0:
            top = value.max(axis=1)
            value /= top[:, None]
            first /= top[:, None, None]
            second /= top[:, None, None, None]
            scale += np.log(top)
    return value, first, second, scale
