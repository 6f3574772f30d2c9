"""How far two groups' proportions lie apart: the difference and its confidence interval.

Belongs here: the difference of two independent proportions. Tests are in two_groups.py, pairs in paired_proportions.py.

Sources: Wald; Newcombe's hybrid of Wilson intervals, Stat Med 1998;17:873, method 10; Agresti and Caffo, Am Stat 2000;54:280;
Miettinen and Nurminen's score interval, Stat Med 1985;4:213.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Literal

from scipy.optimize import brentq
from scipy.special import ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_method, check_share
from transforms.statistics.proportions import wilson_bounds
from transforms.statistics.result import Estimate, NotEstimable

DifferenceMethod = Literal["newcombe", "wald", "agresti-caffo", "miettinen-nurminen"]
Counts = tuple[int, int, int, int]
Bounds = tuple[float, float]


def difference_of_proportions(
    count_a: int,
    total_a: int,
    count_b: int,
    total_b: int,
    *,
    method: DifferenceMethod = "newcombe",
    confidence: float = 0.95,
) -> Estimate | NotEstimable:
    """Difference a - b of the shares of two independent groups, such as remission after two products.

    Parameters
    ----------
    count_a : int
        Subjects with the outcome in group a.
    total_a : int
        Subjects in group a.
    count_b : int
        Subjects with the outcome in group b.
    total_b : int
        Subjects in group b.
    method : str
        Name of the interval: "newcombe", "wald", "agresti-caffo" or "miettinen-nurminen".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The difference as a fraction -1 to 1. Not estimable if a group is empty.

    Raises
    ------
    ValueError
        Unless 0 <= count <= total in each group.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate = st.difference_of_proportions(14, 20, 9, 21)
    >>> round(estimate.value, 4)
    0.2714
    """
    check_share(confidence)
    check_method(method, _METHODS)
    count_a, total_a, count_b, total_b = map(check_count, (count_a, total_a, count_b, total_b))
    if count_a > total_a or count_b > total_b:
        raise ValueError(f"counts must lie between 0 and totals: {count_a} of {total_a}, {count_b} of {total_b}")
    if total_a == 0 or total_b == 0:
        return NotEstimable(reason("empty_group_no_difference"))
    a, b = count_a / total_a, count_b / total_b
    bounds = _METHODS[method]
    low, high = bounds((count_a, total_a, count_b, total_b), confidence)
    return Estimate(
        value=a - b,
        low=max(-1.0, low),
        high=min(1.0, high),
        confidence=confidence,
        method=f"proportion-difference/{method}",
        n=total_a + total_b,
        events=count_a + count_b,
        standard_error=sqrt(a * (1 - a) / total_a + b * (1 - b) / total_b),
    )


def _wald(counts: Counts, confidence: float) -> Bounds:
    x, m, y, n = counts
    a, b, z = x / m, y / n, float(ndtri(0.5 + confidence / 2))
    half = z * sqrt(a * (1 - a) / m + b * (1 - b) / n)
    return a - b - half, a - b + half


def _agresti_caffo(counts: Counts, confidence: float) -> Bounds:
    x, m, y, n = counts
    return _wald((x + 1, m + 2, y + 1, n + 2), confidence)


def _newcombe(counts: Counts, confidence: float) -> Bounds:
    x, m, y, n = counts
    a, b = x / m, y / n
    (low_a, high_a), (low_b, high_b) = wilson_bounds(x, m, confidence), wilson_bounds(y, n, confidence)
    down = sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    up = sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return a - b - down, a - b + up


def _miettinen_nurminen(counts: Counts, confidence: float) -> Bounds:
    x, m, y, n = counts
    observed, z = x / m - y / n, float(ndtri(0.5 + confidence / 2))

    def score(delta: float) -> float:
        a, b = _restrict(counts, delta)
        variance = (a * (1 - a) / m + b * (1 - b) / n) * (m + n) / (m + n - 1)
        return (observed - delta) / sqrt(max(variance, 1e-300))

    def find(sign: float) -> float:
        edge = -1.0 if sign > 0 else 1.0
        inner = edge * (1 - 1e-12)
        if sign * score(inner) <= z:
            return edge
        # At the observed difference the score is 0, short of the bound's.
        return float(brentq(lambda delta: score(delta) - sign * z, *sorted((inner, observed)), xtol=1e-15, rtol=1e-14))

    return find(1.0), find(-1.0)


def _restrict(counts: Counts, delta: float) -> Bounds:
    """Most likely proportions (a, b) under a - b = `delta`: where the likelihood no longer rises."""
    x, m, y, n = counts

    def slope(b: float) -> float:
        a = b + delta
        return _ratio(x, a) - _ratio(m - x, 1 - a) + _ratio(y, b) - _ratio(n - y, 1 - b)

    low, high = max(0.0, -delta), min(1.0, 1.0 - delta)
    inside = 1e-13 * (high - low)
    if slope(low + inside) <= 0:
        return low + delta, low
    if slope(high - inside) >= 0:
        return high + delta, high
    b = float(brentq(slope, low + inside, high - inside, xtol=1e-16, rtol=1e-14))
    return b + delta, b


def _ratio(count: int, share: float) -> float:
    return count / max(share, 1e-300) if count else 0.0


_METHODS: dict[str, Callable[[Counts, float], Bounds]] = {
    "newcombe": _newcombe,
    "wald": _wald,
    "agresti-caffo": _agresti_caffo,
    "miettinen-nurminen": _miettinen_nurminen,
}
