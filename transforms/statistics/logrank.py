"""Whether survival differs between groups: the log-rank test, for any number of groups, stratified if asked.

Belongs here: tests on Kaplan-Meier curves. Gray's test for cumulative incidence is in gray.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_entry,
    check_labels,
    check_method,
    check_number,
    check_survival,
    split_labels,
)
from transforms.statistics.event_table import count_up_to, distinct_times
from transforms.statistics.result import NotEstimable, TestResult

LogrankWeights = Literal["Fleming-Harrington", "Gehan-Breslow", "Tarone-Ware", "Peto-Peto"]
# Weights (times,) from events and subjects at risk at each event time.
Weigh = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class GroupCount:
    """One group of a log-rank test: its subjects, observed events, and the events expected were all groups alike.

    Both are sums of weights in a weighted test.
    """

    group: str
    n: int
    observed: float
    expected: float


@dataclass(frozen=True)
class LogrankResult(TestResult):
    """A log-rank test with its observed and expected events by group."""

    groups: tuple[GroupCount, ...] = ()


def logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: Sequence[Any],
    *,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    weights: LogrankWeights = "Fleming-Harrington",
) -> LogrankResult | NotEstimable:
    """Test that survival is the same in all groups.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    group : sequence of length n
        Label of each subject's group, of any kind, none missing.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of strata. Observed and expected events are summed over them.
    rho : float
        Weight S(t-)^rho of the pooled curve: rho = 1 emphasizes early differences.
    gamma : float
        Weight (1 - S(t-))^gamma: gamma = 1 emphasizes late differences. Both 0 is the log-rank test.
    weights : str
        "Fleming-Harrington" with `rho` and `gamma`; or "Gehan-Breslow" (number at risk), "Tarone-Ware" (its square
        root), "Peto-Peto" (a survival curve that censoring does not move).

    Returns
    -------
    LogrankResult | NotEstimable
        Chi-square on (groups with expected events) - 1 degrees of freedom. Not estimable for fewer than two groups,
        without events, or if two groups were never at risk together.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Mantel 1966; Peto and Peto 1972; Fleming and Harrington 1991, 7.2; Gehan 1965; Tarone and Ware 1977; equal to R's
    survdiff(rho), stratified by strata().

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.logrank([3, 5, 7, 9, 4, 6, 8, 10], [1, 1, 1, 0, 0, 1, 0, 1], list("aaaabbbb"))
    >>> round(result.statistic, 3), round(result.p_value, 4)
    (1.222, 0.2689)
    """
    weigh = _choose_weights(weights, rho, gamma)
    sums = _compare_groups(time, event, group, entry, strata, weigh)
    if isinstance(sums, NotEstimable):
        return sums
    statistic, freedom = _compute_statistic(sums.observed - sums.expected, sums.variance, sums.expected > 0)
    kind = f"fleming-harrington/rho={rho:g}/gamma={gamma:g}" if rho or gamma else "log-rank"
    kind = kind if weights == "Fleming-Harrington" else weights.lower()
    return LogrankResult(
        statistic_name="chi-square",
        method=kind if strata is None else f"stratified-{kind}",
        p_value=float(chdtrc(freedom, statistic)),
        statistic=statistic,
        degrees_of_freedom=freedom,
        n=int(sums.counts.sum()),
        groups=_describe_groups(sums.names, sums.counts, sums.observed, sums.expected),
    )


def logrank_trend(
    time: ArrayLike,
    event: ArrayLike,
    group: Sequence[Any],
    scores: Mapping[Any, float],
    *,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
) -> LogrankResult | NotEstimable:
    """Test that survival rises or falls with the order of the groups, such as of dose levels.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    group : sequence of length n
        Label of each subject's group, of any kind, none missing.
    scores : mapping
        Score of each group, such as its dose.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of groups with a baseline hazard of their own, none missing.

    Returns
    -------
    LogrankResult | NotEstimable
        Chi-square with 1 degree of freedom. Not estimable as in `logrank`, or if all groups have one score.

    Raises
    ------
    ValueError
        A group without a score, or impossible input.

    References
    ----------
    Tarone, Biometrika 1975;62:679; Klein and Moeschberger 2003, 7.4.
    """
    if not isinstance(scores, Mapping):
        raise ValueError("scores must give each group a number")
    places = {str(name): check_number(score, "a score") for name, score in scores.items()}
    sums = _compare_groups(time, event, group, entry, strata, _choose_weights("Fleming-Harrington", 0.0, 0.0))
    if isinstance(sums, NotEstimable):
        return sums
    if unknown := [name for name in sums.names if name not in places]:
        raise ValueError(f"no score for group {', '.join(unknown)}")
    place = np.array([places[name] for name in sums.names])
    # Only distances between places count.
    place -= place.mean()
    spread = float(place @ sums.variance @ place)
    if spread <= 1e-12 * float(np.abs(place).max(initial=0.0)) ** 2:
        return NotEstimable(reason("same_score_of_groups"))
    statistic = float(place @ (sums.observed - sums.expected)) ** 2 / spread
    return LogrankResult(
        statistic_name="chi-square",
        method="log-rank-trend" if strata is None else "stratified-log-rank-trend",
        p_value=float(chdtrc(1, statistic)),
        statistic=statistic,
        degrees_of_freedom=1,
        n=int(sums.counts.sum()),
        groups=_describe_groups(sums.names, sums.counts, sums.observed, sums.expected),
    )


class _Sums(NamedTuple):
    """Per group (k,): name, subjects, events seen and expected; and the covariance of their difference (k, k)."""

    names: list[str]
    counts: Integers
    observed: Floats
    expected: Floats
    variance: Floats


def _compare_groups(
    time: ArrayLike,
    event: ArrayLike,
    group: Sequence[Any],
    entry: ArrayLike | None,
    strata: Sequence[Any] | None,
    weigh: Weigh,
) -> _Sums | NotEstimable:
    times, events = check_survival(time, event)
    entries, times = (None, times) if entry is None else check_entry(entry, times)
    names, index = check_labels(group, times.size)
    layers = [np.ones(times.size, np.bool_)] if strata is None else split_labels(strata, times.size, "strata")
    if len(names) < 2:
        return NotEstimable(reason("one_group"))
    if not events.any():
        return NotEstimable(reason("no_events"))
    observed, expected, variance = _sum_over_strata(times, events, entries, index, layers, len(names), weigh)
    if (expected > 0).sum() < 2 or not np.diag(variance).any():
        return NotEstimable(reason("no_common_time"))
    return _Sums(names, np.bincount(index, minlength=len(names)), observed, expected, variance)


def _describe_groups(
    names: Sequence[str], counts: Integers, observed: Floats, expected: Floats
) -> tuple[GroupCount, ...]:
    return tuple(
        GroupCount(name, int(counts[i]), float(observed[i]), float(expected[i])) for i, name in enumerate(names)
    )


def _sum_over_strata(
    times: Floats,
    events: Booleans,
    entries: Floats | None,
    index: Integers,
    layers: Sequence[Booleans],
    k: int,
    weigh: Weigh,
) -> tuple[Floats, Floats, Floats]:
    observed, expected, variance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for inside in layers:
        late = None if entries is None else entries[inside]
        died, at_risk = _count_by_group(times[inside], events[inside], late, index[inside], k)
        weight = weigh(died.sum(axis=1), at_risk.sum(axis=1))
        seen, awaited, spread = _compare(died, at_risk, weight)
        observed, expected, variance = observed + seen, expected + awaited, variance + spread
    return observed, expected, variance


def _count_by_group(
    times: Floats, events: Booleans, entries: Floats | None, index: Integers, k: int
) -> tuple[Floats, Floats]:
    """Events and subjects at risk by distinct event time and group, both (times, k)."""
    grid = distinct_times(times[events])
    left = count_up_to(grid, times)
    died = np.bincount((left[events] - 1) * k + index[events], minlength=grid.size * k).reshape(-1, k)
    at_risk = _count_beyond(left, index, grid.size, k)
    if entries is not None:
        at_risk = at_risk - _count_beyond(count_up_to(grid, entries), index, grid.size, k)
        # Who enters at 0 was there from the start, for events at 0 too.
        at_risk[grid == 0] += np.bincount(index[entries == 0], minlength=k)
    return died.astype(np.float64), at_risk.astype(np.float64)


def _count_beyond(position: Integers, index: Integers, size: int, k: int) -> Integers:
    """Subjects of each group whose position comes after each event time: (size, k)."""
    counts = np.bincount(position * k + index, minlength=(size + 1) * k).reshape(-1, k)
    return np.asarray(np.cumsum(counts[::-1], axis=0)[::-1][1:])


def _choose_weights(weights: LogrankWeights, rho: float, gamma: float) -> Weigh:
    check_method(weights, get_args(LogrankWeights), "weights")
    rho, gamma = check_number(rho, "rho", least=0.0), check_number(gamma, "gamma", least=0.0)
    if weights == "Fleming-Harrington":
        return partial(_weigh_by_survival, rho=rho, gamma=gamma)
    if rho or gamma:
        raise ValueError(f"rho and gamma belong to the weights of Fleming and Harrington, not to {weights}")
    return _WEIGHTS[weights]


def _weigh_by_survival(died: Floats, at_risk: Floats, rho: float, gamma: float) -> Floats:
    """Weight of each event time (times,), from the pooled Kaplan-Meier curve just before it."""
    after = np.cumprod(1 - died / at_risk)
    before = np.concatenate([[1.0], after[:-1]]) if after.size else after
    return np.asarray(before**rho * (1 - before) ** gamma)


_WEIGHTS: dict[str, Weigh] = {
    "Gehan-Breslow": lambda died, at_risk: at_risk,  # noqa: ARG005
    "Tarone-Ware": lambda died, at_risk: np.sqrt(at_risk),  # noqa: ARG005
    "Peto-Peto": lambda died, at_risk: np.cumprod(1 - died / (at_risk + 1)).astype(np.float64),
}


def _compare(died: Floats, at_risk: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted observed and expected events (k,) and their hypergeometric covariance (k, k)."""
    d, n = died.sum(axis=1), at_risk.sum(axis=1)
    observed = weight @ died
    expected = (weight * d / n) @ at_risk
    # With one subject left at risk the variance is 0 (R does likewise); the divisor is then irrelevant.
    spread = weight**2 * d * (n - d) / np.maximum(n - 1, 1) / n
    share = at_risk / n[:, None]
    return observed, expected, np.diag(spread @ at_risk) - (at_risk * spread[:, None]).T @ share


def _compute_statistic(difference: Floats, variance: Floats, compared: Booleans) -> tuple[float, int]:
    # The differences sum to 0, so one group is redundant and left out.
    kept = np.flatnonzero(compared)[1:]
    block = variance[np.ix_(kept, kept)]
    statistic = float(difference[kept] @ np.linalg.pinv(block, hermitian=True) @ difference[kept])
    return statistic, int(kept.size)
