"""Two survival curves at one time, or up to one time: differences of survival, ratios of restricted means and of time lost.

Belongs here: comparisons at a time fixed in advance. Tests over all times are in logrank.py, the difference of restricted means in
restricted_mean.py.

Sources: Klein, Logan, Harhoff and Andersen, Stat Med 2007;26:4505 (complementary log-log test); Uno et al., J Clin Oncol 2014;32:2380
(ratios).
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Literal, get_args

from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import check_method, check_share
from transforms.statistics.kaplan_meier import SurvivalCurve, survival_at
from transforms.statistics.restricted_mean import restricted_mean
from transforms.statistics.result import Estimate, NotEstimable, TestResult

MeanOf = Literal["time free of the event", "time lost"]


def compare_survival_at(
    first: SurvivalCurve, second: SurvivalCurve, t: float, *, confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Difference of survival at a time fixed in advance, second minus first, with its Wald interval; the test is of
    log(-log S).

    Parameters
    ----------
    first : SurvivalCurve
        Curve of the first group, from `kaplan_meier`.
    second : SurvivalCurve
        Curve of the second group.
    t : float
        Time fixed in advance, in the unit of the curves.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The difference with its Wald interval, and the test. Not estimable beyond the last subject at risk of either
        curve, or if a curve is at 0 or 1, where its error is unknown.

    Raises
    ------
    ValueError
        A negative time.

    References
    ----------
    See the head of the module.
    """
    check_share(confidence)
    found = [survival_at(curve, t) for curve in (first, second)]
    for one in found:
        if isinstance(one, NotEstimable):
            return one
    a, b = (one for one in found if isinstance(one, Estimate))
    if a.standard_error is None or b.standard_error is None or not (0 < a.value < 1 and 0 < b.value < 1):
        return NotEstimable(reason("curve_at_bound", time=t))
    error = sqrt(a.standard_error**2 + b.standard_error**2)
    half = float(ndtri(0.5 + confidence / 2)) * error
    difference = b.value - a.value
    inner = [(log(-log(one.value)), (one.standard_error or 0.0) / (one.value * log(one.value))) for one in (a, b)]
    z = (inner[0][0] - inner[1][0]) / sqrt(inner[0][1] ** 2 + inner[1][1] ** 2)
    estimate = Estimate(
        value=difference,
        low=max(-1.0, difference - half),
        high=min(1.0, difference + half),
        confidence=confidence,
        method=f"kaplan-meier-difference/at={t:g}/wald",
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        at_risk=(a.at_risk or 0) + (b.at_risk or 0),
        standard_error=error,
    )
    test = TestResult(f"complementary-log-log/at={t:g}", float(2 * ndtr(-abs(z))), z, n=a.n + b.n, statistic_name="z")
    return estimate, test


def ratio_of_restricted_means(
    first: SurvivalCurve,
    second: SurvivalCurve,
    horizon: float,
    *,
    of: MeanOf = "time free of the event",
    confidence: float = 0.95,
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Ratio of two groups' mean times up to a horizon, second to first: free of the event, or lost to it.

    Parameters
    ----------
    first : SurvivalCurve
        Curve of the first group, from `kaplan_meier`.
    second : SurvivalCurve
        Curve of the second group.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    of : str
        Mean time free of the event, or lost to it.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The ratio with its interval, and the test; `standard_error` is that of the logarithm. Not estimable as
        `restricted_mean`, if a mean is 0, or if no event happened.

    Raises
    ------
    ValueError
        A horizon of 0 or less.

    References
    ----------
    Equal to survRM2.
    """
    check_method(of, get_args(MeanOf), "of")
    found = [restricted_mean(curve, horizon, confidence=confidence) for curve in (first, second)]
    for one in found:
        if isinstance(one, NotEstimable):
            return one
    a, b = (one for one in found if isinstance(one, Estimate))
    means = [one.value if of == "time free of the event" else horizon - one.value for one in (a, b)]
    errors = [one.standard_error or 0.0 for one in (a, b)]
    if min(means) <= 0 or max(errors) == 0:
        return NotEstimable(reason("no_ratio_of_means"))
    error = sqrt(sum((e / m) ** 2 for e, m in zip(errors, means, strict=True)))
    inner, half = log(means[1] / means[0]), float(ndtri(0.5 + confidence / 2)) * error
    what = "restricted-mean-ratio" if of == "time free of the event" else "time-lost-ratio"
    name = f"{what}/to={horizon:g}"
    estimate = Estimate(
        value=exp(inner),
        low=exp(inner - half),
        high=exp(inner + half),
        confidence=confidence,
        method=f"{name}/wald-of-log",
        n=a.n + b.n,
        events=(a.events or 0) + (b.events or 0),
        standard_error=error,
    )
    return estimate, TestResult(
        name, float(2 * ndtr(-abs(inner / error))), inner / error, n=a.n + b.n, statistic_name="z"
    )
