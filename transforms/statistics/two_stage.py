"""A response rate against one that would not be worth while: the exact test, and Simon's design that may stop after its first stage.

Belongs here: single-arm designs with a null rate. Intervals of a share are in proportions.py.

Sources: Simon, Control Clin Trials 1989;10:1; test and unbiased estimate by order of stages: Jung and Kim, Stat Med 2004;23:881.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.stats import binom, binomtest

from schemas.reasons import reason
from transforms.statistics.arrays import check_count, check_kind, check_method, check_share
from transforms.statistics.result import NotEstimable, TestResult

Criterion = Literal["optimal", "minimax"]
Alternative = Literal["greater", "less", "two-sided"]
_LARGEST_TRIAL = 200


@dataclass(frozen=True)
class TwoStage:
    """Simon's design: stop after `n_first` subjects with `r_first` responses or fewer; call it worth while beyond `r` of `n`.

    Under the null rate it errs with probability `alpha`, expects `expected_n` subjects and stops early with probability `stops_early`;
    `power` is the probability to call it worth while under the rate hoped for.
    """

    null_rate: float
    hoped_rate: float
    r_first: int
    n_first: int
    r: int
    n: int
    alpha: float
    power: float
    expected_n: float
    stops_early: float


@dataclass(frozen=True)
class TwoStageResult:
    """What a two-stage trial found: `continued` past its first stage; `share` the unbiased estimate; the one-sided exact `test`."""

    continued: bool
    responses: int
    n: int
    share: float
    test: TestResult
    note: str


def compare_with_rate(
    count: int, total: int, rate: float, *, alternative: Alternative = "greater"
) -> TestResult | NotEstimable:
    """Exact test of a share against a rate fixed in advance, such as the response rate of the standard.

    Parameters
    ----------
    count : int
        Subjects with the property.
    total : int
        All subjects counted.
    rate : float
        Rate fixed in advance, between 0 and 1.
    alternative : str
        "greater", "less" or "two-sided".

    Returns
    -------
    TestResult | NotEstimable
        The p value. Not estimable without subjects.

    Raises
    ------
    ValueError
        Impossible counts.

    References
    ----------
    Equal to R's binom.test.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.compare_with_rate(14, 20, 0.4, alternative="greater").p_value, 4)
    0.0065
    """
    check_method(alternative, get_args(Alternative), "alternative")
    check_share(rate, "rate")
    count, total = check_count(count), check_count(total, "total")
    if count > total:
        raise ValueError(f"count must lie between 0 and total, got {count} of {total}")
    if total == 0:
        return NotEstimable(reason("no_subjects"))
    p_value = float(binomtest(count, total, rate, alternative).pvalue)
    return TestResult(f"exact-binomial/against={rate:g}/{alternative}", p_value, n=total)


def design_two_stage(
    null_rate: float, hoped_rate: float, *, alpha: float = 0.05, power: float = 0.8, criterion: Criterion = "optimal"
) -> TwoStage | NotEstimable:
    """Find Simon's two-stage design that keeps `alpha` and `power`.

    Parameters
    ----------
    null_rate : float
        Rate that would not be worth while.
    hoped_rate : float
        Rate hoped for, higher than `null_rate`.
    alpha : float
        Largest error of the first kind.
    power : float
        Least power.
    criterion : str
        "optimal" expects fewest subjects under the null rate; "minimax" takes the fewest subjects at most, and of these
        designs the one that expects fewest.

    Returns
    -------
    TwoStage | NotEstimable
        The design. Not estimable if more than 200 subjects would be needed.

    Raises
    ------
    ValueError
        Unless 0 < null_rate < hoped_rate < 1.

    References
    ----------
    Simon, Control Clin Trials 1989;10:1.
    """
    check_method(criterion, get_args(Criterion), "criterion")
    for share, name in ((null_rate, "null_rate"), (hoped_rate, "hoped_rate"), (alpha, "alpha"), (power, "power")):
        check_share(share, name)
    if not null_rate < hoped_rate:
        raise ValueError("the rate hoped for must be above the null rate")
    best: TwoStage | None = None
    # A trial of one stage bounds the search; two stages may need some more subjects than it at most.
    largest = _size_of_one_stage(null_rate, hoped_rate, alpha, power)
    if largest is None:
        return NotEstimable(reason("trial_too_large", most=_LARGEST_TRIAL))
    for n in range(2, largest * 3 // 2 + 6):
        for n_first in range(1, n):
            best = _search(null_rate, hoped_rate, alpha, power, n_first, n, best)
        if best is not None and criterion == "minimax":
            break
    return best or NotEstimable(reason("no_two_stage_design", most=largest * 3 // 2 + 5))


def evaluate_two_stage(design: TwoStage, responses_first: int, n_first: int, responses: int, n: int) -> TwoStageResult:
    """Result of a two-stage trial, also if its stages were not of the planned size.

    Parameters
    ----------
    design : TwoStage
        From `design_two_stage`.
    responses_first : int
        Responses at the end of the first stage.
    n_first : int
        Subjects of the first stage.
    responses : int
        Responses in all; the same number if the trial stopped at the first stage.
    n : int
        Subjects in all.

    Returns
    -------
    TwoStageResult
        The decision and the p value: the probability, under the null rate, to pass the first stage and reach as many
        responses (if the trial stopped: as many in the first stage).

    Raises
    ------
    ValueError
        Impossible counts.

    Notes
    -----
    A first stage of another size keeps the planned share of responses that stops it. Sizes are taken as fixed: right if
    they did not change because of the responses seen (for that see Koyama and Chen, Stat Med 2008;27:3145, not done
    here).

    References
    ----------
    See the head of the module.
    """
    check_kind(design, TwoStage, "design")
    x1, m = check_count(responses_first, "responses_first"), check_count(n_first, "n_first")
    x, total = check_count(responses, "responses"), check_count(n, "n")
    if not (0 < m <= total and x1 <= m and x1 <= x <= x1 + total - m):
        raise ValueError("responses and subjects of the first stage must be among those of all")
    planned = m == design.n_first
    stop = design.r_first if planned else int(np.floor(design.r_first * m / design.n_first + 1e-9))
    continued = total > m
    note = "" if planned and total in (m, design.n) else f"planned were {design.n_first} and {design.n} subjects"
    if continued and x1 <= stop:
        note = "; ".join(filter(None, (note, "it went on although the first stage said to stop")))
    p_value = _tail(design.null_rate, stop, m, x, total) if continued else float(binom.sf(x - 1, m, design.null_rate))
    name = "two-stage-exact"
    test = TestResult(name, min(1.0, p_value), n=total)
    return TwoStageResult(continued, x, total, _unbiased(stop, m, x, total), test, note)


def _size_of_one_stage(p0: float, p1: float, alpha: float, power: float) -> int | None:
    for n in range(1, _LARGEST_TRIAL + 1):
        r = int(binom.ppf(1 - alpha, n, p0))
        if binom.sf(r, n, p0) <= alpha and binom.sf(r, n, p1) >= power:
            return n
    return None


def _search(
    p0: float, p1: float, alpha: float, power: float, n_first: int, n: int, best: TwoStage | None
) -> TwoStage | None:
    """The better of `best` and the designs with these sizes."""
    x = np.arange(n_first + 1)
    first0, first1 = binom.pmf(x, n_first, p0), binom.pmf(x, n_first, p1)
    for r_first in range(n_first):
        stops = float(first0[: r_first + 1].sum())
        expected = n_first + (1 - stops) * (n - n_first)
        if best is not None and n >= best.n and expected >= best.expected_n - 1e-12:
            continue
        if first1[r_first + 1 :].sum() < power:
            break
        # Called worth while beyond r: the smallest r that keeps alpha.
        r = np.arange(r_first, n)
        beyond0 = binom.sf(r[:, None] - x[None, r_first + 1 :], n - n_first, p0) @ first0[r_first + 1 :]
        kept = int(np.argmax(beyond0 <= alpha))
        if beyond0[kept] > alpha:
            continue
        reached = float(binom.sf(r[kept] - x[r_first + 1 :], n - n_first, p1) @ first1[r_first + 1 :])
        if reached >= power and (best is None or expected < best.expected_n - 1e-12):
            best = TwoStage(p0, p1, r_first, n_first, int(r[kept]), n, float(beyond0[kept]), reached, expected, stops)
    return best


def _tail(p: float, stop: int, m: int, x: int, total: int) -> float:
    """Probability of more than `stop` responses of m and at least x of all."""
    first = np.arange(stop + 1, m + 1)
    return float(binom.pmf(first, m, p) @ binom.sf(x - 1 - first, total - m, p))


def _unbiased(stop: int, m: int, x: int, total: int) -> float:
    """The estimate that is right on average: of ways to reach x responses past the first stage, the share whose first subject responds."""
    if total == m:
        return x / m
    later = total - m
    first = np.arange(max(stop + 1, x - later), min(x, m) + 1)
    if not first.size:
        return x / total
    logs = binom.logpmf(first, m, 0.5) + binom.logpmf(x - first, later, 0.5)
    ways = np.exp(logs - logs.max())
    return float((ways @ first) / m / ways.sum())
