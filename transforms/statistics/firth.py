"""Firth-penalized fits, for likelihoods that have no maximum.

Belongs here: the calls to firthmodels, with profile-likelihood intervals and penalized likelihood-ratio p values, which stay
valid where Wald's fail. Does not belong here: when to use them (cox.py and logistic.py decide by separation.py).

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Biometrics 2001;57:114 (Cox), Stat Med 2002;21:2409 (logistic).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from transforms.statistics.arrays import Booleans, Floats
from transforms.statistics.model import Fit
from transforms.statistics.result import NotEstimable


def fit_firth_cox(matrix: Floats, time: Floats, event: Booleans, level: float) -> Fit | NotEstimable:
    """Firth's penalized Cox model of `matrix` (n, p); ties after Breslow. NotEstimable where it does not converge."""
    from firthmodels import FirthCoxPH

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = FirthCoxPH(backend="numpy").fit(matrix, (event, time))
        null = model._compute_quantities(np.zeros(matrix.shape[1])).loglik
        return _collect(model, matrix.shape[1], null, level)


def fit_firth_logistic(matrix: Floats, outcome: Booleans, level: float) -> Fit | NotEstimable:
    """Firth's penalized logistic model of `matrix` (n, p); the intercept is added and comes last in the fit."""
    from firthmodels import FirthLogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = FirthLogisticRegression(backend="numpy").fit(matrix, outcome.astype(int))
        return _collect(model, matrix.shape[1] + 1, _compute_null_logistic(matrix, outcome), level)


def _collect(model: Any, p: int, null: float, level: float) -> Fit | NotEstimable:
    if not model.converged_:
        return NotEstimable("even the Firth-penalized model does not converge")
    model.lrt()
    bounds = np.asarray(model.conf_int(alpha=1 - level, method="pl"), dtype=np.float64)
    coefficients = np.asarray(model.coef_, dtype=np.float64).ravel()
    if coefficients.size < p:
        coefficients = np.append(coefficients, model.intercept_)
    p_values = np.asarray(model.lrt_pvalues_, dtype=np.float64)
    if not np.isfinite(p_values).all():
        return NotEstimable("the Firth-penalized model's likelihood-ratio test does not converge")
    return Fit(
        coefficients=coefficients,
        covariance=np.asarray(model._cov, dtype=np.float64),
        log_likelihood=float(model.loglik_),
        log_likelihood_null=null,
        profile_bounds=tuple((_finite(low), _finite(high)) for low, high in bounds),
        profile_p=tuple(float(value) for value in p_values),
    )


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
