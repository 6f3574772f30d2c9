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
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored. A subject censored at a time is
        at risk for events at that time.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0. A subject is at risk for
        t with entry < t <= time.
    interval : str
        "log-log" (default), "log", "plain" (symmetric, Greenwood), "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    SurvivalCurve | NotEstimable
        The curve; without events it stays at 1. Not estimable without subjects.

    Raises
    ------
    ValueError
        Impossible input, such as entry at or after the exit.

    References
    ----------
    Kaplan and Meier, JASA 1958;53:457; Greenwood 1926; equal to R's survfit.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.kaplan_meier([3, 5, 7, 9], [1, 0, 1, 0])
    >>> curve.time.tolist(), curve.survival.round(3).tolist()
    ([0.0, 3.0, 5.0, 7.0, 9.0], [1.0, 0.75, 0.75, 0.375, 0.375])
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

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    t : float
        Time in the unit of the curve, >= 0.

    Returns
    -------
    Estimate | NotEstimable
        S(t) as a fraction with its pointwise interval; `at_risk` counts subjects with T >= t, `events` those up to and
        including t. Not estimable beyond the last time anybody was at risk; a curve that has come down to 0 stays
        there.

    Raises
    ------
    ValueError
        A negative time.

    References
    ----------
    R's summary(survfit, times=), extend=FALSE, and extend=TRUE behind a 0.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.kaplan_meier([3, 5, 7, 9], [1, 0, 1, 0])
    >>> estimate = st.survival_at(curve, 6)
    >>> estimate.value, estimate.at_risk, estimate.events
    (0.75, 2, 1)
    """
    check_kind(curve, SurvivalCurve, "curve")
    return read_curve_at(curve, curve.survival, curve.standard_error, t, event_free=curve.survival)


def median_survival(curve: SurvivalCurve, p: float = 0.5) -> Estimate | NotEstimable:
    """Time by which a share `p` of subjects had the event: the median by default.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    p : float
        Share of subjects who had the event, between 0 and 1. Default 0.5, the median.

    Returns
    -------
    Estimate | NotEstimable
        A time. Bounds are where the curve's pointwise bounds cross 1 - p, or None. Not estimable if the curve does not
        come down so far; `low` then holds the lower bound, if reached.

    Raises
    ------
    ValueError
        Unless 0 < p < 1.

    Notes
    -----
    If S(t) equals 1 - p over a stretch, the quantile is its midpoint, as in R.

    References
    ----------
    Brookmeyer and Crowley, Biometrics 1982;38:29; R's quantile.survfit.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.kaplan_meier([3, 5, 7, 9], [1, 0, 1, 0])
    >>> st.median_survival(curve).value
    7.0
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
