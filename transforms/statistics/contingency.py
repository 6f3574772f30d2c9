"""Tests of tables larger than 2 x 2: association of two classifications, and a trend over ordered groups.

Belongs here: r x c tables and ordered groups. 2 x 2 tables are in two_groups.py.

Sources: Fisher's exact test for r x c tables: Freeman and Halton, Biometrika 1951;38:141, counted in exact_tables.py; trend: Cochran, Biometrics 1954;10:417 and Armitage, Biometrics 1955;11:375.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from schemas.reasons import reason
from transforms.statistics.arrays import Integers, check_count, check_finite
from transforms.statistics.exact_tables import share_no_likelier
from transforms.statistics.result import NotEstimable, TestResult


def fisher_exact(table: ArrayLike) -> TestResult | NotEstimable:
    """Two-sided exact test that rows and columns of a table of counts are unrelated, such as CRS grade by product.

    Parameters
    ----------
    table : array (r, c)
        Counts, whole numbers >= 0. Rows and columns without subjects are left out.

    Returns
    -------
    TestResult | NotEstimable
        The summed probability of all tables with these margins that are no likelier than the one seen. Not estimable
        for fewer than two rows or columns, or if there are too many tables to enumerate.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    Equal to R's fisher.test; scipy's r x c test is a simulation.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.fisher_exact([[8, 2], [1, 5], [3, 3]]).p_value, 4)
    0.0518
    """
    counts = _check_table(table)
    if min(counts.shape) < 2:
        return NotEstimable(reason("too_few_rows_or_columns"))
    p_value = share_no_likelier(counts)
    if p_value is None:
        return NotEstimable(reason("table_too_large"))
    return TestResult("fisher-exact", p_value, n=int(counts.sum()))


def chi_square(table: ArrayLike) -> TestResult | NotEstimable:
    """Pearson's chi-square test that rows and columns of a table of counts are unrelated.

    Parameters
    ----------
    table : array (r, c)
        Counts, whole numbers >= 0.

    Returns
    -------
    TestResult | NotEstimable
        Chi-square; the note says if an expected count is below 5. Not estimable as in `fisher_exact`.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    Pearson 1900; equal to R's chisq.test(correct = FALSE).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.chi_square([[8, 2], [1, 5]])
    >>> round(result.statistic, 3), result.degrees_of_freedom
    (6.112, 1)
    """
    counts = _check_table(table).astype(np.float64)
    if min(counts.shape) < 2:
        return NotEstimable(reason("too_few_rows_or_columns"))
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic, freedom = (
        float(((counts - expected) ** 2 / expected).sum()),
        (counts.shape[0] - 1) * (counts.shape[1] - 1),
    )
    note = reason("expected_below_five") if expected.min() < 5 else None
    return TestResult(
        "pearson-chi-square",
        float(chdtrc(freedom, statistic)),
        statistic,
        freedom,
        int(counts.sum()),
        note,
        statistic_name="chi-square",
    )


def trend_test(
    counts: Sequence[int], totals: Sequence[int], *, scores: Sequence[float] | None = None
) -> TestResult | NotEstimable:
    """Test of a rising or falling share over ordered groups, such as remission by dose level.

    Parameters
    ----------
    counts : sequence of length k
        Subjects with the outcome in each group.
    totals : sequence of length k
        Subjects in each group, in order of the groups.
    scores : sequence of length k, optional
        Score of each group, such as its dose. Default 1, 2, ..., k.

    Returns
    -------
    TestResult | NotEstimable
        Chi-square with 1 degree of freedom. Not estimable if all or none have the outcome, or if all subjects have one
        score.

    Raises
    ------
    ValueError
        Impossible counts or unequal lengths.

    References
    ----------
    Equal to R's prop.trend.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.trend_test([2, 4, 7], [10, 10, 10]).p_value, 4)
    0.0241
    """
    for values, name in ((counts, "counts"), (totals, "totals")):
        if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
            raise ValueError(f"{name} must hold one whole number per group")
    x = np.array([check_count(count, "counts") for count in counts], dtype=np.float64)
    n = np.array([check_count(total, "totals") for total in totals], dtype=np.float64)
    s = np.arange(1.0, x.size + 1) if scores is None else check_finite(scores, "scores")
    if not x.shape == n.shape == s.shape or (x > n).any():
        raise ValueError("counts, totals and scores must have one length, and counts lie between 0 and totals")
    total = n.sum()
    if total == 0 or x.sum() in (0, total):
        return NotEstimable(reason("same_outcome_no_trend"))
    share, center = x.sum() / total, float(n @ s / total)
    spread = share * (1 - share) * float(n @ (s - center) ** 2)
    if not 0 < spread < np.inf:
        return NotEstimable(reason("same_score_no_trend"))
    statistic = float((x @ (s - center)) ** 2 / spread)
    return TestResult(
        "cochran-armitage", float(chdtrc(1, statistic)), statistic, 1, int(total), statistic_name="chi-square"
    )


def _check_table(table: ArrayLike) -> Integers:
    given = np.asarray(table)
    if given.ndim != 2 or isinstance(table, np.ma.MaskedArray):
        raise ValueError("a table must hold whole numbers >= 0 in rows and columns")
    counts = np.array([[check_count(cell, "a cell of the table") for cell in row] for row in given], dtype=np.int64)
    counts = counts.reshape(given.shape)
    filled: Integers = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    return filled
