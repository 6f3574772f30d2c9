"""Mean time lost to one cause up to a horizon where others compete for it, and how far two groups lie apart in it.

Belongs here: areas under cumulative incidences. Areas under survival curves are in restricted_mean.py, times in several states in
multi_state.py.

Source: Andersen, Stat Med 2013;32:5278; Conner and Trinquart, Stat Med 2021;40:2177. The variance is that of the Aalen-Johansen estimator
by the delta method, with multinomial increments as Greenwood and etm have them.
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import check_kind, check_level, check_number
from transforms.statistics.cumulative_incidence import IncidenceCurve
from transforms.statistics.result import Estimate, NotEstimable, TestResult

METHOD = "time-lost-to-cause"


def mean_time_lost(curve: IncidenceCurve, horizon: float, *, level: float = 0.95) -> Estimate | NotEstimable:
    """Mean time lost to the curve's cause among the first `horizon` units: the area under its cumulative incidence.

    `horizon` in the curve's unit, > 0. Returns the mean in that unit with its Wald interval. NotEstimable where the horizon lies beyond the
    last time at which a subject was at risk, unless everybody has had an event by then. Raises ValueError for a horizon of 0 or less.
    Source: see the module.
    """
    check_level(level)
    check_kind(curve, IncidenceCurve, "curve")
    if not check_number(horizon, "a horizon") > 0:
        raise ValueError(f"a horizon must be positive, got {horizon}")
    if horizon > curve.last_time and curve.event_free[-1] > 0:
        return NotEstimable(reason("not_at_risk", time=horizon, last=curve.last_time))
    inside = (curve.time < horizon) & (curve.events + curve.competing_events > 0)
    time, n, own, other = (
        np.asarray(column[inside], dtype=np.float64)
        for column in (curve.time, curve.at_risk, curve.events, curve.competing_events)
    )
    stays = 1 - (own + other) / n
    before = np.concatenate([[1.0], np.cumprod(stays)[:-1]]) if time.size else time
    rest = before * (horizon - time)
    lost = rest * own / n
    # What an event at a time takes from all that would be lost later; an event of the cause adds what is lost from then on.
    later = np.cumsum(lost[::-1])[::-1] - lost
    pull = np.divide(later, stays, out=np.zeros_like(later), where=stays > 0)
    of_cause, of_others = rest - pull, -pull
    spread = own * (n - own) * of_cause**2 + other * (n - other) * of_others**2 - 2 * own * other * of_cause * of_others
    error = sqrt(max(0.0, float((spread / n**3).sum())))
    value, half = float(lost.sum()), float(ndtri(0.5 + level / 2)) * error
    return Estimate(
        value=value,
        low=max(0.0, value - half),
        high=min(horizon, value + half),
        level=level,
        method=f"{METHOD}/to={horizon:g}/wald",
        n=curve.n,
        events=int(own.sum()),
        at_risk=curve.at_risk_at(horizon),
        standard_error=error,
    )


def compare_times_lost(
    first: IncidenceCurve, second: IncidenceCurve, horizon: float, *, level: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Difference of two groups' mean times lost to the cause, second minus first, with its Wald interval and test.

    Parameters and errors as mean_time_lost, whose reason is handed on; NotEstimable too where neither mean has an error.
    """
    pair = _means(first, second, horizon, level)
    if isinstance(pair, NotEstimable):
        return pair
    a, b = pair
    error = sqrt((a.standard_error or 0.0) ** 2 + (b.standard_error or 0.0) ** 2)
    if error == 0:
        return NotEstimable(reason("no_event_before_horizon"))
    value, half = b.value - a.value, float(ndtri(0.5 + level / 2)) * error
    name = f"{METHOD}-difference/to={horizon:g}"
    estimate = Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        method=f"{name}/wald",
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        standard_error=error,
    )
    return estimate, TestResult(name, float(2 * ndtr(-abs(value / error))), value / error, n=a.n + b.n)


def ratio_of_times_lost(
    first: IncidenceCurve, second: IncidenceCurve, horizon: float, *, level: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Ratio of two groups' mean times lost to the cause, second to first; `standard_error` is that of the logarithm.

    Parameters and errors as mean_time_lost; NotEstimable too where a group loses none.
    """
    pair = _means(first, second, horizon, level)
    if isinstance(pair, NotEstimable):
        return pair
    a, b = pair
    if min(a.value, b.value) <= 0 or not (a.standard_error or b.standard_error):
        return NotEstimable(reason("no_ratio_of_means"))
    error = sqrt(sum(((one.standard_error or 0.0) / one.value) ** 2 for one in pair))
    inner, half = log(b.value / a.value), float(ndtri(0.5 + level / 2)) * error
    name = f"{METHOD}-ratio/to={horizon:g}"
    estimate = Estimate(
        value=exp(inner),
        low=exp(inner - half),
        high=exp(inner + half),
        level=level,
        method=f"{name}/wald-of-log",
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        standard_error=error,
    )
    return estimate, TestResult(name, float(2 * ndtr(-abs(inner / error))), inner / error, n=a.n + b.n)


def _means(
    first: IncidenceCurve, second: IncidenceCurve, horizon: float, level: float
) -> tuple[Estimate, Estimate] | NotEstimable:
    a, b = (mean_time_lost(curve, horizon, level=level) for curve in (first, second))
    if isinstance(a, NotEstimable):
        return a
    return b if isinstance(b, NotEstimable) else (a, b)
