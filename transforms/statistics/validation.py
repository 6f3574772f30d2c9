"""How much of a model's promise is its own data's: optimism by bootstrap, shrinkage, calibration over time.

Belongs here: what a Cox model that was fitted and judged on the same subjects has to be taken back by. Scores of predictions at one time are
in brier.py.

Sources: Harrell, Lee and Mark, Stat Med 1996;15:361 (optimism); van Houwelingen and le Cessie, Stat Med 1990;9:1303 (shrinkage); equal to R's
coxph and concordance on the same resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_count,
    check_finite,
    check_kind,
    check_survival,
)
from transforms.statistics.concordance import compute_concordance
from transforms.statistics.cox import is_suspicious
from transforms.statistics.design import Design
from transforms.statistics.kaplan_meier import kaplan_meier, survival_at
from transforms.statistics.model import Fit, Model
from transforms.statistics.newton import climb
from transforms.statistics.partial_likelihood import RiskSets, evaluate, prepare_risk_sets
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.separation import find_monotone_columns

_MOST_GROUPS, _MOST_RESAMPLES = 100, 10_000


@dataclass(frozen=True)
class Validation:
    """What a Cox model promises, and what is left of it.

    `concordance` in the subjects it was fitted to; `optimism` by how much that is more than in subjects it was not; `corrected` their difference.
    `slope` is the mean slope of what models of the resamples predict in all subjects: below 1 they promise too much; `shrinkage` the same
    without resampling, 1 less the coefficients over the likelihood-ratio statistic (0 at least). `events_per_parameter` counts coefficients.
    Of `resamples` drawn, `n_failed` had no finite estimate and are left out.
    """

    concordance: float
    optimism: float
    corrected: float
    slope: float
    shrinkage: float
    events_per_parameter: float
    n: int
    events: int
    resamples: int
    n_failed: int


@dataclass(frozen=True)
class CalibrationGroup:
    """Subjects of like predicted survival: how many, the mean of what was predicted, and what was observed (Kaplan-Meier)."""

    n: int
    predicted: float
    observed: Estimate | NotEstimable


@dataclass(frozen=True)
class ShrunkRatio:
    """A ratio taken back by what the likelihood-ratio statistic says of its own data's part: `factor` times its logarithm."""

    factor: float
    ratio: float


def shrink_ratio(model: Model, variable: str) -> ShrunkRatio:
    """The ratio of a variable, shrunk by the heuristic factor.

    Parameters
    ----------
    model : Model
        A fitted model of any kind.
    variable : str
        A variable with one column.

    Returns
    -------
    ShrunkRatio
        The raw and the shrunk ratio, with the factor.

    Raises
    ------
    ValueError
        A variable that the model does not have, or with several columns.

    Notes
    -----
    The factor is 1 less the number of coefficients over the likelihood-ratio statistic, at least 0. A cut chosen from
    the data deserves this besides a corrected p value; the search inflates the ratio further, so this is the least
    correction.
    """
    check_kind(model, Model, "model")
    own = [term for term in model.terms if term.variable == variable]
    if len(own) != 1:
        raise ValueError(f"variable must be one column of the model, got {variable!r}")
    statistic = model.likelihood_ratio.statistic or 0.0
    factor = max(0.0, 1 - len(model.terms) / statistic) if statistic > 0 else 0.0
    return ShrunkRatio(factor, float(np.exp(factor * own[0].coefficient)))


def validate_cox(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    *,
    resamples: int = 200,
    seed: int = 1,
    samples: Sequence[Sequence[int]] | None = None,
) -> Validation | NotEstimable:
    """Judge a Cox model (ties by Efron) by resampling its subjects.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    resamples : int
        Bootstrap samples drawn.
    seed : int
        Seed of the random numbers.
    samples : array (k, n), optional
        Positions among the complete cases to use instead of random samples.

    Returns
    -------
    Validation | NotEstimable
        Apparent and optimism-corrected concordance, slope and shrinkage. Not estimable if the model, or every resample,
        has no finite estimate.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    Notes
    -----
    Only complete cases are used.

    References
    ----------
    Harrell, Lee and Mark, Stat Med 1996;15:361.
    """
    times, events = check_survival(time, event)
    if len(check_kind(design, Design, "design")) != times.size:
        raise ValueError(f"design and time differ in length: {len(design)} and {times.size}")
    if not 1 <= check_count(resamples, "resamples") <= _MOST_RESAMPLES:
        raise ValueError(f"resamples must be 1 to {_MOST_RESAMPLES}")
    check_count(seed, "seed")
    kept = design.complete
    x, times, events = design.take(kept).matrix, times[kept], events[kept]
    if not times.size:
        return NotEstimable(reason("covariates_unknown"))
    if not events.any():
        return NotEstimable(reason("no_events_with_covariates"))
    drawn = _draw(times.size, int(resamples), int(seed)) if samples is None else _read_samples(samples, times.size)
    own = _fit(x, times, events)
    if own is None:
        return NotEstimable(reason("no_finite_model"))
    apparent = compute_concordance(x @ own.coefficients, None, times, events, None)
    judged = [one for rows in drawn if (one := _judge(x, times, events, rows)) is not None]
    if apparent is None or not judged:
        return NotEstimable(reason("no_finite_model"))
    optimism, slope = (float(np.mean(column)) for column in zip(*judged, strict=True))
    statistic = 2 * (own.log_likelihood - own.log_likelihood_null)
    p = x.shape[1]
    return Validation(
        concordance=apparent,
        optimism=optimism,
        corrected=apparent - optimism,
        slope=slope,
        shrinkage=max(0.0, 1 - p / statistic) if statistic > 0 else 0.0,
        events_per_parameter=float(events.sum()) / p,
        n=int(times.size),
        events=int(events.sum()),
        resamples=len(drawn),
        n_failed=len(drawn) - len(judged),
    )


