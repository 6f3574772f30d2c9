"""How strongly a yes-or-no outcome goes with a group: odds ratio, risk ratio, and the odds ratio common to several sites.

Belongs here: ratios of 2 x 2 tables. Tests of one table are in two_groups.py, differences in proportion_difference.py.

Sources: conditional odds ratio: Cornfield 1956, as R's fisher.test; risk ratio: Katz et al., Biometrics 1978;34:469; common odds
ratio: Mantel and Haenszel 1959 with the variance of Robins, Breslow and Greenland, Biometrics 1986;42:311; homogeneity: Breslow and
Day 1980, corrected by Tarone, Biometrika 1985;72:91.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, gammaln, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_count, check_share
from transforms.statistics.result import Estimate, NotEstimable, TestResult

_ALL_ALIKE = reason("same_outcome_in_groups")
_FURTHEST = 100.0  # log odds ratio


@dataclass(frozen=True)
class MantelHaenszel:
    """Several tables together: their common odds ratio, the test that it is 1, and the test that it is common (None where there is none).

    `n_tables` tables say something; `n_silent` do not, as a group has no subjects or all have the same outcome.
    """

    odds_ratio: Estimate | NotEstimable
    test: TestResult
    homogeneity: TestResult | None
    n_tables: int
    n_silent: int


def odds_ratio(
    count_a: int, total_a: int, count_b: int, total_b: int, *, confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Odds ratio of group a to group b, by conditional maximum likelihood, with its exact interval.

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
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The ratio. Not estimable if a group is empty, all are alike, or the ratio is infinite (`low` then holds the
        lower bound).

    Raises
    ------
    ValueError
        Unless 0 <= count <= total in each group.

    References
    ----------
    Equal to R's fisher.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.odds_ratio(14, 20, 9, 21).value, 3)
    3.022
    """
    check_share(confidence)
    cells = check_cells(count_a, total_a, count_b, total_b)
    if impossible := _explain_silent(cells):
        return NotEstimable(impossible)
    x, m, y, n = cells
    values, weights = _hypergeometric(m, n, x + y)
    tail = (1 - confidence) / 2

    def find(target: float, share: Callable[[Floats], float]) -> float:
        return exp(brentq(lambda psi: share(_tilt(values, weights, psi)) - target, -_FURTHEST, _FURTHEST, xtol=1e-13))

    low = None if x == values[0] else find(tail, lambda p: float(p[values >= x].sum()))
    high = None if x == values[-1] else find(tail, lambda p: float(p[values <= x].sum()))
    if x == values[-1]:
        return NotEstimable(reason("odds_ratio_infinite"), low=low)
    return Estimate(
        value=0.0 if x == values[0] else find(float(x), lambda p: float(p @ values)),
        low=0.0 if low is None else low,
        high=high,
        confidence=confidence,
        method="odds-ratio/maximum-likelihood/exact",
        n=m + n,
        events=x + y,
    )


