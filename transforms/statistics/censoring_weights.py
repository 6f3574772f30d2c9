"""Weights for questions that randomization would answer: had nobody been transplanted; transplant within 100 days, or not.

Whoever leaves the strategy is censored then, and those who stay stand for them: each counts by the inverse of the probability to have
stayed, given covariates known at the origin. That is right where these covariates hold all that leads to transplant and to the
event (exchangeability), and where everybody could have stayed (positivity), which the smallest probability shows.

Sources: Robins and Finkelstein, Biometrics 2000;56:779; Hernan, Am J Epidemiol 2018;188:1049 and Cain et al., Int J Biostat 2010;6:18
(clones); equal to R's coxph, glm and survfit(weights) put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_causes,
    check_kind,
    check_known,
    check_number,
    tie_times,
)
from transforms.statistics.cox import is_suspicious
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.logistic import fit_logistic
from transforms.statistics.partial_likelihood import count_at, maximize_partial_likelihood, weigh
from transforms.statistics.result import NotEstimable
from transforms.statistics.separation import find_monotone_columns
from transforms.statistics.weighted_rows import WeightedRows, WeightSummary, cut_follow_up, sum_up_weights

# Beyond, the rows take gigabytes: who has so many subjects rounds the days of exposure first.
_MOST_ROWS = 50_000_000


@dataclass(frozen=True)
class Weighting:
    """Follow-up under one strategy, weighted for those who left it.

    `n` subjects with all covariates known, `n_missing` left out, `n_left` censored for leaving the strategy. `summary` describes the weights.
    """

    rows: WeightedRows
    summary: WeightSummary
    n: int
    n_missing: int
    n_left: int


@dataclass(frozen=True)
class WeightedStrategies:
    """Two strategies of which each subject is a clone in both until it leaves one: exposed by a day, and not exposed by it.

    `n_exposed` subjects were exposed by then, of `n_at_risk` event-free and followed beyond it.
    """

    exposed: Weighting
    unexposed: Weighting
    by: float
    n_exposed: int
    n_at_risk: int


@dataclass(frozen=True)
class _Given:
    """Complete cases: `who` (k,) are their positions among `total` subjects. `first` marks those exposed before anything else happened."""

    who: Integers
    time: Floats
    cause: Integers
    begins: Floats
    first: Booleans
    design: Design
    total: int

    @property
    def n_missing(self) -> int:
        return self.total - int(self.who.size)


def weigh_unexposed(
    time: ArrayLike, event: ArrayLike, begins: Sequence[float | None], design: Design
) -> Weighting | NotEstimable:
    """Follow-up had nobody been exposed, such as transplanted: censored at exposure, the others weighted for it.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    begins : sequence of length n
        Time at which the exposure began, same unit; None for never. If it began on the day of the event, the event came
        first.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.

    Returns
    -------
    Weighting | NotEstimable
        Rows of follow-up with weights. Not estimable if nobody is exposed, or if the model has no finite estimate
        because at some level nobody, or everybody, is exposed.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    Notes
    -----
    The hazard of exposure comes from a Cox model (ties by Efron). A row's weight is the marginal probability to be
    unexposed so far over the one given the covariates (stabilized: near 1 on average).

    References
    ----------
    See the head of the module.
    """
    given = _read(time, event, begins, design)
    if not given.first.any():
        return NotEstimable(reason("nobody_exposed"))
    found = _exposure_hazard(given, given.first, np.minimum(given.time, given.begins))
    if isinstance(found, NotEstimable):
        return found
    jumps, hazard, plain, risk = found
    stop = np.where(given.first, given.begins, given.time)
    cause = np.where(given.first, 0, given.cause)
    _check_work(jumps, stop)
    owner, start, until, what, passed = cut_follow_up(np.arange(stop.size), stop, cause, jumps)
    before, marginal = np.append(0.0, hazard)[passed] * risk[owner], np.append(0.0, plain)[passed]
    rows = WeightedRows(given.who[owner], start, until, what, np.exp(before - marginal), given.total)
    return Weighting(
        rows, sum_up_weights(rows.weight, np.exp(-before)), given.who.size, given.n_missing, int(given.first.sum())
    )


def weigh_strategies(
    time: ArrayLike, event: ArrayLike, begins: Sequence[float | None], design: Design, *, by: float
) -> WeightedStrategies | NotEstimable:
    """Exposed by a day, or not exposed by it: every subject is a clone in both strategies, censored when it leaves one.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    begins : sequence of length n
        Time at which the exposure began, same unit; None for never.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    by : float
        Time by which exposure has begun or has not, > 0.

    Returns
    -------
    WeightedStrategies | NotEstimable
        Weighted rows of both strategies. Not estimable if nobody, everybody or only one subject is exposed by the time,
        or if a model has no finite estimate.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    Notes
    -----
    Unexposed: clones are censored at an exposure by that time; a row's weight is 1 over the probability to be unexposed
    so far (Cox, Efron), constant afterwards. Exposed: clones not exposed by the time are censored at it; from then on a
    row's weight is 1 over the probability to be exposed by the time among those event-free and followed beyond it
    (logistic). Events up to the time count in both.

    References
    ----------
    See the head of the module.
    """
    if not check_number(by, "by") > 0:
        raise ValueError(f"by must be positive, got {by}")
    given = _read(time, event, begins, design)
    (day,), _ = tie_times(np.array([float(by)]), given.time)
    in_time = given.first & (given.begins <= day)
    beyond = given.time > day
    if not (in_time & beyond).any() or not (~in_time & beyond).any():
        return NotEstimable(reason("everybody_exposed" if (in_time & beyond).any() else "nobody_exposed"))
    if int((in_time & beyond).sum()) < 2:
        return NotEstimable(reason("single_exposed"))
    found = _exposure_hazard(given, in_time, np.minimum(np.minimum(given.time, given.begins), day))
    if isinstance(found, NotEstimable):
        return found
    chance = _chance_exposed(given, in_time, beyond)
    if isinstance(chance, NotEstimable):
        return chance
    jumps, hazard, _, risk = found
    stop, cause = np.where(in_time, given.begins, given.time), np.where(in_time, 0, given.cause)
    _check_work(jumps, stop)
    owner, start, until, what, passed = cut_follow_up(np.arange(stop.size), stop, cause, jumps)
    before = np.append(0.0, hazard)[passed] * risk[owner]
    without = WeightedRows(given.who[owner], start, until, what, np.exp(before), given.total)
    left = ~in_time & beyond
    owner, start, until, what, late = cut_follow_up(
        np.arange(stop.size),
        np.where(left, day, given.time),
        np.where(left, 0, given.cause),
        np.array([day]),
    )
    probability = np.where(late > 0, chance[owner], 1.0)
    with_it = WeightedRows(given.who[owner], start, until, what, 1 / probability, given.total)
    n, missing = int(given.who.size), given.n_missing
    return WeightedStrategies(
        exposed=Weighting(with_it, sum_up_weights(with_it.weight, probability), n, missing, int(left.sum())),
        unexposed=Weighting(without, sum_up_weights(without.weight, np.exp(-before)), n, missing, int(in_time.sum())),
        by=by,
        n_exposed=int(in_time.sum()),
        n_at_risk=int(beyond.sum()),
    )


def _read(time: ArrayLike, event: ArrayLike, begins: Sequence[float | None], design: Design) -> _Given:
    times, causes = check_causes(time, event)
    starts = check_known(begins, "begins")
    # None says never; a NaN does not say whether.
    if starts.shape != times.shape or np.isnan(starts).sum() != sum(begin is None for begin in begins):
        raise ValueError("begins must hold a time or None for each subject")
    if len(check_kind(design, Design, "design")) != times.size:
        raise ValueError(f"design and time differ in length: {len(design)} and {times.size}")
    known = np.isfinite(starts)
    flat, times = tie_times(np.maximum(starts[known], 0.0), times)
    starts = np.full(times.size, np.inf)
    starts[known] = flat
    first = (starts < times) | ((starts == times) & (causes == 0))
    kept = design.complete
    return _Given(
        np.flatnonzero(kept), times[kept], causes[kept], starts[kept], first[kept], design.take(kept), times.size
    )


def _exposure_hazard(
    given: _Given, exposed: Booleans, until: Floats
) -> tuple[Floats, Floats, Floats, Floats] | NotEstimable:
    """Days of exposure (J,), cumulative baseline hazard after each, that without covariates, and each subject's relative risk (k,)."""
    rows = gather_cox_rows(given.design, None, until, exposed)
    if rows.impossible:
        return NotEstimable(rows.impossible)
    sets = rows.risk_sets
    fit = maximize_partial_likelihood(sets)
    if fit is None or is_suspicious(fit, rows.design.matrix):
        endless = find_monotone_columns(sets)
        if endless:
            return NotEstimable(reason("no_positivity", names=[rows.design.columns[i].name for i in endless]))
    if fit is None:
        return NotEstimable(reason("cox_does_not_converge"))
    # Columns that no risk set differs in move no weight.
    adjusted, plain = weigh(sets, fit.coefficients), weigh(sets, np.zeros_like(fit.coefficients))
    hazard, marginal = (np.cumsum(count_at(sets.at, 1 / one.total, sets.n_event_times)) for one in (adjusted, plain))
    return sets.time, hazard, marginal, adjusted.risk


def _chance_exposed(given: _Given, in_time: Booleans, beyond: Booleans) -> Floats | NotEstimable:
    """The probability (k,) to be exposed by the day given covariates, from those event-free and followed beyond it."""
    fit = fit_logistic(in_time[beyond], given.design.take(beyond))
    if isinstance(fit, NotEstimable):
        return fit
    if fit.penalized or fit.intercept is None:
        return NotEstimable(reason("no_positivity", names=list(dict.fromkeys(term.variable for term in fit.terms))))
    linear = np.full(given.time.size, fit.intercept.coefficient)
    for term in fit.terms:
        place = next(
            i
            for i, column in enumerate(given.design.columns)
            if (column.variable, column.level) == (term.variable, term.level)
        )
        linear += term.coefficient * given.design.matrix[:, place]
    return np.asarray(expit(linear))


def _check_work(jumps: Floats, stop: Floats) -> None:
    if jumps.size * stop.size > _MOST_ROWS:
        raise ValueError(
            f"{stop.size} subjects and {jumps.size} days of exposure are too many to weigh: round the days of exposure first"
        )
