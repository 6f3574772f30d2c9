"""The probability to be in each state over time, and the time spent there: current leukemia-free survival, time in remission.

Belongs here: Aalen and Johansen's estimator for any states, from the origin or a landmark, with two variances. "Greenwood" takes the
course to depend on the present state alone (Markov; etm's); "robust" adds up each subject's influence and does not (survfit's
infinitesimal jackknife). One cause of several is simpler and in cumulative_incidence.py.

Sources: Aalen and Johansen, Scand J Stat 1978;5:141; Andersen, Borgan, Gill and Keiding 1993, 4.4; Datta and Satten, Stat Probab
Lett 2001;55:403 (no Markov assumption for state occupation); expected time: Beyersmann and Putter, Stat Med 2014;33:1813.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Floats,
    Integers,
    check_kind,
    check_method,
    check_names,
    check_number,
    check_share,
    snap_time,
)
from transforms.statistics.event_table import count_up_to, distinct_times
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.state_histories import CENSORED, StateHistories
from transforms.statistics.survival_intervals import Interval, compute_bounds

StateVariance = Literal["robust", "Greenwood"]


@dataclass(frozen=True)
class StateCurve:
    """State occupation: row 0 at `start`, then one row per distinct time at which somebody moved.

    `time` (rows,), `probability` (rows, states) just after that time, `at_risk` (rows, states) those in each state just before it (of
    row 0: at `start`), `moves` (rows, states, states) from and to. `n` subjects seen after `start`, `last_time` the last time anybody
    was observed. `given` names the state of the landmark, or is "" where subjects begin as they were found.
    """

    states: tuple[str, ...]
    start: float
    given: str
    time: Floats
    probability: Floats
    at_risk: Integers
    moves: Integers
    n: int
    last_time: float
    histories: StateHistories


def state_probabilities(
    histories: StateHistories, *, start: float = 0.0, given: str | None = None
) -> StateCurve | NotEstimable:
    """Estimate the probability to be in each state from a time on.

    Parameters
    ----------
    histories : StateHistories
        From `build_histories`.
    start : float
        The origin or a landmark, in their unit.
    given : str, optional
        State of a subject at `start` (transition probabilities). Default: the states of those observed just after it.

    Returns
    -------
    StateCurve | NotEstimable
        The curve of every state. Not estimable if nobody is observed just after `start`.

    Raises
    ------
    ValueError
        An unknown state.

    References
    ----------
    Aalen and Johansen 1978; equal to R's survfit on multi-state data and to etm.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> histories = st.build_histories(["a", "a", "b", "c"], [0, 3, 0, 0], [3, 8, 6, 9], ["well", "ill", "well",
    ...     "well"], ["ill", None, "dead", None], states=["well", "ill", "dead"])
    >>> curve = st.state_probabilities(histories)
    >>> round(st.probability_in(curve, ["well"], 5).value, 3)
    0.667
    """
    check_kind(histories, StateHistories, "histories")
    start = check_number(start, "start", least=0.0)
    if given is not None and (not isinstance(given, str) or given not in histories.states):
        raise ValueError(f"given must be one of {', '.join(histories.states)}")
    k = len(histories.states)
    there = (histories.entry <= start) & (histories.exit > start)
    found = np.bincount(histories.origin[there], minlength=k)
    if not found.any():
        return NotEstimable(reason("nobody_observed"))
    first = found / found.sum() if given is None else np.eye(k)[histories.states.index(given)]
    later = histories.exit > start
    time, moves, at_risk = _count(histories, start)
    probability = np.empty((time.size + 1, k))
    probability[0] = first
    for i, step in enumerate(_steps(moves, at_risk)):
        probability[i + 1] = probability[i] @ step
    return StateCurve(
        states=histories.states,
        start=start,
        given=given or "",
        time=np.append(start, time),
        probability=probability,
        at_risk=np.vstack([found, at_risk]).astype(np.int64),
        moves=np.concatenate([np.zeros((1, k, k), dtype=np.int64), moves]),
        n=int(np.unique(histories.subject[later]).size),
        last_time=float(histories.exit.max()),
        histories=histories,
    )


def probability_in(
    curve: StateCurve,
    states: Sequence[str],
    t: float,
    *,
    variance_method: StateVariance = "robust",
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> Estimate | NotEstimable:
    """Probability to be in any of several states at a time, such as current leukemia-free survival at 24 months.

    Parameters
    ----------
    curve : StateCurve
        From `state_probabilities`.
    states : sequence of str
        States whose probabilities are added.
    t : float
        Time in the unit of the curve, at or after its start.
    variance_method : str
        Variance of the probabilities.
    interval : str
        Pointwise interval: "log-log", "log", "plain", "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        A fraction with its pointwise interval; `at_risk` counts subjects in these states then. Not estimable beyond the
        last time anybody was observed.

    Raises
    ------
    ValueError
        Unknown states, or a time before the start.
    """
    check_share(confidence)
    chosen = _choose(curve, states, variance_method)
    t = snap_time(check_number(t, "t", least=curve.start), curve.time)
    if t > curve.last_time:
        return NotEstimable(reason("not_at_risk", time=t, last=curve.last_time))
    row = int(np.searchsorted(curve.time, t, side="right")) - 1
    value = min(1.0, max(0.0, float(curve.probability[row] @ chosen)))
    weights = np.zeros((curve.time.size, len(curve.states)))
    weights[row] = chosen
    error = sqrt(_spread(curve, weights, variance_method))
    low, high = compute_bounds(np.array([value]), np.array([error]), interval, confidence)
    return Estimate(
        value=value,
        low=low[0],
        high=high[0],
        confidence=confidence,
        method=f"state-probability/{_from(curve)}/{variance_method.lower()}-variance/{interval}",
        n=curve.n,
        at_risk=_count_present(curve.histories, chosen, t),
        standard_error=error,
        note=None if low[0] is not None else reason("interval_undefined", interval=interval, rate=value),
    )


def expected_time_in(
    curve: StateCurve,
    states: Sequence[str],
    horizon: float,
    *,
    variance_method: StateVariance = "robust",
    confidence: float = 0.95,
) -> Estimate | NotEstimable:
    """Mean time spent in any of several states between the curve's start and a horizon, such as days in remission of
    the first 730.

    Parameters
    ----------
    curve : StateCurve
        From `state_probabilities`.
    states : sequence of str
        States whose probabilities are added.
    horizon : float
        End of the time counted, in the unit of the curve, > 0.
    variance_method : str
        Variance of the probabilities.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The mean in the curve's unit, with its Wald interval. Not estimable as in `probability_in`.

    Raises
    ------
    ValueError
        Unknown states, or a horizon before the start.
    """
    check_share(confidence)
    chosen = _choose(curve, states, variance_method)
    if not check_number(horizon, "a horizon") > curve.start:
        raise ValueError(f"a horizon must lie after the start, {curve.start:g}")
    if horizon > curve.last_time:
        return NotEstimable(reason("not_at_risk", time=horizon, last=curve.last_time))
    edges = np.append(np.minimum(curve.time, horizon), horizon)
    widths = np.diff(edges)
    weights = widths[:, None] * chosen[None, :]
    value = float((curve.probability * weights).sum())
    error = sqrt(_spread(curve, weights, variance_method))
    half = float(ndtri(0.5 + confidence / 2)) * error
    return Estimate(
        value=value,
        low=max(0.0, value - half),
        high=min(horizon - curve.start, value + half),
        confidence=confidence,
        method=f"time-in-states/{_from(curve)}/to={horizon:g}/{variance_method.lower()}-variance/wald",
        n=curve.n,
        standard_error=error,
    )


def _choose(curve: StateCurve, states: Sequence[str], variance_method: StateVariance) -> Floats:
    check_kind(curve, StateCurve, "curve")
    check_method(variance_method, get_args(StateVariance), "variance_method")
    names = check_names(states, "states")
    if not names or not set(names) <= set(curve.states):
        raise ValueError(f"states must be some of {', '.join(curve.states)}")
    return np.array([float(name in names) for name in curve.states])


def _from(curve: StateCurve) -> str:
    """When the curve begins, and the state it is given, as parts of a method."""
    return f"from={curve.start:g}" + (f"/given={curve.given}" if curve.given else "")


def _count(histories: StateHistories, start: float) -> tuple[Floats, Integers, Integers]:
    """Times of moves after `start` (T,), moves (T, K, K) and those in each state just before (T, K)."""
    k = len(histories.states)
    moved = (histories.target != CENSORED) & (histories.exit > start)
    time = distinct_times(histories.exit[moved])
    left, entered = (count_up_to(time, np.maximum(t, start)) for t in (histories.exit, histories.entry))
    at = left[moved] - 1
    code = (at * k + histories.origin[moved]) * k + histories.target[moved]
    moves = np.bincount(code, minlength=time.size * k * k).reshape(-1, k, k)

    def beyond(position: Integers) -> Integers:
        counts = np.bincount(position * k + histories.origin, minlength=(time.size + 1) * k).reshape(-1, k)
        return np.asarray(np.cumsum(counts[::-1], axis=0)[::-1][1:])

    return time, moves, beyond(left) - beyond(entered)


def _steps(moves: Integers, at_risk: Integers) -> Floats:
    """The matrices (T, K, K) whose rows say where those in a state are after each time."""
    steps = moves / np.maximum(at_risk, 1)[:, :, None]
    stay = 1 - steps.sum(axis=2)
    diagonal = np.arange(moves.shape[1])
    steps[:, diagonal, diagonal] = stay
    return np.asarray(steps)


def _spread(curve: StateCurve, weights: Floats, variance_method: StateVariance) -> float:
    """Variance of the sum of probabilities times `weights` (rows, K)."""
    steps = _steps(curve.moves, curve.at_risk)
    # What a subject in each state just after a row's time adds to the sum from there on.
    worth = np.empty_like(weights)
    worth[-1] = weights[-1]
    for i in range(len(weights) - 1, 0, -1):
        worth[i - 1] = weights[i - 1] + steps[i] @ worth[i]
    before = curve.probability[:-1]
    share = before / np.maximum(curve.at_risk[1:], 1)
    expected = np.einsum("ihj,ij->ih", steps[1:], worth[1:])
    own = _first_influence(curve, worth[0])
    if variance_method == "robust":
        return float((_collect(curve, worth[1:], share, expected, own) ** 2).sum())
    second = np.einsum("ihj,ij->ih", steps[1:], worth[1:] ** 2)
    return float((before * share * np.maximum(second - expected**2, 0.0)).sum() + (own**2).sum())


def _first_influence(curve: StateCurve, worth: Floats) -> Floats:
    """Each stay's share in what the states at the start are worth: (stays,); 0 where the state is given."""
    rows = curve.histories
    found = (rows.entry <= curve.start) & (rows.exit > curve.start)
    if curve.given:
        return np.zeros(found.size)
    return np.asarray(np.where(found, worth[rows.origin] - curve.probability[0] @ worth, 0.0) / found.sum())


