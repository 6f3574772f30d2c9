"""Mean time lost to one cause up to a horizon, other causes competing, and how two groups differ in it: an effect in months.

Belongs here: areas under cumulative incidence. Areas under survival are in restricted_mean.py.

Sources: Andersen, Stat Med 2013;32:5278; variance: Greenwood's, events of one time as a multinomial draw, which without late entry is
survfit's infinitesimal jackknife; ratios: Uno et al., J Clin Oncol 2014;32:2380.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import check_kind, check_method, check_number, check_share
from transforms.statistics.cumulative_incidence import IncidenceCurve
from transforms.statistics.result import Estimate, NotEstimable, TestResult

TimeLostEffect = Literal["difference", "ratio"]


def time_lost(curve: IncidenceCurve, horizon: float, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Mean time lost to the curve's cause among the first `horizon` units, such as months of 24 lost to relapse.

    Parameters
    ----------
    curve : IncidenceCurve
        From `cumulative_incidence`.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The mean in the unit of the curve, with its Wald interval. Not estimable if the horizon lies beyond the last
        time anybody was at risk, unless all have had an event by then.

    Raises
    ------
    ValueError
        A horizon of 0 or less.

    References
    ----------
    Equal to R's survfit(rmean) of a state.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.cumulative_incidence([3, 5, 7, 9, 11], [1, 2, 0, 1, 0])
    >>> round(st.time_lost(curve, 10).value, 3)
    1.7
    """
    check_share(confidence)
    check_kind(curve, IncidenceCurve, "curve")
    if not check_number(horizon, "a horizon") > 0:
        raise ValueError(f"a horizon must be positive, got {horizon}")
    if horizon > curve.last_time and curve.event_free[-1] > 0:
        return NotEstimable(reason("not_at_risk", time=horizon, last=curve.last_time))
    inside = curve.time < horizon
    value = float(np.diff(np.append(curve.time[inside], horizon)) @ curve.incidence[inside])
    error = sqrt(_compute_variance(curve, horizon))
    half = float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(
        value=value,
        low=max(0.0, value - half),
        high=min(horizon, value + half),
        confidence=confidence,
        method=f"time-lost-to-cause/to={horizon:g}/wald",
        n=curve.n,
        events=int(curve.events[inside].sum()),
        at_risk=curve.at_risk_at(horizon),
        standard_error=error,
    )


def compare_time_lost(
    first: IncidenceCurve,
    second: IncidenceCurve,
    horizon: float,
    *,
    effect: TimeLostEffect = "difference",
    confidence: float = 0.95,
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Difference or ratio of two groups' mean time lost to a cause.

    Parameters
    ----------
    first : IncidenceCurve
        Curve of the first group, from `cumulative_incidence`.
    second : IncidenceCurve
        Curve of the second group, of the same cause.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    effect : str
        "difference" (second minus first) or "ratio" (second to first).
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The effect with its interval, and its z test; `standard_error` of a ratio is that of its logarithm. Not
        estimable if a group's mean is not, if no group lost any time, or for a ratio if one lost none.

    Raises
    ------
    ValueError
        A horizon of 0 or less, or curves of different causes.
    """
    check_method(effect, get_args(TimeLostEffect), "effect")
    found = [time_lost(curve, horizon, confidence=confidence) for curve in (first, second)]
    if first.cause != second.cause:
        raise ValueError(f"curves are of different causes: {first.cause} and {second.cause}")
    for one in found:
        if isinstance(one, NotEstimable):
            return one
    a, b = (one for one in found if isinstance(one, Estimate))
    errors = [one.standard_error or 0.0 for one in (a, b)]
    if effect == "ratio" and min(a.value, b.value, *errors) <= 0:
        return NotEstimable(reason("no_ratio_of_means"))
    if effect == "ratio":
        inner, error = log(b.value / a.value), sqrt((errors[0] / a.value) ** 2 + (errors[1] / b.value) ** 2)
    else:
        inner, error = b.value - a.value, sqrt(errors[0] ** 2 + errors[1] ** 2)
    if error == 0:
        return NotEstimable(reason("no_event_before_horizon"))
    half = float(ndtri(0.5 + confidence / 2)) * error
    value, low, high = (exp(v) if effect == "ratio" else v for v in (inner, inner - half, inner + half))
    name = f"time-lost-to-cause-{effect}/to={horizon:g}"
    estimate = Estimate(
        value=value,
        low=low,
        high=high,
        confidence=confidence,
        method=f"{name}/wald" + ("-of-log" if effect == "ratio" else ""),
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        standard_error=error,
    )
    return estimate, TestResult(
        name, float(2 * ndtr(-abs(inner / error))), inner / error, n=a.n + b.n, statistic_name="z"
    )


def _compute_variance(curve: IncidenceCurve, horizon: float) -> float:
    """Sum over times of the variance of what a subject free of events will lose from then on."""
    rows = np.flatnonzero((curve.time < horizon) & (curve.at_risk > 0))
    at_risk = curve.at_risk[rows].astype(np.float64)
    own, other = curve.events[rows] / at_risk, curve.competing_events[rows] / at_risk
    before = np.concatenate([[1.0], curve.event_free[:-1]])[rows]
    ahead = horizon - curve.time[rows]
    # What is still to be lost just after each time by who is then free of events: from the end.
    worth, later = np.zeros(rows.size), 0.0
    for i in range(rows.size - 1, -1, -1):
        worth[i] = later
        later = own[i] * ahead[i] + (1 - own[i] - other[i]) * later
    stay = 1 - own - other
    mean = own * ahead + stay * worth
    spread = own * ahead**2 + stay * worth**2 - mean**2
    return float((before**2 / at_risk * np.maximum(spread, 0.0)).sum())
