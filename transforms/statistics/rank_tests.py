"""Whether a measured quantity differs between two groups, or between two infusions of the same subjects, by ranks.

Belongs here: Wilcoxon's two tests, exact with ties, and Hodges and Lehmann's shift. scipy's exact Mann-Whitney ignores ties.

Sources: Wilcoxon 1945; exact distribution with ties: Streitberg and Roehmel's shift algorithm, 1986 (R's exactRankTests); Hodges
and Lehmann, Ann Math Stat 1963;34:598; interval: Lehmann, Nonparametrics 1975, 2.5 and 4.4, as R's wilcox.test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr
from scipy.stats import rankdata

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers, check_finite, check_method, check_share
from transforms.statistics.result import Estimate, NotEstimable, TestResult

# Some ten seconds: 250 subjects a group without ties, 200 with them, or 800 pairs, beyond which halves of halves underflow.
_MOST_STEPS = 6e9
_MOST_STEPS_OF_PAIRS = 5e8
_MOST_PAIRS = 2e7
_TOO_MANY = reason("too_many_for_exact")

RankMethod = Literal["exact", "normal", "normal-corrected"]


def wilcoxon_rank_sum(a: ArrayLike, b: ArrayLike, *, method: RankMethod = "exact") -> TestResult | NotEstimable:
    """Test that two independent groups have the same distribution, such as peak expansion in responders and others.

    Parameters
    ----------
    a : array
        Values of group a, none missing.
    b : array
        Values of group b, same unit, none missing.
    method : str
        "exact" is the permutation distribution of the midranks.

    Returns
    -------
    TestResult | NotEstimable
        Two-sided p value and W, the number of pairs in which a is larger (ties half). Not estimable for an empty group,
        if all values are alike, or with too many subjects for the exact distribution.

    Raises
    ------
    ValueError
        Values that are not finite.

    References
    ----------
    Equal to R's wilcox.exact, and to wilcox.test(exact = FALSE) for the normal ones.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.wilcoxon_rank_sum([12, 30, 45, 51], [3, 8, 14, 22])
    >>> result.statistic, round(result.p_value, 4)
    (14.0, 0.1143)
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
        distribution = _subset_sums(ranks, m)
        if distribution is None:
            return NotEstimable(_TOO_MANY)
        return TestResult(
            "wilcoxon-rank-sum-exact", _two_sided(*distribution, statistic), shown, n=n, statistic_name="W"
        )
    _, ties = np.unique(ranks, return_counts=True)
    variance = m * (n - m) / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    return _normal_test("wilcoxon-rank-sum", statistic - m * (n + 1) / 2, variance, shown, n, method)


def kruskal_wallis(groups: Sequence[ArrayLike]) -> TestResult | NotEstimable:
    """Test that a quantity has the same distribution in several independent groups, by ranks.

    Parameters
    ----------
    groups : sequence of arrays
        Values of each group, one unit, none missing. Empty groups are left out.

    Returns
    -------
    TestResult | NotEstimable
        Chi-square on (groups - 1) degrees of freedom. Not estimable for fewer than two groups with subjects, or if all
        values are alike.

    Raises
    ------
    ValueError
        Values that are not finite.

    References
    ----------
    Kruskal and Wallis, JASA 1952;47:583; equal to R's kruskal.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.kruskal_wallis([[1, 4, 6], [7, 9, 12], [3, 8, 15]]).p_value, 4)
    0.1767
    """
    if isinstance(groups, str | Mapping) or not isinstance(groups, Iterable):
        raise ValueError("groups must hold one vector of numbers per group")
    samples = [sample for sample in map(check_finite, groups) if sample.size]
    if len(samples) < 2:
        return NotEstimable(reason("one_group"))
    ranks = rankdata(np.concatenate(samples))
    if np.ptp(ranks) == 0:
        return NotEstimable(reason("same_value"))
    n, ends = ranks.size, np.cumsum([sample.size for sample in samples])
    sums = sum(float(part.sum()) ** 2 / part.size for part in np.split(ranks, ends[:-1]))
    _, ties = np.unique(ranks, return_counts=True)
    correction = 1 - float((ties.astype(np.float64) ** 3 - ties).sum()) / (float(n) ** 3 - n)
    statistic, freedom = (12 * sums / (n * (n + 1)) - 3 * (n + 1)) / correction, len(samples) - 1
    return TestResult(
        "kruskal-wallis", float(chdtrc(freedom, statistic)), statistic, freedom, n, statistic_name="chi-square"
    )


