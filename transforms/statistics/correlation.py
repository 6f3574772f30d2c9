"""Whether two measured quantities move together, such as expansion of the first and of the second product.

Belongs here: Pearson's and Spearman's correlation with interval and test.

Sources: Fisher's z, 1921; Spearman's interval: Bonett and Wright, Psychometrika 2000;65:23; exact Spearman test: all orders, for
up to nine subjects without ties, as R's cor.test; otherwise Student's t.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr
from scipy.stats import rankdata

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import Floats, check_finite, check_share
from transforms.statistics.result import Estimate, NotEstimable, TestResult

_EXACT_UP_TO = 9


def pearson(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> tuple[Estimate, TestResult] | NotEstimable:
    """Pearson's correlation with Fisher's z interval and Student's t test.

    Parameters
    ----------
    x : array (n,)
        First quantity, any unit, none missing.
    y : array (n,)
        Second quantity of the same subjects, any unit, none missing.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        Correlation -1 to 1 with its interval, and its test. Not estimable for fewer than three subjects or a constant
        quantity; for three subjects the bounds are None.

    Raises
    ------
    ValueError
        Unequal lengths or values that are not finite.

    References
    ----------
    Equal to R's cor.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate, test = st.pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    >>> round(estimate.value, 2), round(test.p_value, 4)
    (0.8, 0.1041)
    """
    check_share(confidence)
    a, b = _check(x, y)
    if impossible := _explain_impossible(a, b):
        return NotEstimable(impossible)
    r = _correlate(a, b)
    spread = 1 / sqrt(a.size - 3) if a.size > 3 else None
    estimate = _estimate(r, spread, a.size, confidence, "pearson/fisher-z")
    return estimate, _student("pearson-t", r, a.size)


def spearman(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> tuple[Estimate, TestResult] | NotEstimable:
    """Spearman's rank correlation with Bonett and Wright's interval; exact test up to nine subjects without ties, else
    t.

    Parameters
    ----------
    x : array (n,)
        First quantity, any unit, none missing.
    y : array (n,)
        Second quantity of the same subjects, any unit, none missing.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        Rank correlation -1 to 1 with its interval, and its test. Not estimable as in `pearson`.

    Raises
    ------
    ValueError
        Unequal lengths or values that are not finite.

    References
    ----------
    Bonett and Wright 2000; rho and p as in R's cor.test(method = "spearman").

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate, test = st.spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    >>> round(estimate.value, 2), round(test.p_value, 4)
    (0.8, 0.1333)
    """
    check_share(confidence)
    a, b = _check(x, y)
    if impossible := _explain_impossible(a, b):
        return NotEstimable(impossible)
    n = a.size
    ranks_a, ranks_b = rankdata(a), rankdata(b)
    rho = _correlate(ranks_a, ranks_b)
    spread = sqrt((1 + rho**2 / 2) / (n - 3)) if n > 3 else None
    estimate = _estimate(rho, spread, n, confidence, "spearman/bonett-wright")
    untied = np.unique(a).size == np.unique(b).size == n
    if untied and n <= _EXACT_UP_TO:
        distances = _all_rank_distances(n)
        own = float(((ranks_a - ranks_b) ** 2).sum())
        tail = min(float((distances <= own + 1e-9).mean()), float((distances >= own - 1e-9).mean()))
        return estimate, TestResult("spearman-exact", min(1.0, 2 * tail), rho, n=n, statistic_name="r")
    return estimate, _student("spearman-t", rho, n)


def _explain_impossible(a: Floats, b: Floats) -> Reason | None:
    if a.size < 3:
        return reason("too_few_pairs", n=a.size)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return reason("constant_quantity")
    return None


def _correlate(a: Floats, b: Floats) -> float:
    x, y = a - a.mean(), b - b.mean()
    return float(np.clip(x @ y / sqrt(float(x @ x) * float(y @ y)), -1.0, 1.0))


def _estimate(r: float, spread: float | None, n: int, confidence: float, method: str) -> Estimate:
    z = float(ndtri(0.5 + confidence / 2))
    bounded = spread is not None and abs(r) < 1
    half = z * spread if bounded and spread is not None else 0.0
    return Estimate(
        value=r,
        low=tanh(atanh(r) - half) if bounded else None,
        high=tanh(atanh(r) + half) if bounded else None,
        confidence=confidence,
        method=method,
        n=n,
        note=None if bounded else reason("no_correlation_interval"),
    )


def _student(name: str, r: float, n: int) -> TestResult:
    freedom = n - 2
    if abs(r) == 1:
        return TestResult(name, 0.0, r, freedom, n, reason("perfect_correlation"), statistic_name="r")
    t = r * sqrt(freedom / (1 - r**2))
    return TestResult(name, float(2 * stdtr(freedom, -abs(t))), t, freedom, n, statistic_name="t")


@cache
def _all_rank_distances(n: int) -> Floats:
    """Sum of squared rank differences over all orders of n subjects."""
    orders = np.array(list(permutations(range(n))), dtype=np.int16)
    return np.asarray(((orders - np.arange(n)) ** 2).sum(axis=1), dtype=np.float64)


def _check(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    a, b = check_finite(x, "x"), check_finite(y, "y")
    if a.shape != b.shape:
        raise ValueError("x and y must be vectors of finite numbers and of one length")
    return a, b
