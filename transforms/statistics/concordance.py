"""How well predicted risk orders the events: Harrell's concordance.

Belongs here: counting of concordant pairs. Source: Harrell, Lee and Mark, Stat Med 1996;15:361; equal to R's concordance()
of coxph, which also takes start-stop rows and strata: the subject with an event at t is paired with all who are at risk at
t and have no event then.
"""

from __future__ import annotations

import numpy as np

from transforms.statistics.arrays import Booleans, Floats, Integers
from transforms.statistics.event_table import count_before, distinct_times


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
    values = _rank_risks(risk)
    # A subject censored at t is still at risk at t: half a step later than an event.
    order = distinct_times(stop if start is None else np.concatenate([stop, start]))
    left = 2 * count_before(order, stop) + ~event
    shared = (np.bincount(values) > 1)[values]
    counts = _count_after(left, values, left, event, shared)
    if start is not None:
        # Those who enter at or after t are not yet at risk at t.
        entered = 2 * count_before(order, start) + 1
        counts = counts - _count_after(entered, values, left, event, shared)
    return counts


def _rank_risks(risk: Floats) -> Integers:
    """Rank of each risk; the same for subjects with the same covariates, whose risks may differ in the last bit."""
    levels, place = np.unique(risk, return_inverse=True)
    apart = np.diff(levels) > 1e-12 * max(abs(float(levels[0])), abs(float(levels[-1])))
    return np.asarray(np.concatenate([[0], np.cumsum(apart)])[place])


def _count_after(time: Integers, value: Integers, event_time: Integers, event: Booleans, shared: Booleans) -> Floats:
    """Subjects whose `time` comes after each event and have (a lower value, the same value, any value), summed over events.

    All vectors have one entry per subject; `shared` marks values that another subject has too.
    """
    later, lower = _count_later(time, value, event_time[event], value[event])
    same = 0
    if shared.any():
        asked = shared & event
        _, below = _count_later(time[shared], value[shared], event_time[asked], value[asked])
        _, up_to = _count_later(time[shared], value[shared], event_time[asked], value[asked] + 1)
        same = up_to - below
    return np.array([lower, same, later], dtype=np.float64)


def _count_later(time: Integers, value: Integers, asked_time: Integers, asked_value: Integers) -> tuple[int, int]:
    """Points with a later time than each query, and of these with a lower value, summed over queries."""
    by_time = np.bincount(time, minlength=int(asked_time.max(initial=0)) + 1)
    later = (time.size - np.cumsum(by_time))[asked_time]
    latest_first = np.argsort(-time, kind="stable")
    return int(later.sum()), _count_lower(value[latest_first], later, asked_value)


def _count_lower(values: Integers, prefix: Integers, bound: Integers) -> int:
    """How many of the first `prefix` values are below `bound`, over queries: a wavelet matrix, one bit of the values a pass."""
    count = 0
    first, last = np.zeros_like(prefix), prefix.astype(np.int64)
    for bit in range(int(max(values.max(initial=0), bound.max(initial=0))).bit_length() - 1, -1, -1):
        ones = (values >> bit) & 1
        zeros_before = np.concatenate([[0], np.cumsum(1 - ones)])
        low_first, low_last, n_zeros = zeros_before[first], zeros_before[last], int(zeros_before[-1])
        high = ((bound >> bit) & 1).astype(bool)
        count += int((low_last - low_first)[high].sum())
        first = np.where(high, n_zeros + first - low_first, low_first)
        last = np.where(high, n_zeros + last - low_last, low_last)
        values = np.concatenate([values[ones == 0], values[ones == 1]])
    return count
