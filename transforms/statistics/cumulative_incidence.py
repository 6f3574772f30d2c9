"""Cumulative incidence under competing risks: relapse where death in remission competes.

Belongs here: the Aalen-Johansen curve of one cause and what is read off it. Gray's test is in gray.py. lifelines' own
Aalen-Johansen is not used: it jitters tied times at random and swaps its interval columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats, Integers, check_causes, check_level, snap_time
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
    1991;47:1003; Gray 1988), computed by comprisk; log-log interval as tidycmprsk.
    """
    check_level(level)
    if cause < 1:
        raise ValueError(f"cause must be 1 or more, got {cause}")
    times, causes = check_causes(time, event)
    if times.size == 0:
        return NotEstimable("no subjects")
    grid = np.unique(np.concatenate([[0.0], times]))
    at_risk = times.size - np.searchsorted(np.sort(times), grid, side="left")
    own, other, censored = (
        _count(grid, times[kind]) for kind in (causes == cause, (causes != cause) & (causes > 0), causes == 0)
    )
    incidence, variance = _evaluate_comprisk(times, causes, cause, grid)
    error = np.sqrt(variance)
    low, high = compute_bounds(incidence, error, interval, level)
    return IncidenceCurve(
        time=grid,
        at_risk=at_risk.astype(np.int64),
        events=own,
        competing_events=other,
        censored=censored,
        incidence=incidence,
        variance=variance,
        event_free=np.cumprod(1.0 - (own + other) / at_risk).astype(np.float64),
        low=low,
        high=high,
        interval=interval,
        level=level,
        n=int(times.size),
        n_events=int(own.sum()),
        cause=cause,
        exit=times,
    )


def incidence_at(curve: IncidenceCurve, t: float) -> Estimate | NotEstimable:
    """Probability that the event has happened by a landmark, such as cumulative incidence of relapse at 12 months.

    `t` in the curve's unit, >= 0. Returns the incidence as a fraction with its pointwise interval, `at_risk` = subjects with
    T >= t, `events` = events of this cause up to and including t. NotEstimable beyond the last time at which a subject was
    at risk. Raises ValueError for a negative time. Source: R's cmprsk::timepoints.
    """
    if not t >= 0:
        raise ValueError(f"a landmark must not be negative, got {t}")
    t = snap_time(t, curve.time)
    if t > curve.last_time:
        return NotEstimable(f"no subject was at risk at {t:g}; the last was at {curve.last_time:g}")
    row = int(np.searchsorted(curve.time, t, side="right")) - 1
    return Estimate(
        value=float(curve.incidence[row]),
        low=curve.low[row],
        high=curve.high[row],
        level=curve.level,
        method=curve.method,
        n=curve.n,
        events=int(curve.events[: row + 1].sum()),
        at_risk=int((curve.exit >= t).sum()),
        standard_error=float(np.sqrt(curve.variance[row])),
        note="" if curve.low[row] is not None else f"{curve.interval} interval undefined at {curve.incidence[row]:g}",
    )


def _count(grid: Floats, times: Floats) -> Integers:
    return np.bincount(np.searchsorted(grid, times), minlength=grid.size).astype(np.int64)


def _evaluate_comprisk(times: Floats, causes: Integers, cause: int, grid: Floats) -> tuple[Floats, Floats]:
    from comprisk import CumulativeIncidence  # imports scikit-learn: only when a curve is asked for

    # comprisk corrects the variance for ties cause by cause, cmprsk for all competing causes together: with three or more
    # causes they agree only if the competing ones are made one (difference otherwise up to 3e-4, relative).
    own_or_other = np.where(causes == cause, 1, np.where(causes > 0, 2, 0))
    fitted = CumulativeIncidence(cause_codes=[1]).fit(times, own_or_other)
    incidence, variance = fitted.curves_[(None, 1)].evaluate(grid)
    # Rounding may leave -1e-18 where the variance is 0.
    return incidence, np.maximum(variance, 0.0)
