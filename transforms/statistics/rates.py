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

    Parameters: `events` counted in `time`, the sum over subjects of their time at risk, in any unit. NotEstimable for no time at risk.
    Raises ValueError for an impossible count or a negative time. `n` of the estimate is the count of events.
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

    Parameters as rate, per group. NotEstimable where a group has no time at risk, nothing happened, or group b had no event (its `low` then
    holds the lower bound of the ratio). Raises ValueError as rate does.
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
