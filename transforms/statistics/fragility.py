"""How much a headline rests on single patients or sites: what it becomes without each, and how many must change to flip it.

Belongs here: refitting with subjects left out or outcomes changed. What is refitted the caller says.

Sources: leave-one-out: Efron, Ann Stat 1981;9:586; fragility: Walsh et al., J Clin Epidemiol 2014;67:622; for survival:
Bomze et al., Lancet Oncol 2020;21:e2.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, check_outcome
from transforms.statistics.result import NotEstimable


@dataclass(frozen=True)
class LeaveOneOut:
    """Range of a result over refits that each leave out one subject, or one site.

    `full` is the result with all, `low` and `high` the smallest and largest without one (`low_without`, `high_without` say which),
    `n_refits` how many were left out in turn, `n_not_estimable` of which gave no result.
    """

    full: float
    low: float
    high: float
    low_without: Hashable
    high_without: Hashable
    n_refits: int
    n_not_estimable: int


@dataclass(frozen=True)
class Flip:
    """The changed outcomes that carry a p value across the threshold: `changed` subjects by position, in the order found.

    Each step changes the one subject that moves p furthest, so `count` is an upper bound of the smallest number, and exact for a
    2 x 2 table.
    """

    count: int
    changed: tuple[int, ...]
    p_before: float
    p_after: float
    threshold: float
    n: int


def leave_one_out(
    units: Sequence[Hashable], estimate: Callable[[Booleans], float | None]
) -> LeaveOneOut | NotEstimable:
    """Refit without each unit in turn, such as each subject (all labels different) or each site.

    Parameters
    ----------
    units : sequence of length n
        Unit of each subject: all labels different for subjects, or the site.
    estimate : callable
        Takes a mask (n,) of the subjects kept and returns the result, or None if there is none.

    Returns
    -------
    LeaveOneOut | NotEstimable
        The range of results. Not estimable if there is no result with all, or without any one unit.

    References
    ----------
    See the head of the module.
    """
    labels = list(dict.fromkeys(units))
    full = estimate(np.ones(len(units), dtype=np.bool_))
    if full is None:
        return NotEstimable(reason("result_not_estimable"))
    without = {label: estimate(np.array([unit != label for unit in units])) for label in labels}
    found = {label: value for label, value in without.items() if value is not None}
    if len(labels) < 2 or not found:
        return NotEstimable(reason("nothing_remains"))
    low, high = min(found, key=lambda unit: found[unit]), max(found, key=lambda unit: found[unit])
    return LeaveOneOut(full, found[low], found[high], low, high, len(labels), len(labels) - len(found))


def count_flips(
    outcome: ArrayLike,
    p_value: Callable[[Booleans], float | None],
    *,
    threshold: float = 0.05,
    most: int | None = None,
) -> Flip | NotEstimable:
    """How many subjects' outcomes must change until a significant result is not, or the reverse.

    Parameters
    ----------
    outcome : array (n,)
        0 or 1: response, or event as against censored at the same time.
    p_value : callable
        Takes changed outcomes (n,) and returns the p value of the test, or None.
    threshold : float
        Significance level.
    most : int, optional
        Most changes tried. Default half of the subjects.

    Returns
    -------
    Flip | NotEstimable
        The smallest number of changes (fragility index). Not estimable if the test is not, or if no such number is
        enough.

    References
    ----------
    See the head of the module.
    """
    current = check_outcome(outcome, "outcome")
    first = p_value(current)
    if first is None:
        return NotEstimable(reason("test_not_estimable"))
    significant, p, changed = first < threshold, first, list[int]()
    limit = current.size // 2 if most is None else most
    while len(changed) < limit:
        tried = {i: p_value(_toggle(current, i)) for i in range(current.size) if i not in changed}
        known = {i: value for i, value in tried.items() if value is not None}
        if not known:
            break
        best = (max if significant else min)(known, key=lambda i: known[i])
        current, p = _toggle(current, best), known[best]
        changed.append(best)
        if (p < threshold) != significant:
            return Flip(len(changed), tuple(changed), first, p, threshold, int(current.size))
    return NotEstimable(reason("not_fragile", n=limit, threshold=threshold))


def _toggle(outcome: Booleans, i: int) -> Booleans:
    changed = outcome.copy()
    changed[i] = not changed[i]
    return changed
