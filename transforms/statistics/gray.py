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
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_cause,
    check_causes,
    check_labels,
    split_labels,
)
from transforms.statistics.event_table import count_up_to, distinct_times
from transforms.statistics.model import quadratic
from transforms.statistics.result import NotEstimable, TestResult


def gray_test(
    time: ArrayLike, event: ArrayLike, group: Sequence[Any], *, cause: int = 1, strata: Sequence[Any] | None = None
) -> TestResult | NotEstimable:
    """Test that the cumulative incidence of one cause is the same in all groups, other causes competing.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    group : sequence of length n
        Label of each subject's group, of any kind, none missing.
    cause : int
        Kind of event of interest, 1 or higher.
    strata : sequence of length n, optional
        Labels of strata. Groups are compared within each, and scores summed.

    Returns
    -------
    TestResult | NotEstimable
        Chi-square on (groups - 1) degrees of freedom. Not estimable for fewer than two groups, without an event of this
        cause, or if the score has no variance.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Gray, Ann Stat 1988;16:1141, rho = 0; equal to R's cmprsk::cuminc.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.gray_test([3, 5, 7, 9, 4, 6, 8, 10], [1, 2, 1, 0, 1, 1, 2, 0], list("aaaabbbb"))
    >>> round(result.p_value, 4)
    0.9777
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
    """Scores of all groups present (k,), which sum to 0, and their covariance (k, k). All event times at once, no loop over them."""
    own, other, at_risk = _count(times, causes, index, cause)
    total = own.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        after: Floats = np.cumprod(np.where(at_risk > 0, (at_risk - own - other) / at_risk, 1.0), axis=0).astype(
            np.float64
        )
        before = np.vstack([np.ones(own.shape[1]), after[:-1]])
        jumps = np.where(at_risk > 0, before * own / at_risk, 0.0)
        incidence = _shifted(np.cumsum(jumps, axis=0))
        # Those at risk, as many as they would be had nobody had an event of any kind.
        scaled = np.where((at_risk > 0) & (before > 0), at_risk / before, 0.0)
        pool = scaled.sum(axis=1)
        expected = scaled * (1 - incidence) * (total / (scaled * (1 - incidence)).sum(axis=1))[:, None]
        score = np.where((total > 0)[:, None] & (scaled > 0), own - expected, np.where(total[:, None] > 0, own, 0.0))
        step = np.where((total > 0) & (pool > 0), total / pool, 0.0)
    pooled: Floats = np.cumsum(step).astype(np.float64)
    return np.asarray(score.sum(axis=0)), _spread(own, other, at_risk, before, after, scaled, pool, step, pooled)


def _spread(
    own: Floats,
    other: Floats,
    at_risk: Floats,
    before: Floats,
    after: Floats,
    scaled: Floats,
    pool: Floats,
    step: Floats,
    pooled: Floats,
) -> Floats:
    """Covariance of the scores: what an event of either kind moves at its time, and by the incidence it leaves for later ones."""
    total, k = own.sum(axis=1), own.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        pull = np.where(pool[:, None, None] > 0, -scaled[:, :, None] * scaled[:, None, :] / pool[:, None, None], 0.0)
        pull[:, np.arange(k), np.arange(k)] += np.where(pool[:, None] > 0, scaled, 0.0)
        free = 1 - (pooled - step)
        carried = np.cumsum(pull * np.where((step > 0) & (free > 0), step / free, 0.0)[:, None, None], axis=0)
        # Tied events: a draw without replacement.
        room = pool[:, None] * before - 1
        ties = np.where((total[:, None] > 1) & (room > 0), 1 - (total[:, None] - 1) / room, 1.0)
        seen = (total[:, None] > 0) & (pool[:, None] > 0) & (at_risk > 0)
        weight = np.where(seen, ties * before * step[:, None] / at_risk, 0.0)
        share = np.where(after > 0, 1 - (1 - pooled[:, None]) / after, 1.0)
        room = at_risk - 1
        ties = np.where((other > 1) & (room > 0), 1 - (other - 1) / room, 1.0)
        weight_other = np.where((other > 0) & (after > 0), ties * before**2 * other / at_risk**2, 0.0)
        share_other = np.where(after > 0, (1 - pooled[:, None]) / after, 0.0)
    moved = pull - share[:, None, :] * carried
    moved_other = share_other[:, None, :] * carried
    spread = np.einsum("tik,tjk,tk->ij", moved, moved, weight) + np.einsum(
        "tik,tjk,tk->ij", moved_other, moved_other, weight_other
    )
    later = (share**2 * weight + share_other**2 * weight_other).sum(axis=0)
    mixed = np.einsum("tik,tk->ik", moved, share * weight) - np.einsum(
        "tik,tk->ik", moved_other, share_other * weight_other
    )
    last = carried[-1]
    return np.asarray(spread + (last * later) @ last.T + last @ mixed.T + mixed @ last.T)


def _count(times: Floats, causes: Integers, index: Integers, cause: int) -> tuple[Floats, Floats, Floats]:
    """Events of the cause, of others, and those at risk, per distinct time of an event and group: (T, k) each."""
    _, group = np.unique(index, return_inverse=True)
    k = int(group.max()) + 1
    grid = distinct_times(times[causes > 0])
    reached = count_up_to(grid, times)

    def table(who: Booleans) -> Floats:
        # A subject with an event is at the time it reached.
        return (
            np.bincount((reached[who] - 1) * k + group[who], minlength=grid.size * k).reshape(-1, k).astype(np.float64)
        )

    beyond = np.bincount(reached * k + group, minlength=(grid.size + 1) * k).reshape(-1, k)
    at_risk = np.cumsum(beyond[::-1], axis=0)[::-1][1:].astype(np.float64)
    return table(causes == cause), table((causes > 0) & (causes != cause)), at_risk


def _shifted(after: Floats) -> Floats:
    """The value just before each time, from that just after (T, k)."""
    return np.vstack([np.zeros(after.shape[1]), after[:-1]])