def risk_ratio(
    count_a: int, total_a: int, count_b: int, total_b: int, *, confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Ratio of the proportions of group a and group b, with Katz's interval of the logarithm.

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
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The ratio; bounds are None if nobody of group a has the outcome. Not estimable if nobody of group b has.

    Raises
    ------
    ValueError
        Unless 0 <= count <= total in each group.

    References
    ----------
    Katz et al. 1978.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.risk_ratio(14, 20, 9, 21).value, 3)
    1.633
    """
    check_share(confidence)
    x, m, y, n = check_cells(count_a, total_a, count_b, total_b)
    if m == 0 or n == 0:
        return NotEstimable(reason("empty_group"))
    if y == 0:
        return NotEstimable(reason("no_ratio_to_nobody"))
    value = (x / m) / (y / n)
    error = sqrt(1 / x - 1 / m + 1 / y - 1 / n) if x else None
    half = None if error is None else float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(
        value=value,
        low=None if half is None else value * exp(-half),
        high=None if half is None else value * exp(half),
        confidence=confidence,
        method="risk-ratio/katz-log",
        n=m + n,
        events=x + y,
        standard_error=error,
        note=None if x else reason("nobody_no_interval"),
    )


def mantel_haenszel(
    tables: Sequence[tuple[int, int, int, int]], *, confidence: float = 0.95
) -> MantelHaenszel | NotEstimable:
    """Odds ratio common to several tables, such as of sites, and whether it may be called common.

    Parameters
    ----------
    tables : sequence
        (count_a, total_a, count_b, total_b) of each table, such as of each site.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    MantelHaenszel | NotEstimable
        The common odds ratio with its test (chi-square of Cochran, Mantel and Haenszel, without continuity correction),
        and the test that it is common. Not estimable if no table is informative.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    Equal to R's mantelhaen.test(correct = FALSE).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.mantel_haenszel([(8, 10, 5, 10), (6, 9, 4, 11)])
    >>> round(result.odds_ratio.value, 3)
    3.727
    """
    check_share(confidence)
    if (
        isinstance(tables, str)
        or not isinstance(tables, Sequence)
        or not all(np.shape(table) == (4,) for table in tables)
    ):
        raise ValueError("tables must hold (count_a, total_a, count_b, total_b) each")
    cells = [check_cells(*table) for table in tables]
    telling = [table for table in cells if not _explain_silent(table)]
    if not telling:
        return NotEstimable(reason("no_telling_table"))
    x, m, y, n = np.array(telling, dtype=np.float64).T
    total, with_it = m + n, x + y
    expected = m * with_it / total
    variance = m * n * with_it * (total - with_it) / (total**2 * (total - 1))
    statistic = float((x - expected).sum() ** 2 / variance.sum())
    ratio = _estimate_common(x, m, y, n, confidence)
    return MantelHaenszel(
        odds_ratio=ratio,
        test=TestResult(
            "cochran-mantel-haenszel",
            float(chdtrc(1, statistic)),
            statistic,
            1,
            int(total.sum()),
            statistic_name="chi-square",
        ),
        homogeneity=None if isinstance(ratio, NotEstimable) else _test_homogeneity(x, m, y, n, ratio.value),
        n_tables=len(telling),
        n_silent=len(cells) - len(telling),
    )


def check_cells(count_a: int, total_a: int, count_b: int, total_b: int) -> tuple[int, int, int, int]:
    """Counts of two groups as Python integers; raises ValueError unless 0 <= count <= total in each."""
    x, m, y, n = map(check_count, (count_a, total_a, count_b, total_b))
    if x > m or y > n:
        raise ValueError(f"counts must lie between 0 and totals: {x} of {m}, {y} of {n}")
    return x, m, y, n


def _explain_silent(cells: tuple[int, int, int, int]) -> str:
    x, m, y, n = cells
    if m == 0 or n == 0:
        return reason("empty_group")
    return _ALL_ALIKE if x + y in (0, m + n) else ""


def _hypergeometric(m: int, n: int, with_it: int) -> tuple[Floats, Floats]:
    """Possible counts of the first group, given the margins, and the logarithms of their weights."""
    values = np.arange(max(0, with_it - n), min(m, with_it) + 1, dtype=np.float64)
    rest = with_it - values
    logs = -(gammaln(values + 1) + gammaln(m - values + 1) + gammaln(rest + 1) + gammaln(n - rest + 1))
    return values, np.asarray(logs)


def _tilt(values: Floats, logs: Floats, psi: float) -> Floats:
    """Probabilities of the values under a log odds ratio `psi`."""
    tilted = logs + psi * values
    weights = np.exp(tilted - tilted.max())
    return np.asarray(weights / weights.sum())


def _estimate_common(x: Floats, m: Floats, y: Floats, n: Floats, confidence: float) -> Estimate | NotEstimable:
    total = m + n
    r, s = x * (n - y) / total, y * (m - x) / total
    if s.sum() == 0:
        return NotEstimable(reason("common_ratio_infinite"))
    value = float(r.sum() / s.sum())
    events, subjects = int((x + y).sum()), int(total.sum())
    method = "common-odds-ratio/robins-breslow-greenland"
    if value == 0:
        return Estimate(0.0, None, None, confidence, method, subjects, events, note=reason("ratio_zero_no_interval"))
    p, q = (x + n - y) / total, (y + m - x) / total
    variance = (p @ r) / (2 * r.sum() ** 2) + (p @ s + q @ r) / (2 * r.sum() * s.sum()) + (q @ s) / (2 * s.sum() ** 2)
    error = sqrt(float(variance))
    half = float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(value, exp(log(value) - half), exp(log(value) + half), confidence, method, subjects, events,
                    standard_error=error)  # fmt: skip


def _test_homogeneity(x: Floats, m: Floats, y: Floats, n: Floats, ratio: float) -> TestResult | None:
    if x.size < 2 or ratio == 0:
        return None
    expected = np.array([_expect(*row, ratio) for row in zip(m, n, x + y, strict=True)])
    with_it = x + y
    variance = 1 / (1 / expected + 1 / (m - expected) + 1 / (with_it - expected) + 1 / (n - with_it + expected))
    distance = x - expected
    statistic = float((distance**2 / variance).sum() - distance.sum() ** 2 / variance.sum())
    freedom = int(x.size - 1)
    return TestResult(
        "breslow-day",
        float(chdtrc(freedom, statistic)),
        statistic,
        freedom,
        int((m + n).sum()),
        statistic_name="chi-square",
    )


def _expect(m: float, n: float, with_it: float, ratio: float) -> float:
    """The count of the first group at which the table has the odds ratio: the root between the possible counts."""
    low, high = max(0.0, with_it - n), min(m, with_it)

    def excess(e: float) -> float:
        return e * (n - with_it + e) - ratio * (m - e) * (with_it - e)

    return float(brentq(excess, low, high, xtol=1e-14, rtol=1e-14))
