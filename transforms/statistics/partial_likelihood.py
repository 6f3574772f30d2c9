"""The Cox partial likelihood of rows at risk for start < t <= stop, ties after Efron, with its derivatives and residuals.

Belongs here: the likelihood as a function of the coefficients. Its maximum is sought in newton.py.

All sums over risk sets are counts by event time, so that a million day-rounded rows need no sort. With A(t) the sum over event
times up to t of 1 / S0, a row adds r x x' (A(stop) - A(start)) to the information: one weighted cross product, whatever the
number of event times.

Sources: Cox 1972; Efron, JASA 1977;72:557; Therneau and Grambsch, Modeling Survival Data, 2000, 3.3, 4.2 and 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.arrays import Booleans, Floats, Integers
from transforms.statistics.event_table import count_up_to, distinct_times
from transforms.statistics.model import Fit
from transforms.statistics.newton import Likelihood, climb


@dataclass(frozen=True)
class RiskSets:
    """Rows prepared for many evaluations: who is at risk at which event times, as positions among the distinct ones.

    `x` (rows, p) is centered. A row is at risk at the event times `entered[i]` <= k < `left[i]`. `failing` lists the rows with an
    event (`failing_x` their covariates), `at` the position of each one's event time. Strata have event times of their own, one
    after the other. `time[k]` is the event time itself. `weight` (rows,) is how many subjects a row stands for, None for one each.
    """

    x: Floats
    failing: Integers
    failing_x: Floats
    at: Integers
    entered: Integers | None
    left: Integers
    time: Floats
    deaths: Integers
    order: Floats  # Efron: of d tied deaths the l-th, as l / d
    weight: Floats | None = None

    @property
    def n_event_times(self) -> int:
        """Number of distinct event times, strata counted apart."""
        return int(self.deaths.size)

    @property
    def of_deaths(self) -> Floats:
        """Weight of each death's place in the likelihood, (E,): tied deaths share the mean of theirs, as in R's coxph."""
        if self.weight is None:
            return np.ones(self.at.size)
        return np.asarray((count_at(self.at, self.weight[self.failing], self.n_event_times) / self.deaths)[self.at])


@dataclass(frozen=True)
class Moments:
    """What a risk set weighs at one coefficient vector; per death (E,) or (E, p), per row (n,)."""

    linear: Floats
    risk: Floats
    shift: float
    total: Floats
    mean: Floats


def prepare_risk_sets(
    x: Floats, start: Floats | None, stop: Floats, event: Booleans, strata: Integers | None = None
) -> RiskSets:
    """Find who is at risk when. `x` (rows, p); `start` (rows,) or None for all from the origin; `strata` small integers."""
    entered, left, times = find_positions(start, stop, event, strata)
    failing = np.flatnonzero(event)
    at = left[failing] - 1
    deaths = np.bincount(at, minlength=times.size)
    order = np.argsort(at, kind="stable")
    failing, at = failing[order], at[order]
    place = np.arange(at.size) - np.repeat(np.cumsum(deaths) - deaths, deaths)
    late = start is not None or strata is not None
    centered = x - x.mean(axis=0)
    return RiskSets(
        x=centered,
        failing=failing,
        failing_x=centered[failing],
        at=at,
        entered=entered if late else None,
        left=left,
        time=times,
        deaths=deaths,
        order=place / deaths[at],
    )


def find_positions(
    start: Floats | None, stop: Floats, event: Booleans, strata: Integers | None
) -> tuple[Integers, Integers, Floats]:
    """First event time at which each row is at risk, first at which it no longer is, and the event times, stratum by stratum."""
    layer = np.zeros(stop.size, dtype=np.int64) if strata is None else strata
    entered = np.zeros(stop.size, dtype=np.int64)
    left, first, times = np.zeros_like(entered), 0, []
    for stratum in range(int(layer.max(initial=0)) + 1):
        inside = np.flatnonzero(layer == stratum) if strata is not None else slice(None)
        distinct = distinct_times(stop[inside][event[inside]])
        left[inside] = first + count_up_to(distinct, stop[inside])
        entered[inside] = first
        if start is not None:
            entered[inside] += count_up_to(distinct, start[inside])
        first += distinct.size
        times.append(distinct)
    return entered, left, np.concatenate(times)


def evaluate(rows: RiskSets, beta: Floats) -> Likelihood:
    """Log partial likelihood, score (p,) and information (p, p) at `beta` (p,)."""
    moments = weigh(rows, beta)
    if rows.weight is None:
        value = float(moments.linear[rows.failing].sum() - np.log(moments.total).sum() - moments.shift * rows.at.size)
        score = rows.failing_x.sum(axis=0) - moments.mean.sum(axis=0)
    else:
        own, place = rows.weight[rows.failing], rows.of_deaths
        value = float(own @ moments.linear[rows.failing] - place @ np.log(moments.total) - moments.shift * place.sum())
        score = own @ rows.failing_x - place @ moments.mean
    return Likelihood(value, score, _sum_variances(rows, moments, np.ones(rows.n_event_times)))


def maximize_partial_likelihood(rows: RiskSets) -> Fit | None:
    """Fit the Cox model of prepared rows; None where Newton's method fails."""
    return climb(lambda beta: evaluate(rows, beta), rows.x.shape[1])


