"""Firth-penalized logistic regression, for likelihoods that have no maximum.

Belongs here: the penalized likelihood. Its search, bounds and tests are in firth.py. When to use it logistic.py decides by
separation.py.

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Stat Med 2002;21:2409.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy.special import expit

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, Floats
from transforms.statistics.firth import Penalized, Point, climb, drop_at_zero, find_bounds
from transforms.statistics.model import Fit
from transforms.statistics.result import NotEstimable

_SINGULAR = reason("firth_too_few_for_covariates")


def fit_firth_logistic(matrix: Floats, outcome: Booleans, confidence: float) -> Fit | NotEstimable:
    """Firth's penalized logistic model of `matrix` (n, p), full rank; the intercept is added and comes last in the fit.

    Fitted on columns of mean 0 and spread 1: one far from 0, such as a year, all but repeats the intercept.
    """
    with np.errstate(all="ignore"):
        try:
            return _fit(matrix, outcome.astype(np.float64), confidence)
        except np.linalg.LinAlgError:
            return NotEstimable(_SINGULAR)


def _fit(matrix: Floats, outcome: Floats, confidence: float) -> Fit:
    p = matrix.shape[1]
    centers, spreads = matrix.mean(axis=0), matrix.std(axis=0)
    ones = np.ones((len(matrix), 1))
    scaled = partial(_evaluate, np.hstack([(matrix - centers) / spreads, ones]), outcome)
    back = np.diag(np.append(1 / spreads, 1.0))
    back[-1, :-1] = -centers / spreads
    # The intercept's own bounds and test alone need it where it is, at covariates of 0.
    given = partial(_turn, scaled, np.linalg.inv(back))

    top = climb(scaled, np.zeros(p + 1), range(p + 1))
    best = back @ top
    covariance = back @ np.linalg.inv(scaled(top).information) @ back.T
    errors = np.sqrt(np.diag(covariance))
    slopes = [find_bounds(scaled, top, j, confidence, float(errors[j] * spreads[j])) for j in range(p)]
    unscale = float(np.log(spreads).sum())
    return Fit(
        coefficients=best,
        covariance=np.asarray(covariance, dtype=np.float64),
        log_likelihood=scaled(top).value + unscale,
        log_likelihood_null=scaled(climb(scaled, np.zeros(p + 1), [p])).value + unscale,
        profile_bounds=(
            *(tuple(None if b is None else b / spreads[j] for b in slopes[j]) for j in range(p)),  # type: ignore[arg-type]
            find_bounds(given, best, p, confidence, float(errors[p])),
        ),
        held_drop=partial(_drop, scaled, top, given, best),
    )


def _drop(scaled: Penalized, top: Floats, given: Penalized, best: Floats, columns: Sequence[int]) -> float:
    """Twice the loss where the coefficients of `columns` are held at 0; the intercept, which is last, where the columns are 0."""
    if best.size - 1 not in columns:
        return drop_at_zero(scaled, top, columns)
    return drop_at_zero(given, best, columns, start=np.zeros_like(best))


def _turn(evaluate: Penalized, turn: Floats, beta: Floats) -> Point:
    """The same likelihood of other coefficients: `turn` (p, p) takes them to those of `evaluate`."""
    point = evaluate(turn @ beta)
    return Point(point.value, turn.T @ point.score, turn.T @ point.information @ turn)


def _evaluate(matrix: Floats, outcome: Floats, beta: Floats) -> Point:
    """Penalized log likelihood, its score (p,) and the information (p, p); `matrix` (n, p) with the intercept."""
    linear = matrix @ beta
    share = expit(linear)
    weight = share * (1 - share)
    information = matrix.T @ (matrix * weight[:, None])
    sign, logarithm = np.linalg.slogdet(information)
    if sign <= 0 or not np.isfinite(logarithm):
        raise np.linalg.LinAlgError("the information has vanished")
    leverage = weight * ((matrix @ np.linalg.inv(information)) * matrix).sum(axis=1)
    score = matrix.T @ (outcome - share + leverage * (0.5 - share))
    value = float(outcome @ linear - np.logaddexp(0.0, linear).sum())
    return Point(value + 0.5 * float(logarithm), score, information)
