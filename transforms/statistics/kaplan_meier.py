"""Kaplan-Meier survival: the curve, its value at a landmark, its median.

Belongs here: one survival curve and what is read off it. Comparisons of curves are in logrank.py, competing risks in
cumulative_incidence.py, follow-up time in follow_up.py.

Counted and computed here rather than by lifelines, which offers log-log intervals only, counts T > t at risk below its figures,
and misses R's midpoint where S(t) is exactly one half; it is the second route in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, Integers, check_entry, check_kind, check_share, check_survival
from transforms.statistics.curve_at import read_curve_at
from transforms.statistics.event_table import EventTable, compute_product_limit, count_events
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import Bounds, Interval, bounds_or_none, compute_bounds
from transforms.statistics.survival_quantiles import find_crossing


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan-Meier curve: one row per distinct time at which somebody left, after a first row at time 0.

    Row i: `time[i]` (the input's unit), `at_risk[i]` subjects with T >= time[i], `events[i]` and `censored[i]` at that time,
    `survival[i]` just after it, Greenwood's `standard_error[i]` (None where S = 0), bounds `low[i]`, `high[i]` (None where
    the interval is undefined). `n` subjects, `n_events` events, `last_time` the last time anybody was at risk.
    `emptied` are times at which, with late entry, the last subject at risk left before others came: from the first on the curve says
    nothing of the subjects that follow.
    """

    time: Floats
    at_risk: Integers
    events: Integers
    censored: Integers
    survival: Floats
    standard_error: Bounds
    low: Bounds
    high: Bounds
    interval: Interval
    confidence: float
    n: int
    n_events: int
    entry_and_exit: tuple[Floats, Floats]
    emptied: Floats

    @property
    def method(self) -> str:
        """Code of the estimator and its interval."""
        return f"kaplan-meier/{self.interval}"

    @property
    def last_time(self) -> float:
        """Last time at which a subject was at risk."""
        return float(self.time[-1])

    def __len__(self) -> int:
        return int(self.time.size)

    def at_risk_at(self, t: float) -> int:
        """Subjects at risk at time `t`: T >= t, and entered before t where entry is late (survfit's and SAS's convention)."""
        entry, end = self.entry_and_exit
        return int(((end >= t) & ((entry < t) | (entry == 0))).sum())


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> SurvivalCurve | NotEstimable:
    """Estimate the probability to be free of the event over time.

    Parameters
    ----------
    time: shape (n,), time from origin to event or censoring, any unit, >= 0.
    event: shape (n,), 1 or True where the event happened at `time`, 0 where censored. A subject censored at a time is at risk
        for events at that time.
    entry: shape (n,), time at which a subject came under observation (left truncation), in the same unit; default 0. A
        subject is at risk for t with entry < t <= time.
    interval: "log-log" (default), "log", "plain" (symmetric, Greenwood), "logit" or "arcsine". confidence: two-sided confidence level.

    Returns a SurvivalCurve, or NotEstimable for no subjects. No events give a curve that stays at 1.
    Raises ValueError for impossible input, such as entry at or after the exit.
    Source: Kaplan and Meier, JASA 1958;53:457; Greenwood 1926; equal to R's survfit.
    """
    check_share(confidence)
    times, events = check_survival(time, event)
    if times.size == 0:
        return NotEstimable(reason("no_subjects"))
    entries, times = (np.zeros_like(times), times) if entry is None else check_entry(entry, times)
    table = count_events(times, events, entries if entry is not None else None)
    survival = compute_product_limit(table)
    error = _compute_greenwood(table, survival)
    low, high = compute_bounds(survival, error, interval, confidence)
    return SurvivalCurve(
        time=table.time,
        at_risk=table.at_risk,
        events=table.events,
        censored=table.censored,
        survival=survival,
        standard_error=bounds_or_none(error),
        low=low,
        high=high,
        interval=interval,
        confidence=confidence,
        n=int(times.size),
        n_events=int(table.events.sum()),
        entry_and_exit=(entries, times),
        emptied=table.emptied if entry is not None else np.zeros(0),
    )


def survival_at(curve: SurvivalCurve, t: float) -> Estimate | NotEstimable:
    """Probability to be free of the event at a landmark, such as leukemia-free survival at 12 months.

    `t` in the curve's unit, >= 0. Returns S(t) as a fraction with its pointwise interval, `at_risk` = subjects with T >= t,
    `events` = events up to and including t. NotEstimable beyond the last time at which a subject was at risk; where the curve
    has come down to 0 it stays there. Raises ValueError for a negative time. Source: R's summary(survfit, times=), extend=FALSE,
    and extend=TRUE behind a 0.
    """
    check_kind(curve, SurvivalCurve, "curve")
    return read_curve_at(curve, curve.survival, curve.standard_error, t, event_free=curve.survival)


def median_survival(curve: SurvivalCurve, p: float = 0.5) -> Estimate | NotEstimable:
    """Time by which a share `p` of subjects had the event (the median by default), in the curve's unit.

    Where S(t) equals 1 - p exactly over a stretch the midpoint of that stretch is the quantile, as in R. Bounds are where the
    curve's pointwise bounds cross 1 - p; None where they do not. NotEstimable where the curve itself does not come down so far
    (its `low` then holds the lower bound, if that is reached).
    Raises ValueError unless 0 < p < 1. Source: Brookmeyer and Crowley, Biometrics 1982;38:29; R's quantile.survfit.
    """
    check_kind(curve, SurvivalCurve, "curve")
    check_share(p, "p")
    value = find_crossing(curve.time, curve.survival, p)
    if value is None:
        why = reason("not_reached", end=curve.survival[-1], level=1 - p)
        return NotEstimable(why, low=find_crossing(curve.time, curve.low, p))
    return Estimate(
        value=value,
        low=find_crossing(curve.time, curve.low, p),
        high=find_crossing(curve.time, curve.high, p),
        confidence=curve.confidence,
        method=curve.method,
        n=curve.n,
        events=curve.n_events,
    )


def _compute_greenwood(table: EventTable, survival: Floats) -> Floats:
    """Greenwood's standard error; NaN once survival is 0."""
    died, at_risk = table.events, table.at_risk.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard_variance = np.cumsum(np.where(died > 0, died / (at_risk * (at_risk - died)), 0.0))
        error = survival * np.sqrt(hazard_variance)
    return np.where(survival > 0, error, np.nan)
