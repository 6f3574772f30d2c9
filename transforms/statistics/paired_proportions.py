"""Whether the same subjects differ between two infusions, such as CRS after the first and after the second.

Belongs here: paired yes-or-no outcomes. Two independent groups are in two_groups.py.

Sources: McNemar, Psychometrika 1947;12:153; exact: Mosteller 1952; mid-p and advice: Fagerland, Lydersen and Laake, BMC Med
Res Methodol 2013;13:91; interval: the adjusted Wald of Agresti and Min, Stat Med 2005;24:729.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal, get_args

from scipy.special import chdtrc, ndtri
from scipy.stats import binom

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_method, check_share
from transforms.statistics.result import Estimate, NotEstimable, TestResult

PairedMethod = Literal["exact", "mid-p", "mcnemar", "mcnemar-corrected"]


def mcnemar(only_first: int, only_second: int, *, method: PairedMethod = "exact") -> TestResult | NotEstimable:
    """Test that an outcome is as frequent after the first as after the second infusion in the same subjects.

    Parameters
    ----------
    only_first : int
        Subjects with the outcome after the first infusion only.
    only_second : int
        Subjects with the outcome after the second infusion only. Concordant pairs do not matter.
    method : str
        Name of the test.

    Returns
    -------
    TestResult | NotEstimable
        Two-sided p value, with chi-square if the test has one; `n` counts the discordant pairs. Not estimable without
        discordant pairs.

    Raises
    ------
    ValueError
        A negative count.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.mcnemar(1, 6, method="exact").p_value
    0.125
    """
    check_method(method, get_args(PairedMethod))
    only_first, only_second = check_count(only_first, "only_first"), check_count(only_second, "only_second")
    n = only_first + only_second
    if n == 0:
        return NotEstimable(reason("no_subject_differs"))
    if method in ("mcnemar", "mcnemar-corrected"):
        correction = min(1, abs(only_first - only_second)) if method == "mcnemar-corrected" else 0
        statistic = (abs(only_first - only_second) - correction) ** 2 / n
        name = "mcnemar-corrected" if correction or method == "mcnemar-corrected" else "mcnemar"
        return TestResult(name, float(chdtrc(1, statistic)), statistic, 1, n, statistic_name="chi-square")
    fewer = min(only_first, only_second)
    tail = float(binom.cdf(fewer, n, 0.5))
    if method == "exact":
        return TestResult("mcnemar-exact", min(1.0, 2 * tail), n=n)
    return TestResult("mcnemar-mid-p", min(1.0, 2 * tail - float(binom.pmf(fewer, n, 0.5))), n=n)


def difference_of_pairs(
    only_first: int, only_second: int, pairs: int, *, confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Difference of the paired proportions, second minus first, with Agresti and Min's adjusted Wald interval.

    Parameters
    ----------
    only_first : int
        Subjects with the outcome after the first infusion only.
    only_second : int
        Subjects with the outcome after the second infusion only.
    pairs : int
        All subjects with both infusions.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        A fraction -1 to 1. Not estimable without pairs.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    Agresti and Min 2005.
    """
    check_share(confidence)
    only_first, only_second = check_count(only_first, "only_first"), check_count(only_second, "only_second")
    pairs = check_count(pairs, "pairs")
    if only_first + only_second > pairs:
        raise ValueError(f"{only_first + only_second} discordant pairs are more than the {pairs} pairs")
    if pairs == 0:
        return NotEstimable(reason("no_pairs_no_difference"))
    z = float(ndtri(0.5 + confidence / 2))
    # Half a subject more in each of the four cells.
    b, c, n = only_first + 0.5, only_second + 0.5, pairs + 2
    half = z * sqrt(b + c - (c - b) ** 2 / n) / n
    center = (c - b) / n
    spread = only_first + only_second - (only_second - only_first) ** 2 / pairs
    return Estimate(
        value=(only_second - only_first) / pairs,
        low=max(-1.0, center - half),
        high=min(1.0, center + half),
        confidence=confidence,
        method="paired-difference/agresti-min",
        n=pairs,
        standard_error=sqrt(max(spread, 0.0)) / pairs,
    )
