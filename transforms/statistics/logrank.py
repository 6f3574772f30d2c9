"""Whether survival differs between groups: the log-rank test, for any number of groups, stratified if asked.

Belongs here: tests on Kaplan-Meier curves. Gray's test for cumulative incidence is in gray.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from transforms.statistics.arrays import Booleans, Floats, Integers, check_labels, check_survival
from transforms.statistics.result import NotEstimable, TestResult


@dataclass(frozen=True)
class GroupCount:
    """One group of a log-rank test: its subjects, observed events, and the events expected were all groups alike."""

    group: str
    n: int
    observed: int
    expected: float


@dataclass(frozen=True)
class LogrankResult(TestResult):
    """A log-rank test with its observed and expected events by group."""

    groups: tuple[GroupCount, ...] = ()


def logrank(
    time: ArrayLike, event: ArrayLike, group: Sequence[Any], *, strata: Sequence[Any] | None = None
) -> LogrankResult | NotEstimable:
    """Test that survival is the same in all groups.

    Parameters: `time` shape (n,), any unit; `event` shape (n,), 1 where it happened; `group` and `strata` length n, labels of
    any kind, none missing. With strata, observed and expected events are summed over strata.
    Returns chi-square on (groups with expected events) - 1 degrees of freedom. NotEstimable for fewer than two groups, no
    events, or no time at which two groups were at risk together. Raises ValueError for impossible input.
    Source: Mantel 1966; Peto and Peto 1972; equal to R's survdiff(rho = 0), stratified by strata().
    """
    times, events = check_survival(time, event)
    names, index = check_labels(group, times.size)
    layer = np.zeros(times.size, np.int64) if strata is None else check_labels(strata, times.size, "strata")[1]
    if len(names) < 2:
        return NotEstimable("fewer than two groups have subjects, so there is nothing to compare")
    if not events.any():
        return NotEstimable("no events in any group")
    observed, expected, variance = _sum_over_strata(times, events, index, layer, len(names))
    compared = expected > 0
    if compared.sum() < 2 or not np.diag(variance).any():
        return NotEstimable("no time at which an event happened while two groups were at risk")
    statistic, freedom = _compute_statistic(observed - expected, variance, compared)
    counts = np.bincount(index, minlength=len(names))
    return LogrankResult(
        method="log-rank" if strata is None else "stratified log-rank",
        p_value=float(chdtrc(freedom, statistic)),
        statistic=statistic,
        degrees_of_freedom=freedom,
        n=int(times.size),
        groups=tuple(
            GroupCount(name, int(counts[i]), int(observed[i]), float(expected[i])) for i, name in enumerate(names)
        ),
    )


def _sum_over_strata(
    times: Floats, events: Booleans, index: Integers, layer: Integers, k: int
) -> tuple[Floats, Floats, Floats]:
    observed, expected, variance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for stratum in np.unique(layer):
        inside = layer == stratum
        seen, awaited, spread = _compare_one_stratum(times[inside], events[inside], index[inside], k)
        observed, expected, variance = observed + seen, expected + awaited, variance + spread
    return observed, expected, variance


def _compare_one_stratum(times: Floats, events: Booleans, index: Integers, k: int) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events (k,) and hypergeometric covariance (k, k) of one stratum."""
    distinct = np.unique(times[events])
    if distinct.size == 0:
        return np.zeros(k), np.zeros(k), np.zeros((k, k))
    died = np.zeros((distinct.size, k))
    np.add.at(died, (np.searchsorted(distinct, times[events]), index[events]), 1.0)
    at_risk = np.column_stack(
        [(index == g).sum() - np.searchsorted(np.sort(times[index == g]), distinct, side="left") for g in range(k)]
    ).astype(np.float64)
    d, n = died.sum(axis=1), at_risk.sum(axis=1)
    expected = (at_risk * (d / n)[:, None]).sum(axis=0)
    # With one subject left at risk the variance is 0 (R does likewise); the divisor is then irrelevant.
    weight = d * (n - d) / np.maximum(n - 1, 1) / n
    share = at_risk / n[:, None]
    variance = np.diag((weight[:, None] * at_risk).sum(axis=0)) - (at_risk * weight[:, None]).T @ share
    return died.sum(axis=0), expected, variance


def _compute_statistic(difference: Floats, variance: Floats, compared: Booleans) -> tuple[float, int]:
    # The differences sum to 0, so one group is redundant and left out.
    kept = np.flatnonzero(compared)[1:]
    block = variance[np.ix_(kept, kept)]
    statistic = float(difference[kept] @ np.linalg.pinv(block, hermitian=True) @ difference[kept])
    return statistic, int(kept.size)
