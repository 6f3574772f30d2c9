"""Whether hazard ratios are constant over time: the score test on scaled Schoenfeld residuals.

Belongs here: R's cox.zph (survival 3), which is a score test of each covariate times a function of time. lifelines' test of
the same name is the older approximation and agrees with it on no data set that was tried.

Source: Grambsch and Therneau, Biometrika 1994;81:515; Therneau, "cox.zph" of survival 3.0 and later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_entry, check_method, check_survival
from transforms.statistics.cox import is_suspicious
from transforms.statistics.cox_rows import CoxRows, gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.event_table import compute_product_limit, count_events
from transforms.statistics.partial_likelihood import (
    compute_schoenfeld_sums,
    compute_weighted_information,
    maximize_partial_likelihood,
)
from transforms.statistics.result import NotEstimable, TestResult
from transforms.statistics.separation import find_monotone_columns

TimeTransform = Literal["km", "identity", "log", "rank"]
ALL_COVARIATES = "all covariates"


def proportional_hazards_tests(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    *,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
    transform: TimeTransform = "km",
) -> dict[str, TestResult] | NotEstimable:
    """Test for each variable of a Cox model that its hazard ratio does not change over time.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of groups with a baseline hazard of their own, none missing.
    transform : str
        Function of time that the effect may follow. "km": one minus Kaplan-Meier, R's default, which keeps a late lone
        event from dominating the test.

    Returns
    -------
    dict[str, TestResult] | NotEstimable
        For each variable a chi-square test with as many degrees of freedom as it has columns, and the test of all under
        `ALL_COVARIATES`. Not estimable if the model can't be fitted, its likelihood is monotone, or there is only one
        event time.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Grambsch and Therneau 1994; equal to R's cox.zph(terms = TRUE).
    """
    check_method(transform, _TRANSFORMS, "transform")
    times, events = check_survival(time, event)
    start, times = (None, times) if entry is None else check_entry(entry, times)
    rows = gather_cox_rows(design, start, times, events, strata=strata)
    if rows.impossible:
        return NotEstimable(rows.impossible)
    return compute_zph(rows, transform)


def compute_zph(rows: CoxRows, transform: TimeTransform = "km") -> dict[str, TestResult] | NotEstimable:
    """The tests for prepared rows; see proportional_hazards_tests."""
    fit = maximize_partial_likelihood(rows.risk_sets)
    if fit is None or is_suspicious(fit, rows.design.matrix):
        # A score test at a coefficient that Newton's method happened to stop at says nothing.
        if names := [rows.design.columns[i].name for i in find_monotone_columns(rows.risk_sets)]:
            return NotEstimable(reason("no_maximum", names=names))
        if fit is None:
            return NotEstimable(reason("cox_does_not_converge"))
    sets, beta = rows.risk_sets, fit.coefficients
    shape = _TRANSFORMS[transform](rows)
    if np.ptp(shape) == 0:
        return NotEstimable(reason("one_event_time"))
    shape = shape - np.average(shape, weights=sets.deaths)
    score = compute_schoenfeld_sums(sets, beta).T @ shape
    mixed = compute_weighted_information(sets, beta, shape)
    own = compute_weighted_information(sets, beta, shape**2)
    left = own - mixed @ fit.covariance @ mixed
    variables = [column.variable for column in rows.design.columns]
    groups = {name: [i for i, v in enumerate(variables) if v == name] for name in dict.fromkeys(variables)}
    groups[ALL_COVARIATES] = list(range(len(variables)))
    tests = {name: _test(score[part], left[np.ix_(part, part)], rows.n) for name, part in groups.items()}
    return {name: test for name, test in tests.items() if test is not None} or NotEstimable(reason("too_few_events"))


def _test(score: Floats, variance: Floats, n: int) -> TestResult | None:
    if np.linalg.matrix_rank(variance, hermitian=True) < score.size:
        return None
    statistic = float(score @ np.linalg.solve(variance, score))
    return TestResult(
        "schoenfeld", float(chdtrc(score.size, statistic)), statistic, int(score.size), n, statistic_name="chi-square"
    )


def _kaplan_meier_before(rows: CoxRows) -> Floats:
    """One minus the pooled Kaplan-Meier curve just before each event time."""
    table = count_events(rows.stop, rows.event, rows.start)
    survival = np.concatenate([[1.0], compute_product_limit(table)])
    return np.asarray(1 - survival[np.searchsorted(table.time, rows.risk_sets.time, side="left")])


def _average_ranks(rows: CoxRows) -> Floats:
    """Rank of each event time among the times of all rows, the censored included, ties averaged."""
    times, counts = np.unique(rows.stop, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(ranks[np.searchsorted(times, rows.risk_sets.time)])


_TRANSFORMS: dict[str, Callable[[CoxRows], Floats]] = {
    "km": _kaplan_meier_before,
    "identity": lambda rows: rows.risk_sets.time,
    "log": lambda rows: np.asarray(np.log(rows.risk_sets.time)),
    "rank": _average_ranks,
}
