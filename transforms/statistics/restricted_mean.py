"""Mean event-free time up to a horizon, and its difference between groups: an effect that needs no proportional hazards.

Belongs here: areas under survival curves. lifelines' standard error of the same quantity is wrong by factors.

Source: Royston and Parmar, Stat Med 2011;30:2409; variance: Klein and Moeschberger 2003, 4.5; equal to R's survfit(rmean).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import check_kind, check_number, check_share
from transforms.statistics.kaplan_meier import SurvivalCurve
from transforms.statistics.result import Estimate, NotEstimable, TestResult

METHOD = "restricted-mean"


def restricted_mean(curve: SurvivalCurve, horizon: float, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Mean time free of the event among the first `horizon` units, such as months of 24.

    Parameters
    ----------
    curve : SurvivalCurve
        From `kaplan_meier`.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The mean in the unit of the curve, with its Wald interval. Not estimable if the horizon lies beyond the last
        time anybody was at risk, unless nobody is then free of the event.

    Raises
    ------
    ValueError
        A horizon of 0 or less.

    References
    ----------
    Equal to R's survfit(rmean).

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.kaplan_meier([3, 5, 7, 9], [1, 0, 1, 0])
    >>> round(st.restricted_mean(curve, 8).value, 3)
    6.375
    """
    check_share(confidence)
    check_kind(curve, SurvivalCurve, "curve")
    if not check_number(horizon, "a horizon") > 0:
        raise ValueError(f"a horizon must be positive, got {horizon}")
    if horizon > curve.last_time and curve.survival[-1] > 0:
        return NotEstimable(reason("not_at_risk", time=horizon, last=curve.last_time))
    inside = curve.time < horizon
    edges = np.append(curve.time[inside], horizon)
    areas = np.diff(edges) * curve.survival[inside]
    ahead = np.append(np.cumsum(areas[::-1])[::-1], 0.0)[: inside.sum()]
    died, at_risk = curve.events[inside], curve.at_risk[inside].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where((died > 0) & (at_risk > died), died / (at_risk * (at_risk - died)), 0.0)
    error = sqrt(float(ahead**2 @ greenwood))
    value, half = float(areas.sum()), float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(
        value=value,
        low=max(0.0, value - half),
        high=min(horizon, value + half),
        confidence=confidence,
        method=f"{METHOD}/to={horizon:g}/wald",
        n=curve.n,
        events=int(died.sum()),
        at_risk=curve.at_risk_at(horizon),
        standard_error=error,
    )


def compare_restricted_means(
    first: SurvivalCurve, second: SurvivalCurve, horizon: float, *, confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Difference of two groups' restricted means, second minus first, with its Wald interval and test.

    Parameters
    ----------
    first : SurvivalCurve
        Curve of the first group, from `kaplan_meier`.
    second : SurvivalCurve
        Curve of the second group.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The difference with its Wald interval, and the test. Not estimable if a group's mean is not, or if neither mean
        has an error.

    Raises
    ------
    ValueError
        A horizon of 0 or less.

    References
    ----------
    Uno et al., J Clin Oncol 2014;32:2380.
    """
    means = [restricted_mean(curve, horizon, confidence=confidence) for curve in (first, second)]
    for mean in means:
        if isinstance(mean, NotEstimable):
            return mean
    a, b = (mean for mean in means if isinstance(mean, Estimate))
    error = sqrt((a.standard_error or 0.0) ** 2 + (b.standard_error or 0.0) ** 2)
    if error == 0:
        return NotEstimable(reason("no_event_before_horizon"))
    value, half = b.value - a.value, float(ndtri(0.5 + confidence / 2)) * error
    name = f"{METHOD}-difference/to={horizon:g}"
    estimate = Estimate(
        value=value,
        low=value - half,
        high=value + half,
        confidence=confidence,
        method=f"{name}/wald",
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        standard_error=error,
    )
    return estimate, TestResult(
        name, float(2 * ndtr(-abs(value / error))), value / error, n=a.n + b.n, statistic_name="z"
    )