def _collect(curve: StateCurve, worth: Floats, share: Floats, expected: Floats, own: Floats) -> Floats:
    """Each subject's influence: of where it began and went, less what was expected of it while it was at risk."""
    rows, time = curve.histories, curve.time[1:]
    left, entered = (count_up_to(time, np.maximum(t, curve.start)) for t in (rows.exit, rows.entry))
    # What is expected of one who stays is that of staying: only the excess over it counts.
    excess = share * (expected - worth)
    total = np.vstack([np.zeros((1, worth.shape[1])), np.cumsum(excess, axis=0)])
    influence = own - (total[left, rows.origin] - total[entered, rows.origin])
    moved = np.flatnonzero((rows.target != CENSORED) & (rows.exit > curve.start))
    at, came, went = left[moved] - 1, rows.origin[moved], rows.target[moved]
    influence[moved] += share[at, came] * (worth[at, went] - worth[at, came])
    return np.bincount(rows.subject, influence).astype(np.float64)


def _count_present(rows: StateHistories, chosen: Floats, t: float) -> int:
    """Subjects in the chosen states at `t`; who was seen to reach one that nobody leaves has no stay there and counts too."""
    present = (rows.entry < t) & (rows.exit >= t) & (chosen[rows.origin] == 1)
    return int(present.sum())