def calibrate_at(
    time: ArrayLike, event: ArrayLike, predicted: ArrayLike, t: float, *, groups: int = 4
) -> tuple[CalibrationGroup, ...] | NotEstimable:
    """Predicted against observed survival at a time, in groups of like prediction, the lowest first.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    predicted : array (n,)
        Predicted probability of each subject to be free of the event at `t`.
    t : float
        Time, in the unit of `time`.
    groups : int
        Number of groups, cut at quantiles of the predictions (R's type 7); fewer if many predictions are alike.

    Returns
    -------
    tuple[CalibrationGroup, ...] | NotEstimable
        Predicted and observed survival by group, the lowest prediction first. Not estimable without subjects.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.
    """
    times, events = check_survival(time, event)
    shares = check_finite(predicted, "predicted")
    if shares.shape != times.shape or (shares < 0).any() or (shares > 1).any():
        raise ValueError(f"predicted must hold one probability for each of {times.size} subjects")
    if not 1 <= check_count(groups, "groups") <= _MOST_GROUPS:
        raise ValueError(f"groups must be 1 to {_MOST_GROUPS}")
    if not times.size:
        return NotEstimable(reason("no_subjects"))
    edges = np.unique(np.quantile(shares, np.linspace(0, 1, int(groups) + 1)))
    # Right-closed, the lowest value in the first group, as R's cut(include.lowest).
    place = np.clip(np.searchsorted(edges, shares, side="left") - 1, 0, max(edges.size - 2, 0))
    found = []
    for group in np.unique(place):
        inside = place == group
        curve = kaplan_meier(times[inside], events[inside])
        observed = curve if isinstance(curve, NotEstimable) else survival_at(curve, t)
        found.append(CalibrationGroup(int(inside.sum()), float(shares[inside].mean()), observed))
    return tuple(found)


def _draw(n: int, resamples: int, seed: int) -> Integers:
    return np.random.default_rng(seed).integers(0, n, (resamples, n))


def _read_samples(samples: Sequence[Sequence[int]], n: int) -> Integers:
    if isinstance(samples, str) or not hasattr(samples, "__len__") or not len(samples):
        raise ValueError("samples must hold rows of positions")
    rows = np.stack([check_finite(row, "samples") for row in samples])
    if (rows != np.floor(rows)).any() or (rows < 0).any() or (rows >= n).any():
        raise ValueError(f"samples must hold positions from 0 to {n - 1}")
    return rows.astype(np.int64)


def _fit(x: Floats, times: Floats, events: Booleans) -> Fit | None:
    """The model of some subjects; None where it has no finite estimate."""
    if not events.any():
        return None
    sets: RiskSets = prepare_risk_sets(x, None, times, events)
    try:
        fit = climb(lambda beta: evaluate(sets, beta), x.shape[1])
    except np.linalg.LinAlgError:
        return None
    if fit is None or not np.isfinite(fit.covariance).all():
        return None
    return None if is_suspicious(fit, x) and find_monotone_columns(sets) else fit


def _judge(x: Floats, times: Floats, events: Booleans, rows: Integers) -> tuple[float, float] | None:
    """Optimism of the concordance, and slope in all subjects, of the model of one resample; None where it has no finite estimate."""
    fit = _fit(x[rows], times[rows], events[rows])
    if fit is None:
        return None
    risk = x @ fit.coefficients
    inside = compute_concordance(risk[rows], None, times[rows], events[rows], None)
    outside = compute_concordance(risk, None, times, events, None)
    again = _fit(risk[:, None], times, events)
    if inside is None or outside is None or again is None:
        return None
    return inside - outside, float(again.coefficients[0])
