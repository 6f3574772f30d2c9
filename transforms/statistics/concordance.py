"""How well predicted risk orders the events: Harrell's concordance.

Belongs here: counting of concordant pairs. Source: Harrell, Lee and Mark, Stat Med 1996;15:361; equal to R's concordance()
of coxph, which also takes start-stop rows and strata: the subject with an event at t is paired with all who are at risk at
t and have no event then.
"""

from __future__ import annotations

import numpy as np

from transforms.statistics.arrays import Booleans, Floats, Integers, tie_times


def compute_concordance(
    risk: Floats, start: Floats | None, stop: Floats, event: Booleans, strata: Integers | None
) -> float | None:
    """Share of comparable pairs in which the earlier event has the higher `risk`, ties counted half; all inputs (rows,).

    None where no pair can be compared.
    """
    layer = np.zeros(stop.size, dtype=np.int64) if strata is None else strata
    counts = np.zeros(3)
    for stratum in range(int(layer.max(initial=0)) + 1):
        inside = layer == stratum
        counts += _count_pairs(risk[inside], None if start is None else start[inside], stop[inside], event[inside])
    lower, tied, pairs = counts
    return float((lower + tied / 2) / pairs) if pairs else None


def _count_pairs(risk: Floats, start: Floats | None, stop: Floats, event: Booleans) -> Floats:
    """Pairs whose later subject has (a lower risk, the same risk, any risk)."""
    # Subjects with the same covariates have the same risk, but for the last bit of its computation.
    levels, values = np.unique(tie_times(risk - risk.min())[0], return_inverse=True)
    ranks = levels.size
    # A subject censored at t is still at risk at t: half a step later than an event.
    last = stop + 0.0
    order = np.unique(np.concatenate([last, last if start is None else start]))
    left = 2 * np.searchsorted(order, last) + ~event
    asked_time, asked_value = left[event], values[event]
    counts = _count_after(left, values, asked_time, asked_value, ranks)
    if start is not None:
        # Those who enter at or after t are not yet at risk at t.
        entered = 2 * np.searchsorted(order, start) + 1
        counts = counts - _count_after(entered, values, asked_time, asked_value, ranks)
    return counts


def _count_after(time: Integers, value: Integers, asked_time: Integers, asked_value: Integers, ranks: int) -> Floats:
    """Points with a later time than each query, and (a lower value, the same value, any value), summed over queries."""
    latest_first = np.argsort(-time, kind="stable")
    sorted_time, sorted_value = -time[latest_first], value[latest_first]
    later = np.searchsorted(sorted_time, -asked_time, side="left")
    lower = _count_lower(sorted_value, later, asked_value, ranks)
    lower_or_same = _count_lower(sorted_value, later, asked_value + 1, ranks)
    return np.array([lower.sum(), (lower_or_same - lower).sum(), later.sum()], dtype=np.float64)


def _count_lower(values: Integers, prefix: Integers, bound: Integers, ranks: int) -> Integers:
    """Per query, how many of the first `prefix` values are below `bound`: a wavelet matrix, one bit of the values a pass."""
    counts = np.zeros(prefix.size, dtype=np.int64)
    first, last = np.zeros_like(prefix), prefix.astype(np.int64)
    for bit in range(int(ranks).bit_length() - 1, -1, -1):
        ones = (values >> bit) & 1
        zeros_before = np.concatenate([[0], np.cumsum(1 - ones)])
        low_first, low_last, n_zeros = zeros_before[first], zeros_before[last], zeros_before[-1]
        high = ((bound >> bit) & 1).astype(bool)
        counts += np.where(high, low_last - low_first, 0)
        first = np.where(high, n_zeros + first - low_first, low_first)
        last = np.where(high, n_zeros + last - low_last, low_last)
        values = np.concatenate([values[ones == 0], values[ones == 1]])
    return counts