def compute_weighted_information(rows: RiskSets, beta: Floats, weight: Floats) -> Floats:
    """The information (p, p) at `beta` with each event time's share multiplied by `weight` (event times,)."""
    return _sum_variances(rows, weigh(rows, beta), weight)


def compute_schoenfeld_sums(rows: RiskSets, beta: Floats) -> Floats:
    """Sum of covariates of the dead minus what the model expects, per event time: (event times, p)."""
    moments = weigh(rows, beta)
    return _sum_by(rows.at, rows.failing_x - moments.mean, rows.n_event_times)


def compute_score_residuals(rows: RiskSets, beta: Floats) -> Floats:
    """Each row's share in the score at `beta`: (rows, p), with Efron's treatment of ties as R's residuals(type="score", weighted=TRUE)."""
    moments = weigh(rows, beta)
    k = rows.n_event_times
    inverse = rows.of_deaths / moments.total
    hazard = count_at(rows.at, inverse, k)
    hazard_mean = _sum_by(rows.at, moments.mean * inverse[:, None], k)
    spared = count_at(rows.at, rows.order * inverse, k)
    spared_mean = _sum_by(rows.at, moments.mean * (rows.order * inverse)[:, None], k)
    expected = rows.x * accumulate(rows, hazard)[:, None] - accumulate(rows, hazard_mean)
    residuals = -moments.risk[:, None] * expected
    dead = rows.failing
    average = (_sum_by(rows.at, moments.mean, k) / rows.deaths[:, None])[rows.at]
    own = np.ones(dead.size) if rows.weight is None else rows.weight[dead]
    residuals[dead] += (rows.failing_x - average) * own[:, None]
    residuals[dead] += moments.risk[dead, None] * (rows.failing_x * spared[rows.at, None] - spared_mean[rows.at])
    return residuals


def weigh(rows: RiskSets, beta: Floats) -> Moments:
    """What each risk set weighs at `beta` (p,)."""
    linear = rows.x @ beta
    shift = float(linear.max(initial=-np.inf)) if linear.size else 0.0
    risk = np.exp(linear - shift)
    if rows.weight is not None:
        risk = risk * rows.weight
    zeroth, first = sum_at_risk(rows, risk), np.column_stack([sum_at_risk(rows, risk * c) for c in rows.x.T])
    dead = rows.failing
    k = rows.n_event_times
    dying = count_at(rows.at, risk[dead], k)
    dying_x = _sum_by(rows.at, rows.failing_x * risk[dead, None], k)
    total = zeroth[rows.at] - rows.order * dying[rows.at]
    mean = (first[rows.at] - rows.order[:, None] * dying_x[rows.at]) / total[:, None]
    return Moments(linear, risk, shift, total, mean)


def _sum_variances(rows: RiskSets, moments: Moments, weight: Floats) -> Floats:
    """Sum over deaths of the covariates' variance in the risk set, each event time times its weight."""
    k, own = rows.n_event_times, weight[rows.at] * rows.of_deaths
    share = moments.risk * accumulate(rows, count_at(rows.at, own / moments.total, k))
    spared = count_at(rows.at, own * rows.order / moments.total, k)
    share[rows.failing] -= moments.risk[rows.failing] * spared[rows.at]
    second = rows.x.T @ (rows.x * share[:, None])
    return np.asarray(second - moments.mean.T @ (moments.mean * own[:, None]))


def sum_at_risk(rows: RiskSets, weight: Floats) -> Floats:
    """Sum of `weight` (rows,) over those at risk, per event time."""
    k = rows.n_event_times
    still_here = _sum_beyond(rows.left, weight, k)
    return still_here if rows.entered is None else still_here - _sum_beyond(rows.entered, weight, k)


def _sum_beyond(position: Integers, weight: Floats, k: int) -> Floats:
    """Per event time, the sum over rows whose position comes after it. Summed from the end: the last sums stay exact."""
    return np.asarray(np.cumsum(count_at(position, weight, k + 1)[::-1])[::-1][1:])


def accumulate(rows: RiskSets, per_time: Floats) -> Floats:
    """Sum of `per_time` (event times, ...) over the event times at which each row is at risk."""
    total = np.concatenate([np.zeros((1, *per_time.shape[1:])), np.cumsum(per_time, axis=0)])
    return np.asarray(total[rows.left] if rows.entered is None else total[rows.left] - total[rows.entered])


def _sum_by(position: Integers, values: Floats, k: int) -> Floats:
    return np.column_stack([count_at(position, column, k) for column in values.T])


def count_at(position: Integers, weight: Floats, k: int) -> Floats:
    """Sum of `weight` by position among `k` event times: (k,)."""
    return np.bincount(position, weight, minlength=k).astype(np.float64, copy=False)
