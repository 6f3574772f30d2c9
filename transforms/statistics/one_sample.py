"""A cohort against a published curve: more or fewer events than that curve lets expect.

Belongs here: the one-sample log-rank test. It takes the published curve as exact, and cannot see that its patients differed.

Sources: Breslow, Int Stat Rev 1975;43:45; Finkelstein, Muzikansky and Schoenfeld, JNCI 2003;95:1434; Wu, Pharm Stat 2014;13:189
(the variance that is right for few subjects); exact Poisson interval: Garwood 1936, as R's poisson.test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv, ndtr

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_curve, check_method, check_share, check_survival
from transforms.statistics.result import Estimate, NotEstimable, TestResult

Between = Literal["step", "constant hazard"]


@dataclass(frozen=True)
class OneSample:
    """Events seen and expected, their ratio with its exact Poisson interval, and the test; `n_cut` outlived the curve."""

    observed: int
    expected: float
    ratio: Estimate
    test: TestResult
    n_cut: int


def one_sample_logrank(
    time: ArrayLike,
    event: ArrayLike,
    curve: Sequence[tuple[float, float]],
    *,
    between: Between = "constant hazard",
    confidence: float = 0.95,
) -> OneSample | NotEstimable:
    """Compare a cohort's events with those expected under a published survival curve.

    Parameters
    ----------
    time : array (n,)
        Time from the origin, in the unit of the published curve.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    curve : sequence of pairs
        Points (time, survival) of the published curve, from (0, 1) on.
    between : str
        Between the points: a constant hazard (for a few printed rates), or a step at each point (for a curve read off
        closely).
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    OneSample | NotEstimable
        Ratio of observed to expected events (> 1: more than published), and Wu's two-sided test. Follow-up beyond the
        last point is cut there and counted in `n_cut`. Not estimable without subjects, or if no event is expected.

    Raises
    ------
    ValueError
        Points that do not begin at (0, 1), that rise, or that reach 0.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> result = st.one_sample_logrank([3, 6, 9, 12], [1, 0, 1, 0], [(0, 1.0), (6, 0.8),
    ...     (12, 0.6)], between="constant hazard")
    >>> result.observed, round(result.expected, 3)
    (2, 1.213)
    """
    check_share(confidence)
    check_method(between, get_args(Between), "between")
    times, events = check_survival(time, event)
    when, hazard = _cumulative_hazard(curve)
    if times.size == 0:
        return NotEstimable(reason("no_subjects"))
    inside = times <= when[-1]
    observed, expected = int((events & inside).sum()), _expected_events(times, when, hazard, between)
    if expected == 0:
        return NotEstimable(reason("no_event_expected"))
    z = (observed - expected) / sqrt((observed + expected) / 2)
    test = TestResult("one-sample-log-rank", float(2 * ndtr(-abs(z))), z, n=int(times.size), statistic_name="z")
    ratio = _ratio(observed, expected, int(times.size), confidence)
    return OneSample(observed, expected, ratio, test, int((~inside).sum()))


def _expected_events(times: Floats, when: Floats, hazard: Floats, between: Between) -> float:
    """Sum over subjects of the published cumulative hazard at the end of each one's follow-up."""
    cut = np.minimum(times, when[-1])
    if between == "constant hazard":
        return float(np.interp(cut, when, hazard).sum())
    return float(hazard[np.searchsorted(when, cut, side="right") - 1].sum())


def _ratio(observed: int, expected: float, n: int, confidence: float) -> Estimate:
    tail = (1 - confidence) / 2
    return Estimate(
        value=observed / expected,
        low=float(gammaincinv(observed, tail)) / expected if observed else 0.0,
        high=float(gammaincinv(observed + 1, 1 - tail)) / expected,
        confidence=confidence,
        method="observed-to-expected/exact-poisson",
        n=n,
        events=observed,
    )


def _cumulative_hazard(curve: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Times and cumulative hazard of the published curve."""
    time, survival = check_curve(curve)
    if survival.min() == 0:
        raise ValueError("a curve to compare with must not reach 0: beyond it any event would be expected for certain")
    return time, np.asarray(-np.log(survival))
