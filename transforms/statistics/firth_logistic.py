"""Firth-penalized logistic regression, for likelihoods that have no maximum.

Belongs here: the calls to firthmodels, which fits and profiles, and the penalized likelihood with its errors and tests, which stay
valid where Wald's fail. Does not belong here: when to use it, which logistic.py decides by separation.py.

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Stat Med 2002;21:2409.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, Floats
from transforms.statistics.firth import Point, drop_at_zero
from transforms.statistics.model import Fit
from transforms.statistics.result import NotEstimable

# firthmodels' default tolerances leave 1e-6 in coefficients and 1e-4 in bounds; with tighter ones it converges as far, but may not
# say so. So: a default fit says whether there is a maximum, coefficients and bounds are those of a tight one.
_TIGHT: dict[str, Any] = {"gtol": 1e-8, "xtol": 1e-10, "max_iter": 500}
_BOUND_TOLERANCES = (1e-9, 1e-4)
_SINGULAR = reason("firth_too_few_for_covariates")


def fit_firth_logistic(matrix: Floats, outcome: Booleans, level: float) -> Fit | NotEstimable:
    """Firth's penalized logistic model of `matrix` (n, p); the intercept is added and comes last in the fit."""
    from firthmodels import FirthLogisticRegression

    outcomes = outcome.astype(int)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            usual = FirthLogisticRegression(backend="numpy").fit(matrix, outcomes)
            tight = FirthLogisticRegression(backend="numpy", **_TIGHT).fit(matrix, outcomes)
            return _collect(usual, tight, matrix, outcome, level)
    except np.linalg.LinAlgError:
        return NotEstimable(_SINGULAR)


def _collect(usual: Any, tight: Any, matrix: Floats, outcome: Booleans, level: float) -> Fit | NotEstimable:
    if not usual.converged_:
        return NotEstimable(reason("firth_does_not_converge"))
    best = tight if tight.loglik_ >= usual.loglik_ - 1e-9 else usual
    coefficients = np.append(best.coef_, best.intercept_)
    evaluate = partial(_evaluate, np.hstack([matrix, np.ones((outcome.size, 1))]), outcome.astype(np.float64))
    penalized_drop = partial(drop_at_zero, evaluate, coefficients)
    for i in range(coefficients.size):
        penalized_drop([i])
    return Fit(
        coefficients=coefficients,
        # Not firthmodels' own: it takes the information of the augmented data, which makes errors too small by a fiftieth.
        covariance=np.asarray(np.linalg.inv(evaluate(coefficients).information), dtype=np.float64),
        log_likelihood=float(best.loglik_),
        log_likelihood_null=_compute_null_logistic(matrix, outcome),
        profile_bounds=tuple(_find_bounds(best, i, level) for i in range(coefficients.size)),
        penalized_drop=penalized_drop,
    )


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


def _find_bounds(model: Any, position: int, level: float) -> tuple[float | None, float | None]:
    """Profile-likelihood bounds of one coefficient; None where the search finds none at any tolerance."""
    low: float | None = None
    high: float | None = None
    for tolerance in _BOUND_TOLERANCES:
        try:
            found = model.conf_int(alpha=1 - level, method="pl", features=[position], tol=tolerance, max_iter=500)
        except np.linalg.LinAlgError:  # the search ran to where the information vanishes
            continue
        bounds = np.ravel(found if np.shape(found)[0] == 1 else found[position])
        low = _finite(bounds[0]) if low is None else low
        high = _finite(bounds[1]) if high is None else high
    return low, high


def _compute_null_logistic(matrix: Floats, outcome: Booleans) -> float:
    """Penalized log likelihood with all coefficients but the intercept at 0, under the full model's penalty, as logistf.

    All subjects then share one probability s, the penalty is half of log det(X'X) + p log(s (1 - s)), and the maximum is at
    s = (events + p/2) / (n + p), with p counting the intercept.
    """
    full = np.hstack([np.ones((outcome.size, 1)), matrix])
    n, p, events = outcome.size, full.shape[1], int(outcome.sum())
    share = (events + p / 2) / (n + p)
    likelihood = events * np.log(share) + (n - events) * np.log(1 - share)
    return float(likelihood + 0.5 * (np.linalg.slogdet(full.T @ full)[1] + p * np.log(share * (1 - share))))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
