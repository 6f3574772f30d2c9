"""What each subject adds to a survival probability, an incidence or a restricted mean, censored or not.

Belongs here: the jackknife's pseudo-observations, which stand in for an outcome that censoring hides, so that any regression may take them.

Source: Andersen, Klein and Rosthoj, Biometrika 2003;90:15; equal to R's prodlim::jackknife.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Floats,
    Integers,
    check_cause,
    check_causes,
    check_method,
    check_number,
    snap_time,
)
from transforms.statistics.event_table import EventTable, count_events
from transforms.statistics.result import NotEstimable

PseudoOf = Literal["survival", "incidence", "restricted mean"]


def pseudo_observations(
    time: ArrayLike, event: ArrayLike, t: float, *, of: PseudoOf = "survival", cause: int = 1
) -> Floats | NotEstimable:
    """Pseudo-observation of each subject: n times the estimate with all, less n - 1 times that without it.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    t : float
        Time asked about, or the horizon of a mean, in the unit of `time`.
    of : str
        "survival" free of any event at `t`, "incidence" of `cause` by `t`, or "restricted mean" time free of any event
        up to `t`.
    cause : int
        Kind of event of interest, 1 or higher.

    Returns
    -------
    Floats | NotEstimable
        Array (n,), one value per subject. Not estimable beyond the last subject at risk, or for fewer than two
        subjects.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Andersen, Klein and Rosthoj 2003; equal to R's prodlim::jackknife.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.pseudo_observations([2, 4, 6, 8], [1, 0, 1, 1], 5, of="survival").round(3).tolist()
    [0.0, 1.0, 1.0, 1.0]
    """
    check_method(of, get_args(PseudoOf), "of")
    check_cause(cause)
    times, causes = check_causes(time, event)
    t = check_number(t, "t", least=0.0)
    if times.size < 2:
        return NotEstimable(reason("none_to_leave_out"))
    t, last = snap_time(t, times), float(times.max())
    if t > last:
        return NotEstimable(reason("not_at_risk", time=t, last=last))
    codes = np.where(causes == cause, 1, np.where(causes > 0, 2, 0))
    table = count_events(times, codes, kinds=3)
    full, n = _estimate(table, t, of), times.size
    # Subjects who left at one time by one way are alike.
    row = np.searchsorted(table.time, times)
    keys, place = np.unique(row * 3 + codes, return_inverse=True)
    without = np.array([_estimate(_leave_out(table, int(key) // 3, int(key) % 3), t, of) for key in keys])
    return np.asarray(n * full - (n - 1) * without[place])


def _leave_out(table: EventTable, row: int, code: int) -> EventTable:
    at_risk: Integers = table.at_risk.copy()
    counts: Integers = table.counts.copy()
    at_risk[: row + 1] -= 1
    counts[row, code] -= 1
    return EventTable(table.time, at_risk, counts)


def _estimate(table: EventTable, t: float, of: PseudoOf) -> float:
    own, other = table.counts[:, 1], table.counts[:, 2]
    at_risk = np.maximum(table.at_risk, 1)
    after = np.cumprod(1 - (own + other) / at_risk)
    inside = table.time <= t
    if of == "survival":
        return float(after[inside][-1])
    before = np.concatenate([[1.0], after[:-1]])
    if of == "incidence":
        return float((before * own / at_risk)[inside].sum())
    edges = np.append(table.time[inside], t)
    return float((np.diff(edges) * after[inside]).sum())
