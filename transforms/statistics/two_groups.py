"""Whether two groups differ in a proportion: tests of a 2 x 2 table.

Belongs here: tests of association in one 2 x 2 table. Intervals of a single proportion are in proportions.py.

Sources: Pearson, Yates and N-1 chi-square: Campbell, Stat Med 2007;26:3661 (N-1 is what SPSS prints as "linear-by-linear").
Fisher's exact test, two-sided by summing the tables no likelier than the observed (as R's fisher.test): Agresti, Categorical
Data Analysis 2013, 3.5. Mid-p: Lancaster, JASA 1961;56:223; Hirji, Tan and Elashoff, Stat Med 1991;10:1137.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.special import chdtrc, gammaln

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_method
from transforms.statistics.exact_tables import EQUALLY_LIKELY
from transforms.statistics.result import NotEstimable, TestResult

AssociationMethod = Literal["pearson", "n-1", "yates", "fisher", "mid-p"]


def compare_two_proportions(
    count_a: int, total_a: int, count_b: int, total_b: int, *, method: AssociationMethod = "fisher"
) -> TestResult | NotEstimable:
    """Two-sided test that two groups have the same share, such as remission after single and after tandem infusion.

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
        Name of the test.

    Returns
    -------
    TestResult | NotEstimable
        p value, and chi-square with 1 degree of freedom if the test has one. Not estimable if a group is empty or all
        subjects are alike.

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
    >>> round(st.compare_two_proportions(14, 20, 9, 21, method="fisher").p_value, 4)
    0.118
    """
    check_method(method, _METHODS)
    count_a, total_a, count_b, total_b = map(check_count, (count_a, total_a, count_b, total_b))
    if count_a > total_a or count_b > total_b:
        raise ValueError(f"counts must lie between 0 and totals: {count_a} of {total_a}, {count_b} of {total_b}")
    if total_a == 0 or total_b == 0:
        return NotEstimable(reason("empty_group"))
    if count_a + count_b in (0, total_a + total_b):
        return NotEstimable(reason("same_outcome_in_groups"))
    return _METHODS[method](np.array([[count_a, total_a - count_a], [count_b, total_b - count_b]], dtype=np.float64))


def _compute_chi_square(table: np.ndarray, correction: float, scale: float) -> float:
    total = table.sum()
    difference = abs(table[0, 0] * table[1, 1] - table[0, 1] * table[1, 0])
    margins = table.sum(axis=0).prod() * table.sum(axis=1).prod()
    # The correction never exceeds the difference itself (R's chisq.test does likewise).
    return float(scale * total * (difference - min(correction * total, difference)) ** 2 / margins)


def _chi_square_test(name: str, correction: float = 0.0) -> Callable[[np.ndarray], TestResult]:
    def test(table: np.ndarray) -> TestResult:
        total = int(table.sum())
        statistic = _compute_chi_square(table, correction, (total - 1) / total if name.startswith("n-1") else 1.0)
        return TestResult(name, float(chdtrc(1, statistic)), statistic, 1, total, statistic_name="chi-square")

    return test


def _compute_table_probabilities(table: np.ndarray) -> tuple[np.ndarray, int]:
    """Hypergeometric probabilities of all tables with these margins, and the position of the observed one."""
    row, column, total = table[0].sum(), table[:, 0].sum(), table.sum()
    first = max(0.0, row + column - total)
    x = np.arange(first, min(row, column) + 1)

    def log_choose(n: np.ndarray | float, k: np.ndarray | float) -> np.ndarray:
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    logs = log_choose(column, x) + log_choose(total - column, row - x)
    probabilities = np.exp(logs - logs.max())
    return probabilities / probabilities.sum(), int(table[0, 0] - first)


def _fisher(table: np.ndarray) -> TestResult:
    probabilities, observed = _compute_table_probabilities(table)
    extreme = probabilities <= probabilities[observed] * (1 + EQUALLY_LIKELY)
    p_value = min(1.0, float(probabilities[extreme].sum()))
    return TestResult("fisher-exact", p_value, n=int(table.sum()))


def _mid_p(table: np.ndarray) -> TestResult:
    probabilities, observed = _compute_table_probabilities(table)
    extreme = probabilities <= probabilities[observed] * (1 + EQUALLY_LIKELY)
    p_value = min(1.0, float(probabilities[extreme].sum()) - 0.5 * float(probabilities[observed]))
    return TestResult("fisher-mid-p", p_value, n=int(table.sum()))


_METHODS: dict[str, Callable[[np.ndarray], TestResult]] = {
    "pearson": _chi_square_test("pearson-chi-square"),
    "n-1": _chi_square_test("n-1-chi-square"),
    "yates": _chi_square_test("yates-chi-square", correction=0.5),
    "fisher": _fisher,
    "mid-p": _mid_p,
}
