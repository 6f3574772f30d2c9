"""A proportion (responders of evaluable subjects) and its confidence interval.

Belongs here: one binomial proportion. Comparisons of groups are in two_groups.py.

Sources: Clopper and Pearson, Biometrika 1934;26:404. Wilson, JASA 1927;22:209. Agresti and Coull, Am Stat 1998;52:119.
Jeffreys, Wald and its continuity correction: Brown, Cai and DasGupta, Stat Sci 2001;16:101; Fleiss, Levin and Paik 2003, 2.4.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Literal

from scipy.special import betaincinv, ndtri, stdtrit

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_method, check_share
from transforms.statistics.result import Estimate, NotEstimable

ProportionMethod = Literal["clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student"]
Bounds = tuple[float, float]


def proportion(
    count: int, total: int, *, method: ProportionMethod = "clopper-pearson", confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Share of subjects with a property, such as complete remission among the evaluable.

    Parameters
    ----------
    count : int
        Subjects with the property.
    total : int
        All subjects counted.
    method : str
        Name of the interval; exact by default, because trials are small.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Value and bounds as fractions 0 to 1; `n` = total, `events` = count. Not estimable for a total of 0.

    Raises
    ------
    ValueError
        Unless 0 <= count <= total.

    References
    ----------
    Each method's own paper is named at the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate = st.proportion(34, 43)
    >>> round(estimate.value, 3), round(estimate.low, 3), round(estimate.high, 3)
    (0.791, 0.64, 0.9)
    >>> round(st.proportion(34, 43, method="wilson").low, 3)
    0.648
    """
    check_share(confidence)
    check_method(method, _METHODS)
    count, total = check_count(count), check_count(total, "total")
    if count > total:
        raise ValueError(f"count must lie between 0 and total, got {count} of {total}")
    if total == 0:
        return NotEstimable(reason("no_denominator"))
    low, high = _METHODS[method](count, total, confidence)
    share = count / total
    return Estimate(
        value=share,
        low=max(0.0, low),
        high=min(1.0, high),
        confidence=confidence,
        method=method,
        n=total,
        events=count,
        standard_error=sqrt(share * (1 - share) / total),
    )


def _normal_quantile(confidence: float) -> float:
    return float(ndtri(0.5 + confidence / 2))


def _clopper_pearson(x: int, n: int, confidence: float) -> Bounds:
    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    return low, high


def _jeffreys(x: int, n: int, confidence: float) -> Bounds:
    # Brown, Cai and DasGupta's modification: the bound is 0 at x = 0 and 1 at x = n.
    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else float(betaincinv(x + 0.5, n - x + 0.5, tail))
    high = 1.0 if x == n else float(betaincinv(x + 0.5, n - x + 0.5, 1 - tail))
    return low, high


def wilson_bounds(x: int, n: int, confidence: float) -> Bounds:
    """Wilson's score bounds of x of n subjects, n > 0."""
    z = _normal_quantile(confidence)
    center = (x + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * sqrt(x * (n - x) / n + z**2 / 4)
    # At x = 0 (x = n) the bound is 0 (1) exactly; the subtraction would leave 1e-17.
    return (0.0 if x == 0 else center - half), (1.0 if x == n else center + half)


def _agresti_coull(x: int, n: int, confidence: float) -> Bounds:
    z = _normal_quantile(confidence)
    center = (x + z**2 / 2) / (n + z**2)
    half = z * sqrt(center * (1 - center) / (n + z**2))
    return center - half, center + half


def _wald(x: int, n: int, confidence: float) -> Bounds:
    share = x / n
    half = _normal_quantile(confidence) * sqrt(share * (1 - share) / n)
    return share - half, share + half


def _wald_corrected(x: int, n: int, confidence: float) -> Bounds:
    low, high = _wald(x, n, confidence)
    return low - 1 / (2 * n), high + 1 / (2 * n)


def _student(x: int, n: int, confidence: float) -> Bounds:
    # A one-sample t interval of the 0/1 values, as a statistics program gives it for any column of numbers: papers print it.
    share = x / n
    if n == 1:
        return 0.0, 1.0
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * sqrt(share * (1 - share) / (n - 1))
    return share - half, share + half


_METHODS: dict[str, Callable[[int, int, float], Bounds]] = {
    "clopper-pearson": _clopper_pearson,
    "wilson": wilson_bounds,
    "wald": _wald,
    "wald-cc": _wald_corrected,
    "agresti-coull": _agresti_coull,
    "jeffreys": _jeffreys,
    "student": _student,
}
