"""Two groups compared pair by pair on outcomes in order of weight: death first, then relapse, then a measured quantity.

Belongs here: the win ratio, with what decided every pair. Source: Pocock et al., Eur Heart J 2012;33:176; variance of the two-sample
U-statistics: Bebu and Lachin, Biostatistics 2016;17:178.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_finite, check_labels, check_share, check_survival
from transforms.statistics.result import Estimate, NotEstimable, TestResult

_MOST_PAIRS = 2e7


@dataclass(frozen=True)
class TimedOutcome:
    """An event that is worse the earlier it comes: `time` (n,) to it or to censoring, `event` (n,) 1 where it happened."""

    name: str
    time: ArrayLike
    event: ArrayLike


@dataclass(frozen=True)
class MeasuredOutcome:
    """A quantity: `values` (n,), none missing; `higher_is_better`, and a difference of up to `margin` decides nothing."""

    name: str
    values: ArrayLike
    higher_is_better: bool = True
    margin: float = 0.0


@dataclass(frozen=True)
class WinRatio:
    """Wins and losses of the treated over all pairs of a treated and an untreated subject.

    `ratio` of wins to losses with its interval, `test` of it; `decided` per outcome (name, wins, losses), `ties` pairs that none decided.
    `sign` (treated, untreated) is 1 where the treated won, -1 where lost, 0 for a tie; `by` the position of the outcome that decided, -1
    for none; rows and columns are the subjects `treated` and `untreated` by position.
    """

    ratio: Estimate | NotEstimable
    test: TestResult | None
    decided: tuple[tuple[str, int, int], ...]
    ties: int
    sign: NDArray[np.int8]
    by: NDArray[np.int8]
    treated: NDArray[np.int64]
    untreated: NDArray[np.int64]


def win_ratio(
    group: Sequence[str],
    outcomes: Sequence[TimedOutcome | MeasuredOutcome],
    *,
    treated: str,
    confidence: float = 0.95,
) -> WinRatio | NotEstimable:
    """Compare every treated with every untreated subject on the first outcome on which they differ.

    Parameters
    ----------
    group : sequence of length n
        Two labels, one of them `treated`.
    outcomes : sequence
        Outcomes in order of importance. On a timed outcome the winner is the one still event-free while the other,
        followed as long, has the event.
    treated : str
        Label of the treated group.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    WinRatio | NotEstimable
        Ratio of wins to losses with its interval. Not estimable for an empty group, or more than 20 million pairs.

    Raises
    ------
    ValueError
        Impossible input.

    References
    ----------
    Pocock et al., Eur Heart J 2012;33:176.
    """
    check_share(confidence)
    if isinstance(outcomes, str) or not isinstance(outcomes, Sequence) or not outcomes:
        raise ValueError("outcomes must hold at least one outcome")
    n = len(group) if hasattr(group, "__len__") else 0
    names, index = check_labels(group, n)
    if len(names) > 2 or (names and treated not in names):
        raise ValueError(f"group must hold two labels, one of them the treated; got {', '.join(names)}")
    if len(names) < 2:
        return NotEstimable(reason("empty_group"))
    ours, theirs = (np.flatnonzero(index == i) for i in sorted((0, 1), key=lambda i: names[i] != treated))
    if ours.size * theirs.size > _MOST_PAIRS:
        return NotEstimable(reason("too_many_pairs", first=ours.size, second=theirs.size))
    sign = np.zeros((ours.size, theirs.size), dtype=np.int8)
    by = np.full(sign.shape, -1, dtype=np.int8)
    for place, outcome in enumerate(outcomes):
        found = np.where(by < 0, _compare(outcome, n, ours, theirs), 0)
        by[found != 0] = place
        sign += found.astype(np.int8)
    wins, losses = sign > 0, sign < 0
    decided = tuple(
        (outcome.name, int((wins & (by == place)).sum()), int((losses & (by == place)).sum()))
        for place, outcome in enumerate(outcomes)
    )
    ratio, test = _estimate(wins, losses, confidence)
    return WinRatio(ratio, test, decided, int((sign == 0).sum()), sign, by, ours, theirs)


def _compare(
    outcome: TimedOutcome | MeasuredOutcome, n: int, ours: NDArray[np.int64], theirs: NDArray[np.int64]
) -> NDArray[np.int8]:
    """1 where the treated is better off, -1 where worse, 0 where the outcome does not tell: (treated, untreated)."""
    if isinstance(outcome, TimedOutcome):
        time, event = check_survival(outcome.time, outcome.event)
        _check_length(outcome.name, time.size, n)
        a, b = time[ours][:, None], time[theirs][None, :]
        # Both were followed to the earlier event, and the other had none by then; censored on that day counts as followed.
        won = event[theirs][None, :] & ((a > b) | ((a == b) & ~event[ours][:, None]))
        lost = event[ours][:, None] & ((b > a) | ((a == b) & ~event[theirs][None, :]))
    elif isinstance(outcome, MeasuredOutcome):
        values = check_finite(outcome.values, outcome.name)
        _check_length(outcome.name, values.size, n)
        if not outcome.margin >= 0:
            raise ValueError(f"{outcome.name}: a margin must not be negative")
        difference = (values[ours][:, None] - values[theirs][None, :]) * (1 if outcome.higher_is_better else -1)
        won, lost = difference > outcome.margin, difference < -outcome.margin
    else:
        raise ValueError("an outcome must be a TimedOutcome or a MeasuredOutcome")
    return np.asarray(won.astype(np.int8) - lost.astype(np.int8))


def _check_length(name: str, found: int, n: int) -> None:
    if found != n:
        raise ValueError(f"{name} must hold one value for each of {n} subjects, got {found}")


def _estimate(
    wins: NDArray[np.bool_], losses: NDArray[np.bool_], confidence: float
) -> tuple[Estimate | NotEstimable, TestResult | None]:
    m, n = wins.shape
    won, lost = float(wins.mean()), float(losses.mean())
    if not won or not lost:
        return NotEstimable(reason("no_pair_won")), None
    if min(m, n) < 2:
        return NotEstimable(reason("one_subject_in_group")), None
    # What each subject adds to the logarithm of the ratio.
    parts: list[Floats] = [wins.mean(axis=axis) / won - losses.mean(axis=axis) / lost for axis in (1, 0)]
    error = sqrt(float(parts[0].var(ddof=1)) / m + float(parts[1].var(ddof=1)) / n)
    value = log(won / lost)
    if error == 0:
        return NotEstimable(reason("all_fare_alike")), None
    half = float(ndtri(0.5 + confidence / 2)) * error
    estimate = Estimate(
        value=exp(value),
        low=exp(value - half),
        high=exp(value + half),
        confidence=confidence,
        method="win-ratio/wald-of-log",
        n=m + n,
        standard_error=error,
    )
    return estimate, TestResult(
        "win-ratio-z", float(2 * ndtr(-abs(value / error))), value / error, n=m + n, statistic_name="z"
    )
