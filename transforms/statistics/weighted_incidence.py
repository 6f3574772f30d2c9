"""Survival and cumulative incidence of weighted follow-up, with errors that allow for a subject having several rows.

Belongs here: curves of WeightedRows, what is read off them, and two strategies held against each other.

The error is the infinitesimal jackknife's: the square root of the sum of squares of what each subject, all its rows and clones together,
adds to the estimate. It takes the weights as known. Source: Therneau and Grambsch 2000, 2.5; estimates equal to R's survfit(weights), errors
to the same written out (survfit with an id, 3.5.3, keeps the weight of a subject's first row for all of them).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_cause,
    check_kind,
    check_method,
    check_number,
    check_share,
    snap_time,
)
from transforms.statistics.cox import fit_rows
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Column, Design
from transforms.statistics.event_table import distinct_times
from transforms.statistics.model import Model
from transforms.statistics.partial_likelihood import count_at
from transforms.statistics.result import Estimate, NotEstimable, TestResult
from transforms.statistics.survival_intervals import Interval, compute_bounds
from transforms.statistics.weighted_rows import BEFORE_ORIGIN, WeightedRows, effective_size

WeightedOf = Literal["survival", "incidence"]
EXPOSED = "exposed"


@dataclass(frozen=True)
class WeightedCurve:
    """Cumulative incidence of one cause in weighted rows: a row per distinct time at which any event happened; columns (rows,).

    `weight_at_risk` and `weight_of_events` are sums of weights, `weight_of_all` those of events of any cause; `incidence` and `event_free`
    stand just after the time. `last_time` is the last time anybody was observed.
    """

    time: Floats
    weight_at_risk: Floats
    weight_of_events: Floats
    weight_of_all: Floats
    incidence: Floats
    event_free: Floats
    cause: int
    last_time: float
    rows: WeightedRows
    entered: Integers
    left: Integers


def weighted_incidence(rows: WeightedRows, *, cause: int = 1) -> WeightedCurve | NotEstimable:
    """Cumulative incidence of one kind of event in weighted follow-up, other kinds competing.

    Parameters
    ----------
    rows : WeightedRows
        From `weigh_unexposed` or `weigh_strategies`.
    cause : int
        Kind of event of interest, 1 or higher.

    Returns
    -------
    WeightedCurve | NotEstimable
        The curve. With one kind of event it is 1 less the weighted Kaplan-Meier curve. Not estimable without rows.

    Raises
    ------
    ValueError
        Anything but weighted rows, or a cause below 1.

    References
    ----------
    See the head of the module.
    """
    check_kind(rows, WeightedRows, "rows")
    check_cause(cause)
    if not len(rows):
        return NotEstimable(reason("no_subjects"))
    happened = rows.cause > 0
    time = distinct_times(rows.stop[happened])
    entered, left = (np.searchsorted(time, edge, side="right") for edge in (rows.start, rows.stop))
    k = time.size
    entering, leaving = (count_at(at, rows.weight, k + 1) for at in (entered, left))
    at_risk = np.cumsum(leaving[::-1])[::-1][1:] - np.cumsum(entering[::-1])[::-1][1:]
    own = rows.cause == cause
    of_cause, of_all = (count_at(left[who] - 1, rows.weight[who], k) for who in (own, happened))
    # Where all that is left has the event, the rest is rounding.
    stay = np.where(_nobody_stays(rows, left, entered, happened, k), 0.0, 1 - of_all / at_risk)
    free: Floats = np.cumprod(stay).astype(np.float64)
    return WeightedCurve(
        time=time,
        weight_at_risk=at_risk,
        weight_of_events=of_cause,
        weight_of_all=of_all,
        incidence=np.cumsum(np.append(1.0, free[:-1]) * of_cause / at_risk) if k else np.zeros(0),
        event_free=free,
        cause=cause,
        last_time=float(rows.stop.max()),
        rows=rows,
        entered=entered,
        left=left,
    )


def weighted_at(
    curve: WeightedCurve,
    t: float,
    *,
    of: WeightedOf = "incidence",
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> Estimate | NotEstimable:
    """Weighted incidence or survival at a time.

    Parameters
    ----------
    curve : WeightedCurve
        From `weighted_incidence`.
    t : float
        Time in the unit of the curve, >= 0.
    of : str
        The incidence of the cause, or the survival without any event.
    interval : str
        Pointwise interval: "log-log", "log", "plain", "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        A fraction with its robust interval; `n` subjects with rows, `events` of the cause up to t as counted (not
        weighted), `at_risk` subjects then. Not estimable beyond the last time anybody was observed, unless nobody is
        left free of events.

    Raises
    ------
    ValueError
        A negative time.
    """
    check_share(confidence)
    value, influence, t = _read(curve, t, of)
    if influence is None:
        return NotEstimable(reason("not_at_risk", time=t, last=curve.last_time))
    error = sqrt(float((influence**2).sum()))
    low, high = compute_bounds(np.array([value]), np.array([error]), interval, confidence)
    rows = curve.rows
    known = np.ones(len(rows), np.bool_) if of == "survival" else rows.cause == curve.cause
    return Estimate(
        value=value,
        low=low[0],
        high=high[0],
        confidence=confidence,
        method=f"weighted-{of}/robust-variance/{interval}",
        n=int(np.unique(rows.subject).size),
        events=int((known & (rows.cause > 0) & (rows.stop <= t)).sum()),
        at_risk=int(_present(rows, t).sum()),
        standard_error=error,
        note=None if low[0] is not None else reason("interval_undefined", interval=interval, rate=value),
    )


def effective_at(curve: WeightedCurve, t: float) -> float:
    """Effective sample size of those still followed at a time.

    Parameters
    ----------
    curve : WeightedCurve
        From `weighted_incidence`.
    t : float
        Time in the unit of the curve, >= 0.

    Returns
    -------
    float
        Number of subjects of equal weight with the same information (Kish); 0 if nobody is followed.
    """
    check_kind(curve, WeightedCurve, "curve")
    return effective_size(curve.rows.weight[_present(curve.rows, check_number(t, "t", least=0.0))])


def compare_weighted(
    first: WeightedCurve, second: WeightedCurve, t: float, *, of: WeightedOf = "incidence", confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Difference of two weighted curves at a time.

    Parameters
    ----------
    first : WeightedCurve
        Curve of the first strategy.
    second : WeightedCurve
        Curve of the second strategy, same subjects and cause.
    t : float
        Time in the unit of the curve, >= 0.
    of : str
        The incidence of the cause, or the survival without any event.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The difference, second minus first, with its Wald interval, and the test; the error allows for clones of one
        subject. Not estimable if either curve is not, or if the error is 0.

    Raises
    ------
    ValueError
        Curves of other subjects or causes.
    """
    check_share(confidence)
    a, own, t = _read(first, t, of)
    b, other, t = _read(second, t, of)
    if (first.rows.n_subjects, first.cause) != (second.rows.n_subjects, second.cause):
        raise ValueError("two curves of one cause in the same subjects are compared")
    if own is None or other is None:
        return NotEstimable(reason("not_at_risk", time=t, last=min(first.last_time, second.last_time)))
    error = sqrt(float(((other - own) ** 2).sum()))
    if error == 0:
        return NotEstimable(reason("curve_at_bound", time=t))
    z, half = (b - a) / error, float(ndtri(0.5 + confidence / 2)) * error
    n = int(np.unique(np.append(first.rows.subject, second.rows.subject)).size)
    method = f"weighted-{of}-difference/robust-variance/wald"
    found = Estimate(
        b - a, max(-1.0, b - a - half), min(1.0, b - a + half), confidence, method, n, standard_error=error
    )
    return found, TestResult("wald-test", float(chdtrc(1, z * z)), z, n=n, statistic_name="z")


