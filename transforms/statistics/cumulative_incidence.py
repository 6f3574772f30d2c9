"""Cumulative incidence under competing risks: relapse where death in remission competes.

Belongs here: the Aalen-Johansen curve of one cause and what is read off it. Gray's test is in gray.py. lifelines' own
Aalen-Johansen is not used: it jitters tied times at random and swaps its interval columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Floats,
    Integers,
    check_cause,
    check_causes,
    check_entry,
    check_kind,
    check_method,
    check_share,
)
from transforms.statistics.curve_at import read_curve_at
from transforms.statistics.event_table import EventTable, count_events
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import Bounds, Interval, compute_bounds

IncidenceVariance = Literal["Gray", "Greenwood"]


@dataclass(frozen=True)
class IncidenceCurve:
    """Cumulative incidence of one cause: one row per distinct time at which somebody left, after a first row at time 0.

    Row i: `time[i]` (the input's unit), `at_risk[i]` subjects with T >= time[i], `events[i]` of this cause,
    `competing_events[i]` of any other, `censored[i]`, `incidence[i]` and its `standard_error[i]` just after that time, bounds
    `low[i]`, `high[i]` (None where undefined). `event_free[i]` is the probability to have had no event of any kind.
    """

    time: Floats
    at_risk: Integers
    events: Integers
    competing_events: Integers
    censored: Integers
    incidence: Floats
    standard_error: Floats
    event_free: Floats
    low: Bounds
    high: Bounds
    interval: Interval
    confidence: float
    n: int
    n_events: int
    cause: int
    exit: Floats
    entry: Floats
    emptied: Floats
    variance_method: IncidenceVariance

    @property
    def method(self) -> str:
        """Code of the estimator and its interval, and of the variance where it is not Gray's."""
        variance = "" if self.variance_method == "Gray" else f"{self.variance_method.lower()}-variance/"
        return f"aalen-johansen/{variance}{self.interval}"

    @property
    def last_time(self) -> float:
        """Last time at which a subject was at risk."""
        return float(self.time[-1])

    def __len__(self) -> int:
        return int(self.time.size)

    def at_risk_at(self, t: float) -> int:
        """Subjects at risk at time `t`: T >= t, and entered before t where entry is late."""
        return int(((self.exit >= t) & ((self.entry < t) | (self.entry == 0))).sum())


def cumulative_incidence(
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    cause: int = 1,
    interval: Interval = "log-log",
    variance_method: IncidenceVariance | None = None,
    confidence: float = 0.95,
) -> IncidenceCurve | NotEstimable:
    """Estimate the probability that an event of one kind has happened, other kinds competing.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    cause : int
        Kind of event of interest, 1 or higher.
    interval : str
        "log-log" (stays within 0 and 1), "log" or "plain".
    variance_method : str, optional
        "Gray" (cmprsk's, the default; not with late entry) or "Greenwood" (etm's, the default with late entry; without
        it equal to survfit's infinitesimal jackknife).
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    IncidenceCurve | NotEstimable
        The curve, flat at 0 if the cause never happened. Not estimable without subjects. Tied times are exact.

    Raises
    ------
    ValueError
        Impossible input, cause < 1, or Gray's variance with late entry.

    References
    ----------
    Aalen and Johansen, Scand J Stat 1978;5:141; variance with ties as in R's cmprsk::cuminc (Pepe, Biometrics
    1991;47:1003; Gray 1988), Greenwood's: Andersen, Borgan, Gill and Keiding 1993, 4.4; log-log interval as in
    tidycmprsk.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.cumulative_incidence([3, 5, 7, 9, 11], [1, 2, 0, 1, 0])
    >>> st.incidence_at(curve, 10).value
    0.5
    """
    check_share(confidence)
    check_cause(cause)
    times, causes = check_causes(time, event)
    entries, times = (np.zeros_like(times), times) if entry is None else check_entry(entry, times)
    chosen: IncidenceVariance = variance_method or ("Gray" if entry is None else "Greenwood")
    check_method(chosen, get_args(IncidenceVariance), "variance_method")
    if chosen == "Gray" and entry is not None:
        raise ValueError("Gray's variance knows no late entry: take Greenwood's")
    if times.size == 0:
        return NotEstimable(reason("no_subjects"))
    # Competing causes are one: cmprsk corrects the variance for ties among all of them together.
    codes = np.where(causes == cause, 1, np.where(causes > 0, 2, 0))
    table = count_events(times, codes, None if entry is None else entries, kinds=3)
    event_free, incidence = _estimate(table)
    error = np.sqrt(_VARIANCES[chosen](table, event_free, incidence))
    low, high = compute_bounds(incidence, error, interval, confidence)
    return IncidenceCurve(
        time=table.time,
        at_risk=table.at_risk,
        events=table.events,
        competing_events=np.asarray(table.counts[:, 2]),
        censored=table.censored,
        incidence=incidence,
        standard_error=error,
        event_free=event_free,
        low=low,
        high=high,
        interval=interval,
        confidence=confidence,
        n=int(times.size),
        n_events=int(table.events.sum()),
        cause=cause,
        exit=times,
        entry=entries,
        emptied=table.emptied if entry is not None else np.zeros(0),
        variance_method=chosen,
    )


def incidence_at(curve: IncidenceCurve, t: float) -> Estimate | NotEstimable:
    """Probability that the event has happened by a landmark, such as cumulative incidence of relapse at 12 months.

    Parameters
    ----------
    curve : IncidenceCurve
        From `cumulative_incidence`.
    t : float
        Time in the unit of the curve, >= 0.

    Returns
    -------
    Estimate | NotEstimable
        A fraction with its pointwise interval; `at_risk` counts subjects with T >= t, `events` those of this cause up
        to and including t. Not estimable beyond the last time anybody was at risk, unless all have had an event by
        then.

    Raises
    ------
    ValueError
        A negative time.

    References
    ----------
    Equal to R's cmprsk::timepoints.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.cumulative_incidence([3, 5, 7, 9, 11], [1, 2, 0, 1, 0])
    >>> st.incidence_at(curve, 6).at_risk
    3
    """
    check_kind(curve, IncidenceCurve, "curve")
    return read_curve_at(curve, curve.incidence, curve.standard_error, t, event_free=curve.event_free)


def _estimate(table: EventTable) -> tuple[Floats, Floats]:
    """Event-free probability and incidence just after each time (rows,)."""
    own, both = table.events, table.events + table.counts[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        after = np.cumprod(np.where(both > 0, 1.0 - both / table.at_risk, 1.0)).astype(np.float64)
        incidence = np.cumsum(np.where(own > 0, _before(after) * own / table.at_risk, 0.0))
    return after, np.asarray(incidence, dtype=np.float64)


def _before(after: Floats) -> Floats:
    return np.concatenate([[1.0], after[:-1]])


def _sum_jumps(after: Floats, incidence: Floats, own: Floats, other: Floats, mixed: Floats) -> Floats:
    """Variance of the incidence from that of its jumps: of the cause, of the others, and twice their covariance, each (rows,).

    F(t) = sum of a + F(t) b - F(t_k) b over times: a for the jump, b for those kept from a later one.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(after > 0, 1.0 / after, 0.0)
    other = np.where(after > 0, other, 0.0)
    jump, kept = 1 + inverse * incidence, inverse * incidence
    first = np.cumsum(jump**2 * own + kept**2 * other + jump * kept * mixed)
    second = np.cumsum(inverse * (jump * own + kept * other + (jump + kept) * mixed / 2))
    third = np.cumsum(inverse**2 * (own + other + mixed))
    # Rounding may leave -1e-18 where the variance is 0.
    return np.maximum(first + incidence**2 * third - 2 * incidence * second, 0.0)


def _compute_gray(table: EventTable, after: Floats, incidence: Floats) -> Floats:
    """Gray's variance (rows,): causes as if apart, each corrected for its ties."""
    n, before = table.at_risk.astype(np.float64), _before(after)
    with np.errstate(divide="ignore", invalid="ignore"):
        own, other = (
            np.where(d > 0, before**2 * d * np.where(d > 1, 1 - (d - 1) / (n - 1), 1.0) / n**2, 0.0)
            for d in (table.events, table.counts[:, 2])
        )
    return _sum_jumps(after, incidence, own, other, np.zeros_like(own))


def _compute_greenwood(table: EventTable, after: Floats, incidence: Floats) -> Floats:
    """Greenwood's variance (rows,): events of one time as a multinomial draw from those at risk."""
    n, before = np.maximum(table.at_risk, 1).astype(np.float64), _before(after)
    own, other = table.events, table.counts[:, 2]
    scale = before**2 / n**3
    return _sum_jumps(after, incidence, scale * own * (n - own), scale * other * (n - other), -2 * scale * own * other)


_VARIANCES = {"Gray": _compute_gray, "Greenwood": _compute_greenwood}
