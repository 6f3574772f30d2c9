"""Whether a measured quantity differs between two groups, or between two infusions of the same subjects, by ranks.

Belongs here: Wilcoxon's two tests, exact with ties, and Hodges and Lehmann's shift. scipy's exact Mann-Whitney ignores ties.

Sources: Wilcoxon 1945; exact distribution with ties: Streitberg and Roehmel's shift algorithm, 1986 (R's exactRankTests); Hodges
and Lehmann, Ann Math Stat 1963;34:598; interval: Lehmann, Nonparametrics 1975, 2.5 and 4.4, as R's wilcox.test.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import rankdata

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers, check_finite, check_level, check_method
from transforms.statistics.result import Estimate, NotEstimable, TestResult

RankMethod = Literal["exact", "normal", "normal-corrected"]


def wilcoxon_rank_sum(a: ArrayLike, b: ArrayLike, *, method: RankMethod = "exact") -> TestResult | NotEstimable:
    """Test that two independent groups have the same distribution, such as peak expansion in responders and others.

    `a` and `b` are vectors of any lengths, one unit, none missing. Returns the two-sided p value and W, the number of pairs in
    which a is larger (ties half). "exact" gives the permutation distribution of the midranks. NotEstimable for an empty group or
    values all alike. Raises ValueError for values not finite.
    Source: see the module; equal to R's wilcox.exact, and to wilcox.test(exact = FALSE) for the normal ones.
    """
    check_method(method, get_args(RankMethod))
    first, second = check_finite(a), check_finite(b)
    if not first.size or not second.size:
        return NotEstimable(reason("empty_group"))
    ranks = rankdata(np.concatenate([first, second]))
    if np.ptp(ranks) == 0:
        return NotEstimable(reason("same_value"))
    m, n = first.size, ranks.size
    statistic = float(ranks[:m].sum())
    shown = statistic - m * (m + 1) / 2
    if method == "exact":
        sums, weights = _subset_sums(ranks, m)
        return TestResult("Wilcoxon rank sum, exact", _two_sided(sums, weights, statistic), shown, n=n)
    _, ties = np.unique(ranks, return_counts=True)
    variance = m * (n - m) / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    return _normal_test("Wilcoxon rank sum", statistic - m * (n + 1) / 2, variance, shown, n, method)


def wilcoxon_signed_rank(
    first: ArrayLike, second: ArrayLike, *, method: RankMethod = "exact"
) -> TestResult | NotEstimable:
    """Test that a quantity is alike at two infusions of the same subjects, such as the dose of each.

    `first` and `second` are vectors of one length and unit, none missing; pairs without a difference say nothing and are left
    out (`n` counts the others). Returns the two-sided p value and V, the rank sum of pairs in which the first is larger.
    NotEstimable where no pair differs. Raises ValueError for unequal lengths. Source: see the module; as wilcoxon_rank_sum.
    """
    check_method(method, get_args(RankMethod))
    x, y = check_finite(first), check_finite(second)
    if x.shape != y.shape:
        raise ValueError(f"pairs differ in length: {x.size} and {y.size}")
    difference = (x - y)[x != y]
    if not difference.size:
        return NotEstimable(reason("no_subject_differs"))
    ranks = rankdata(np.abs(difference))
    statistic, n = float(ranks[difference > 0].sum()), int(ranks.size)
    if method == "exact":
        sums, weights = _subset_sums(ranks, None)
        return TestResult("Wilcoxon signed rank, exact", _two_sided(sums, weights, statistic), statistic, n=n)
    variance = float((ranks**2).sum() / 4)
    return _normal_test("Wilcoxon signed rank", statistic - ranks.sum() / 2, variance, statistic, n, method)


def hodges_lehmann(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Estimate | NotEstimable:
    """Shift a - b between two independent groups: the median of all pairwise differences, in the quantity's unit.

    Parameters as wilcoxon_rank_sum. The interval inverts the exact test for values without ties (with ties it is conservative);
    its bounds are None where the groups are too small for the level. NotEstimable for an empty group.
    Source: see the module; equal to R's wilcox.test(conf.int = TRUE, exact = TRUE).
    """
    check_level(level)
    first, second = check_finite(a), check_finite(b)
    if not first.size or not second.size:
        return NotEstimable(reason("empty_group_no_shift"))
    differences = np.sort((first[:, None] - second[None, :]).ravel())
    n = first.size + second.size
    sums, weights = _subset_sums(np.arange(1.0, n + 1), first.size)
    return _from_ordered(differences, sums - sums[0], weights, level, n, "median of pairwise differences")


def hodges_lehmann_paired(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Estimate | NotEstimable:
    """Shift first - second within subjects: the median of all pairwise means (Walsh averages) of their differences.

    Parameters as wilcoxon_signed_rank; interval as hodges_lehmann. NotEstimable for no pairs.
    Source: see the module; equal to R's wilcox.test(paired = TRUE, conf.int = TRUE, exact = TRUE).
    """
    check_level(level)
    x, y = check_finite(first), check_finite(second)
    if x.shape != y.shape:
        raise ValueError(f"pairs differ in length: {x.size} and {y.size}")
    if not x.size:
        return NotEstimable(reason("no_pairs_no_shift"))
    difference = x - y
    i, j = np.triu_indices(difference.size)
    averages = np.sort((difference[i] + difference[j]) / 2)
    sums, weights = _subset_sums(np.arange(1.0, difference.size + 1), None)
    return _from_ordered(averages, sums, weights, level, int(difference.size), "median of Walsh averages")


def _from_ordered(ordered: Floats, statistic: Floats, weights: Floats, level: float, n: int, name: str) -> Estimate:
    """Median of `ordered` with the bounds at which the exact test would just not reject."""
    tail = (1 - level) / 2
    # R's qwilcox / qsignrank: the first value whose cumulative probability reaches the tail.
    first = int(statistic[np.searchsorted(np.cumsum(weights), tail - 1e-12)])
    first = max(first, 1)
    reached = float(weights[statistic < first].sum()) <= tail
    return Estimate(
        value=float(np.median(ordered)),
        low=float(ordered[first - 1]) if reached else None,
        high=float(ordered[ordered.size - first]) if reached else None,
        level=level,
        method=f"Hodges-Lehmann ({name}), exact interval",
        n=n,
        note=None if reached else reason("too_few_for_level"),
    )


def _subset_sums(ranks: Floats, size: int | None) -> tuple[Floats, Floats]:
    """Sums of subsets of the ranks and their probabilities; subsets of `size` ranks, or any where None."""
    doubled: Integers = np.rint(2 * ranks).astype(np.int64)
    total = int(doubled.sum())
    rows = 1 if size is None else size + 1
    ways = np.zeros((rows, total + 1))
    ways[0, 0] = 1.0
    for rank in doubled:
        added = np.zeros_like(ways)
        added[:, rank:] = ways[:, : total + 1 - rank]
        ways = (ways + added) / 2 if size is None else ways + np.vstack([np.zeros((1, total + 1)), added[:-1]])
    last = ways[-1]
    found = np.flatnonzero(last)
    return found / 2.0, np.asarray(last[found] / last.sum())


def _two_sided(sums: Floats, weights: Floats, statistic: float) -> float:
    """Probability to lie as far from the mean as the statistic does, on either side."""
    center = float(sums @ weights)
    return min(1.0, float(weights[np.abs(sums - center) >= abs(statistic - center) - 1e-7].sum()))


def _normal_test(name: str, distance: float, variance: float, shown: float, n: int, method: RankMethod) -> TestResult:
    corrected = method == "normal-corrected"
    z = max(0.0, abs(distance) - (0.5 if corrected else 0.0)) / np.sqrt(variance)
    suffix = "normal approximation" + (", continuity-corrected" if corrected else "")
    return TestResult(f"{name}, {suffix}", min(1.0, float(2 * ndtr(-z))), shown, n=n)
