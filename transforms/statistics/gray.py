"""Whether cumulative incidence differs between groups: Gray's test.

Belongs here: tests on cumulative incidence curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import check_cause, check_causes, check_labels
from transforms.statistics.result import NotEstimable, TestResult


def gray_test(time: ArrayLike, event: ArrayLike, group: Sequence[Any], *, cause: int = 1) -> TestResult | NotEstimable:
    """Test that the cumulative incidence of one cause is the same in all groups, other causes competing.

    Parameters: `time` shape (n,), any unit; `event` shape (n,), 0 censored, 1, 2, ... kinds of event; `group` length n, labels
    of any kind, none missing; `cause` the kind of interest.
    Returns chi-square on (groups - 1) degrees of freedom. NotEstimable for fewer than two groups, no event of this cause, or
    a score without variance. Raises ValueError for impossible input.
    Source: Gray, Ann Stat 1988;16:1141, rho = 0; computed by comprisk, equal to R's cmprsk::cuminc.
    """
    check_cause(cause)
    times, causes = check_causes(time, event)
    names, index = check_labels(group, times.size)
    if len(names) < 2:
        return NotEstimable(reason("one_group"))
    if not (causes == cause).any():
        return NotEstimable(reason("no_event_of_cause", cause=cause))
    from comprisk import (
        gray_test as comprisk_gray_test,  # imports scikit-learn: only when a test is asked for
    )

    result = comprisk_gray_test(times, causes, index, cause=cause)
    if np.linalg.matrix_rank(result.var, hermitian=True) < result.df:
        return NotEstimable(reason("test_without_variance"))
    return TestResult("gray", float(result.pvalue), float(result.stat), int(result.df), int(times.size))