def wilcoxon_signed_rank(
    first: ArrayLike, second: ArrayLike, *, method: RankMethod = "exact"
) -> TestResult | NotEstimable:
    """Test that a quantity is alike at two infusions of the same subjects, such as the dose of each.

    Parameters
    ----------
    first : array (n,)
        Values at the first infusion, none missing.
    second : array (n,)
        Values of the same subjects at the second infusion, same unit.
    method : str
        "exact" is the permutation distribution of the midranks.

    Returns
    -------
    TestResult | NotEstimable
        Two-sided p value and V, the rank sum of pairs in which the first is larger; `n` counts pairs that differ. Not
        estimable if no pair differs.

    Raises
    ------
    ValueError
        Unequal lengths.

    References
    ----------
    Equal to R's wilcox.exact(paired = TRUE).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.wilcoxon_signed_rank([5, 7, 9, 4, 8], [3, 6, 4, 4, 2]).p_value
    0.125
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
        distribution = _subset_sums(ranks, None)
        if distribution is None:
            return NotEstimable(_TOO_MANY)
        return TestResult(
            "wilcoxon-signed-rank-exact", _two_sided(*distribution, statistic), statistic, n=n, statistic_name="V"
        )
    variance = float((ranks**2).sum() / 4)
    return _normal_test("wilcoxon-signed-rank", statistic - ranks.sum() / 2, variance, statistic, n, method)


def hodges_lehmann(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Shift a - b between two independent groups.

    Parameters
    ----------
    a : array
        Values of group a, none missing.
    b : array
        Values of group b, same unit, none missing.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Median of all pairwise differences, in the unit of the values. The interval inverts the exact test for values
        without ties (with ties it is conservative); its bounds are None if the groups are too small for the confidence
        level. Not estimable for an empty group.

    Raises
    ------
    ValueError
        Values that are not finite.

    References
    ----------
    Equal to R's wilcox.test(conf.int = TRUE, exact = TRUE).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.hodges_lehmann([12, 30, 45, 51], [3, 8, 14, 22]).value
    25.0
    """
    check_share(confidence)
    first, second = check_finite(a), check_finite(b)
    if not first.size or not second.size:
        return NotEstimable(reason("empty_group_no_shift"))
    n = first.size + second.size
    if first.size * second.size > _MOST_PAIRS:
        return NotEstimable(reason("too_many_pairs", first=first.size, second=second.size))
    differences = np.sort((first[:, None] - second[None, :]).ravel())
    # The smaller group's ranks tell the same.
    distribution = _subset_sums(np.arange(1.0, n + 1), min(first.size, second.size))
    return _from_ordered(differences, distribution, confidence, n, "hodges-lehmann")


