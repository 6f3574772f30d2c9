"""Whether cumulative incidence differs between groups: Gray's test.

Belongs here: tests on cumulative incidence curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers, check_cause, check_causes, check_labels, split_labels
from transforms.statistics.model import quadratic
from transforms.statistics.result import NotEstimable, TestResult


def gray_test(
    time: ArrayLike, event: ArrayLike, group: Sequence[Any], *, cause: int = 1, strata: Sequence[Any] | None = None
) -> TestResult | NotEstimable:
    """Test that the cumulative incidence of one cause is the same in all groups, other causes competing.

    Parameters: `time` shape (n,), any unit; `event` shape (n,), 0 censored, 1, 2, ... kinds of event; `group` and `strata` length n,
    labels of any kind, none missing; `cause` the kind of interest. With strata, groups are compared within each, and scores summed.
    Returns chi-square on (groups - 1) degrees of freedom. NotEstimable for fewer than two groups, no event of this cause, or
    a score without variance. Raises ValueError for impossible input.
    Source: Gray, Ann Stat 1988;16:1141, rho = 0; computed by comprisk, equal to R's cmprsk::cuminc.
    """
    check_cause(cause)
    times, causes = check_causes(time, event)
    names, index = check_labels(group, times.size)
    layers = [np.ones(times.size, np.bool_)] if strata is None else split_labels(strata, times.size, "strata")
    if len(names) < 2:
        return NotEstimable(reason("one_group"))
    if not (causes == cause).any():
        return NotEstimable(reason("no_event_of_cause", cause=cause))
    score, spread = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for inside in layers:
        present = np.unique(index[inside])
        if present.size < 2 or not (causes[inside] == cause).any():
            continue
        own, variance = _score(times[inside], causes[inside], index[inside], cause)
        score[present] += own
        spread[np.ix_(present, present)] += variance
    # Scores sum to 0: the last group's is told by the others.
    score, spread = score[:-1], spread[:-1, :-1]
    if np.linalg.matrix_rank(spread, hermitian=True) < score.size:
        return NotEstimable(reason("test_without_variance"))
    statistic = quadratic(score, spread)
    method = "gray" if strata is None else "stratified-gray"
    p_value = float(chdtrc(score.size, statistic))
    return TestResult(method, p_value, statistic, int(score.size), int(times.size), statistic_name="chi-square")


def _score(times: Floats, causes: Integers, index: Integers, cause: int) -> tuple[Floats, Floats]:
    """Scores of all groups present (k,) and their covariance (k, k); comprisk leaves the last one out."""
    from comprisk import (
        gray_test as comprisk_gray_test,  # imports scikit-learn: only when a test is asked for
    )

    result = comprisk_gray_test(times, causes, index, cause=cause)
    all_but_last = np.eye(result.df)
    to_all = np.vstack([all_but_last, -np.ones((1, result.df))])
    return np.asarray(to_all @ result.score), np.asarray(to_all @ result.var @ to_all.T)