def fit_weighted_cox(
    exposed: WeightedRows, unexposed: WeightedRows, *, cause: int = 1, confidence: float = 0.95
) -> Model | NotEstimable:
    """Hazard ratio of exposed against unexposed, between two weighted strategies.

    Parameters
    ----------
    exposed : WeightedRows
        Rows of the exposed strategy.
    unexposed : WeightedRows
        Rows of the unexposed strategy.
    cause : int
        Kind of event of interest, 1 or higher.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model with one term; errors are robust, clones of a subject together. With competing events the hazard is
        cause-specific. Not estimable without events on either side.

    Raises
    ------
    ValueError
        Rows of other subjects.

    References
    ----------
    Equal to R's coxph(weights, cluster).
    """
    check_share(confidence)
    check_cause(cause)
    sides = [check_kind(side, WeightedRows, "rows") for side in (exposed, unexposed)]
    if exposed.n_subjects != unexposed.n_subjects:
        raise ValueError("two strategies of the same subjects are compared")
    subject, start, stop, what, weight = (
        np.concatenate([getattr(side, name) for side in sides])
        for name in ("subject", "start", "stop", "cause", "weight")
    )
    column = np.repeat([1.0, 0.0], [len(side) for side in sides])[:, None]
    rows = gather_cox_rows(
        Design(column, (Column(EXPOSED),)),
        start - BEFORE_ORIGIN,
        stop - BEFORE_ORIGIN,
        what == cause,
        subject=subject,
        cluster=subject,
        weight=weight,
    )
    return fit_rows(rows, "cox/efron-ties/weighted/robust-errors/wald", confidence, named=False)


