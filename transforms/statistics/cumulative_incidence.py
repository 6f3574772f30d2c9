"""Cumulative incidence under competing risks: relapse where death in remission competes.

Belongs here: the Aalen-Johansen curve of one cause and what is read off it. Gray's test is in gray.py. lifelines' own
Aalen-Johansen is not used: it jitters tied times at random and swaps its interval columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers, check_cause, check_causes, check_level
from transforms.statistics.curve_at import read_curve_at
from transforms.statistics.event_table import EventTable, count_events
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import Bounds, Interval, compute_bounds


@dataclass(frozen=True)
class IncidenceCurve:
    """Cumulative incidence of one cause: one row per distinct time at which somebody left, after a first row at time 0.

    Row i: `time[i]` (the input's unit), `at_risk[i]` subjects with T >= time[i], `events[i]` of this cause,
    `competing_events[i]` of any other, `censored[i]`, `incidence[i]` and its `variance[i]` just after that time, bounds
    `low[i]`, `high[i]` (None where undefined). `event_free[i]` is the probability to have had no event of any kind.
    """

    time: Floats
    at_risk: Integers
    events: Integers
    competing_events: Integers
    censored: Integers
    incidence: Floats
    variance: Floats
    event_free: Floats
    low: Bounds
    high: Bounds
    interval: Interval
    level: float
    n: int
    n_events: int
    cause: int
    exit: Floats

    @property
    def method(self) -> str:
        """Estimator and interval by name."""
        return f"Aalen-Johansen, {self.interval} interval"

    @property
    def last_time(self) -> float:
        """Last time at which a subject was at risk."""
        return float(self.time[-1])

    def __len__(self) -> int:
        return int(self.time.size)

    def at_risk_at(self, t: float) -> int:
        """Subjects at risk at time `t`: T >= t."""
        return int((self.exit >= t).sum())


def cumulative_incidence(
    time: ArrayLike, event: ArrayLike, *, cause: int = 1, interval: Interval = "log-log", level: float = 0.95
) -> IncidenceCurve | NotEstimable:
    """Estimate the probability that an event of one kind has happened, other kinds competing.

    Parameters
    ----------
    time: shape (n,), time to the first event of any kind or to censoring, any unit, >= 0.
    event: shape (n,), whole numbers: 0 censored, 1, 2, ... the kind of event. `cause` is the kind of interest.
    interval: "log-log" (default, stays within 0 and 1), "log" or "plain". level: two-sided confidence level.

    Returns an IncidenceCurve (flat at 0 where the cause never happened), or NotEstimable for no subjects.
    Raises ValueError for impossible input or cause < 1. Tied times are handled exactly.
    Source: Aalen and Johansen, Scand J Stat 1978;5:141; variance with ties as R's cmprsk::cuminc (Pepe, Biometrics
    1991;47:1003; Gray 1988); log-log interval as tidycmprsk.
    """
    check_level(level)
    check_cause(cause)
    times, causes = check_causes(time, event)
    if times.size == 0:
        return NotEstimable(reason("no_subjects"))
    # Competing causes are one: cmprsk corrects the variance for ties among all of them together.
    table = count_events(times, np.where(causes == cause, 1, np.where(causes > 0, 2, 0)), kinds=3)
    event_free, incidence, variance = _estimate(table)
    low, high = compute_bounds(incidence, np.sqrt(variance), interval, level)
    return IncidenceCurve(
        time=table.time,
        at_risk=table.at_risk,
        events=table.events,
        competing_events=np.asarray(table.counts[:, 2]),
        censored=table.censored,
        incidence=incidence,
        variance=variance,
        event_free=event_free,
        low=low,
        high=high,
        interval=interval,
        level=level,
        n=int(times.size),
        n_events=int(table.events.sum()),
        cause=cause,
        exit=times,
    )


def incidence_at(curve: IncidenceCurve, t: float) -> Estimate | NotEstimable:
    """Probability that the event has happened by a landmark, such as cumulative incidence of relapse at 12 months.

    `t` in the curve's unit, >= 0. Returns the incidence as a fraction with its pointwise interval, `at_risk` = subjects with
    T >= t, `events` = events of this cause up to and including t. NotEstimable beyond the last time at which a subject was
    at risk. Raises ValueError for a negative time. Source: R's cmprsk::timepoints.
    """
    return read_curve_at(curve, curve.incidence, np.sqrt(curve.variance), t)


def _estimate(table: EventTable) -> tuple[Floats, Floats, Floats]:
    """Event-free probability, incidence and its variance just after each time (rows,)."""
    n, own, other = table.at_risk.astype(np.float64), table.events, table.counts[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        after = np.cumprod(np.where(own + other > 0, 1.0 - (own + other) / n, 1.0))
        before = np.concatenate([[1.0], after[:-1]])
        incidence = np.cumsum(np.where(own > 0, before * own / n, 0.0))
        # The variance of F(t) = sum of a + F(t) b - F(t_k) b over times: a for the jump, b for those kept from a later one.
        inverse = np.where(after > 0, 1.0 / after, 0.0)
        spread_own, spread_other = (
            np.where(d > 0, before**2 * d * np.where(d > 1, 1 - (d - 1) / (n - 1), 1.0) / n**2, 0.0)
            for d in (own, other)
        )
    spread_other = np.where(after > 0, spread_other, 0.0)
    jump = 1 + inverse * incidence
    first = np.cumsum(jump**2 * spread_own + (inverse * incidence) ** 2 * spread_other)
    second = np.cumsum(inverse * jump * spread_own + inverse**2 * incidence * spread_other)
    third = np.cumsum(inverse**2 * (spread_own + spread_other))
    variance = first + incidence**2 * third - 2 * incidence * second
    # Rounding may leave -1e-18 where the variance is 0.
    return np.asarray(after, dtype=np.float64), incidence, np.maximum(variance, 0.0)
