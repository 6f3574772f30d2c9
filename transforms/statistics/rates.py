"""Events per time at risk: infections per patient-year, and whether two groups differ in it.

Belongs here: rates of events that are counted, whoever they happened to, with exact Poisson inference. It takes events as independent;
where some subjects have many, recurrent_events.py does not.

Sources: Garwood, Biometrika 1936;28:437; ratio: conditional binomial, Przyborowski and Wilenski 1940; equal to R's poisson.test.
"""

from __future__ import annotations

from scipy.special import betaincinv, gammaincinv
from scipy.stats import binomtest

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_number, check_share
from transforms.statistics.result import Estimate, NotEstimable, TestResult


def rate(events: int, time: float, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Events per unit of time at risk with Garwood's exact interval.

    Parameters
    ----------
    events : int
        Events counted.
    time : float
        Time at risk, summed over subjects, any unit.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Events per unit of time; `n` is the count of events. Not estimable without time at risk.

    Raises
    ------
    ValueError
        An impossible count or a negative time.

    References
    ----------
    Garwood 1936; equal to R's poisson.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate = st.rate(7, 12.5)
    >>> estimate.value, round(estimate.low, 3)
    (0.56, 0.225)
    """
    check_share(confidence)
    events, time = check_count(events, "events"), check_number(time, "time", least=0.0)
    if time == 0:
        return NotEstimable(reason("no_time_at_risk"))
    tail = (1 - confidence) / 2
    return Estimate(
        value=events / time,
        low=float(gammaincinv(events, tail)) / time if events else 0.0,
        high=float(gammaincinv(events + 1, 1 - tail)) / time,
        confidence=confidence,
        method="rate/exact-poisson",
        n=events,
        events=events,
    )


def rate_ratio(
    events_a: int, time_a: float, events_b: int, time_b: float, *, confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Ratio of the rates of group a and group b, with its exact interval and two-sided exact test.

    Parameters
    ----------
    events_a : int
        Events in group a.
    time_a : float
        Time at risk of group a.
    events_b : int
        Events in group b.
    time_b : float
        Time at risk of group b, same unit.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The ratio with its interval, and the test. Not estimable if a group has no time at risk, nothing happened, or
        group b had no event (`low` then holds the lower bound).

    Raises
    ------
    ValueError
        An impossible count or a negative time.

    References
    ----------
    Equal to R's poisson.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> estimate, test = st.rate_ratio(7, 12.5, 3, 14.0)
    >>> round(estimate.value, 3), round(test.p_value, 4)
    (2.613, 0.2069)
    """
    check_share(confidence)
    x, y = check_count(events_a, "events_a"), check_count(events_b, "events_b")
    s, t = check_number(time_a, "time_a", least=0.0), check_number(time_b, "time_b", least=0.0)
    if s == 0 or t == 0:
        return NotEstimable(reason("no_time_at_risk"))
    if x + y == 0:
        return NotEstimable(reason("no_events"))
    tail, n = (1 - confidence) / 2, x + y
    low = float(betaincinv(x, y + 1, tail)) if x else 0.0
    bound = low / (1 - low) * t / s
    if y == 0:
        return NotEstimable(reason("no_event_in_second_group"), low=bound)
    high = float(betaincinv(x + 1, y, 1 - tail))
    method = "rate-ratio/exact"
    estimate = Estimate(x / s / (y / t), bound, high / (1 - high) * t / s, confidence, method, n, n)
    p_value = float(binomtest(x, n, s / (s + t)).pvalue)
    return estimate, TestResult("poisson-exact", p_value, n=n)