def _nobody_stays(rows: WeightedRows, left: Integers, entered: Integers, happened: Booleans, k: int) -> Booleans:
    """Whether everybody at risk at a time (k,) has an event then."""
    ones = np.ones(len(rows))
    present = np.cumsum(count_at(left, ones, k + 1)[::-1])[::-1] - np.cumsum(count_at(entered, ones, k + 1)[::-1])[::-1]
    return np.asarray(present[1:] == count_at(left[happened] - 1, ones[happened], k))


def _present(rows: WeightedRows, t: float) -> Floats:
    return np.asarray((rows.start < t) & (rows.stop >= t))


def _read(curve: WeightedCurve, t: float, of: WeightedOf) -> tuple[float, Floats | None, float]:
    """The value at a time, what each subject adds to it (None where nobody was observed then), and the time as it was read."""
    check_kind(curve, WeightedCurve, "curve")
    check_method(of, get_args(WeightedOf), "of")
    t = check_number(t, "t", least=0.0)
    t = snap_time(t, np.append(curve.time, curve.last_time))
    until = int(np.searchsorted(curve.time, t, side="right"))
    if t > curve.last_time and (not curve.time.size or curve.event_free[-1] > 0):
        return 0.0, None, t
    if until == 0:
        return float(of == "survival"), np.zeros(curve.rows.n_subjects), t
    survival = of == "survival"
    value = curve.event_free[until - 1] if survival else curve.incidence[until - 1]
    influence = _influence(curve, until, curve.weight_of_all if survival else curve.weight_of_events, survival)
    return float(value), -influence if survival else influence, t


def _influence(curve: WeightedCurve, until: int, counted: Floats, every: bool) -> Floats:
    """What each subject adds to the probability of a counted event by the time of row `until`: (subjects,)."""
    rows, risk = curve.rows, curve.weight_at_risk[:until]
    own, both = counted[:until] / risk, curve.weight_of_all[:until] / risk
    before = np.append(1.0, curve.event_free[: until - 1])
    # The probability of a counted event later, of one still free just after each time.
    later = np.zeros(until)
    for j in range(until - 1, 0, -1):
        later[j - 1] = own[j] + (1 - both[j]) * later[j]
    share = before / risk
    total = np.append(0.0, np.cumsum(share * (own - both * later)))
    left, entered = np.minimum(curve.left, until), np.minimum(curve.entered, until)
    gain = -(total[left] - total[entered])
    had = np.flatnonzero((rows.cause > 0) & (curve.left <= until) & (curve.left > 0))
    at = curve.left[had] - 1
    counts = np.ones(had.size) if every else (rows.cause[had] == curve.cause).astype(np.float64)
    gain[had] += share[at] * (counts - later[at])
    return np.bincount(rows.subject, gain * rows.weight, minlength=rows.n_subjects).astype(np.float64)