def hodges_lehmann_paired(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Shift first - second within subjects.

    Parameters
    ----------
    first : array (n,)
        Values at the first infusion, none missing.
    second : array (n,)
        Values of the same subjects at the second infusion, same unit.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Median of all pairwise means (Walsh averages) of the differences, in the unit of the values; interval as in
        `hodges_lehmann`. Not estimable without pairs.

    Raises
    ------
    ValueError
        Unequal lengths.

    References
    ----------
    Equal to R's wilcox.test(paired = TRUE, conf.int = TRUE, exact = TRUE).
    """
    check_share(confidence)
    x, y = check_finite(first), check_finite(second)
    if x.shape != y.shape:
        raise ValueError(f"pairs differ in length: {x.size} and {y.size}")
    if not x.size:
        return NotEstimable(reason("no_pairs_no_shift"))
    difference = x - y
    if difference.size**2 > 2 * _MOST_PAIRS:
        return NotEstimable(reason("too_many_pairs_within", n=difference.size))
    i, j = np.triu_indices(difference.size)
    averages = np.sort((difference[i] + difference[j]) / 2)
    distribution = _subset_sums(np.arange(1.0, difference.size + 1), None)
    return _from_ordered(averages, distribution, confidence, int(difference.size), "hodges-lehmann-paired")


def _from_ordered(
    ordered: Floats, distribution: tuple[Floats, Floats] | None, confidence: float, n: int, name: str
) -> Estimate:
    """Median of `ordered` with the bounds at which the exact test would just not reject."""
    tail, method = (1 - confidence) / 2, f"{name}/exact"
    if distribution is None:
        note = reason("too_many_for_exact_interval")
        return Estimate(float(np.median(ordered)), None, None, confidence, method, n, note=note)
    statistic, weights = distribution[0] - distribution[0][0], distribution[1]
    # R's qwilcox / qsignrank: the first value whose cumulative probability reaches the tail.
    first = int(statistic[np.searchsorted(np.cumsum(weights), tail - 1e-12)])
    first = max(first, 1)
    reached = float(weights[statistic < first].sum()) <= tail
    return Estimate(
        value=float(np.median(ordered)),
        low=float(ordered[first - 1]) if reached else None,
        high=float(ordered[ordered.size - first]) if reached else None,
        confidence=confidence,
        method=method,
        n=n,
        note=None if reached else reason("too_few_for_level"),
    )


def _subset_sums(ranks: Floats, size: int | None) -> tuple[Floats, Floats] | None:
    """Sums of subsets of the ranks and their probabilities; subsets of `size` ranks, or any where None.

    None where counting them would take too long.
    """
    scale = 1 if (ranks == np.floor(ranks)).all() else 2
    whole: Integers = np.sort(np.rint(scale * ranks).astype(np.int64))
    found = _count_any(whole) if size is None else _count_of_size(whole, size)
    return None if found is None else (found[0] / scale, found[1])


def _count_any(ranks: Integers) -> tuple[Floats, Floats] | None:
    total = int(ranks.sum())
    if ranks.size * total > _MOST_STEPS_OF_PAIRS:
        return None
    ways, reached = np.zeros(total + 1), 1
    ways[0] = 1.0
    for rank in ranks:
        half = ways[:reached] / 2
        ways[:reached] = half
        ways[rank : rank + reached] += half
        reached += rank
    found = np.flatnonzero(ways)
    return found.astype(np.float64), np.asarray(ways[found] / ways[found].sum())


def _count_of_size(ranks: Integers, size: int) -> tuple[Floats, Floats] | None:
    """Streitberg and Roehmel's shift: subsets by size and sum, each size held from its least to its largest sum."""
    least = np.concatenate([[0], np.cumsum(ranks[:size])])
    most = np.concatenate([[0], np.cumsum(ranks[::-1][:size])])
    if ranks.size * float((most - least).sum()) > _MOST_STEPS:
        return None
    ways = [np.zeros(most[j] - least[j] + 1) for j in range(size + 1)]
    ways[0][0] = 1.0
    reached = np.zeros(size + 1, dtype=np.int64)  # the largest sum so far
    for i, rank in enumerate(ranks):
        for j in range(min(i + 1, size), max(0, size - (ranks.size - i)), -1):
            last = reached[j - 1]
            shift = least[j - 1] + rank - least[j]
            ways[j][shift : shift + last - least[j - 1] + 1] += ways[j - 1][: last - least[j - 1] + 1]
            reached[j] = max(reached[j], last + rank)
    weights = ways[size]
    found = np.flatnonzero(weights)
    return (found + least[size]).astype(np.float64), np.asarray(weights[found] / weights.sum())


def _two_sided(sums: Floats, weights: Floats, statistic: float) -> float:
    """Probability to lie as far from the mean as the statistic does, on either side."""
    center = float(sums @ weights)
    return min(1.0, float(weights[np.abs(sums - center) >= abs(statistic - center) - 1e-7].sum()))


def _normal_test(name: str, distance: float, variance: float, shown: float, n: int, method: RankMethod) -> TestResult:
    corrected = method == "normal-corrected"
    z = max(0.0, abs(distance) - (0.5 if corrected else 0.0)) / np.sqrt(variance)
    return TestResult(
        f"{name}-{method}",
        min(1.0, float(2 * ndtr(-z))),
        shown,
        n=n,
        statistic_name="W" if name.endswith("sum") else "V",
    )
