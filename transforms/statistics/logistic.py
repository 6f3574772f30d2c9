"""Logistic regression: odds ratios of a yes-or-no outcome, such as complete remission.

Belongs here: the binary-outcome model. Its effect is an odds ratio and is called so. statsmodels fits the model.
"""

from __future__ import annotations

import warnings
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import Booleans, Floats, check_kind, check_method, check_outcome, check_share
from transforms.statistics.design import Column, Design, describe_late, split_estimable
from transforms.statistics.firth_logistic import fit_firth_logistic
from transforms.statistics.model import (
    Fit,
    Model,
    compute_joint_tests,
    compute_likelihood_ratio,
    compute_score,
    compute_wald,
    count_levels,
    describe_terms,
    warn_on_left_out,
    warn_on_size,
)
from transforms.statistics.newton import Likelihood
from transforms.statistics.profile import RatioInterval, add_profile
from transforms.statistics.result import NotEstimable, TestResult
from transforms.statistics.separation import find_separated_columns

MAXIMUM_LIKELIHOOD = "logistic/maximum-likelihood/wald"
PROFILED = "logistic/maximum-likelihood/profile"
FIRTH = "firth-logistic/profile-likelihood"

_INTERCEPT = Column("(intercept)")


def fit_logistic(
    outcome: ArrayLike, design: Design, *, interval: RatioInterval = "Wald", confidence: float = 0.95
) -> Model | NotEstimable:
    """Fit a logistic model; odds ratios with Wald or profile-likelihood intervals.

    Parameters
    ----------
    outcome : array (n,)
        1 or True for the outcome modeled.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    interval : str
        "Wald", or "profile": all values whose likelihood lies within the chi-square quantile of the maximum. Its p
        values are of likelihood ratios.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model with `terms[i].ratio` an odds ratio, > 1 a more likely outcome; `intercept` apart. Under separation (a
        level in which all or none have the outcome) the model is Firth-penalized with profile-likelihood intervals;
        `penalized` is True and `method` and `warnings` say so. Not estimable without complete subjects, if all or none
        have the outcome, or if no covariate varies.

    Raises
    ------
    ValueError
        Unequal lengths, or an outcome that is neither 0 nor 1.

    References
    ----------
    McCullagh and Nelder 1989, ch. 4; equal to R's glm(binomial). Firth: Heinze and Schemper 2002, as R's logistf.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> design = st.build_design([st.Numeric("blasts", [5, 60, 20, 80, 40, 10, 70, 30])])
    >>> model = st.fit_logistic([1, 0, 1, 0, 0, 1, 1, 1], design)
    >>> round(model.terms[0].ratio.value, 4)
    0.9411
    """
    check_share(confidence)
    check_method(interval, get_args(RatioInterval), "interval")
    given = check_outcome(outcome, "outcome")
    check_kind(design, Design, "design")
    if given.shape != (len(design),):
        raise ValueError(f"outcome must hold 0 or 1 for each of {len(design)} subjects")
    complete = design.complete
    outcomes = given[complete]
    usable, left_out = split_estimable(design.take(complete))
    if impossible := _explain_impossible(outcomes, usable):
        return NotEstimable(impossible)
    # A column far from 0, such as a year, all but repeats the intercept: centered, it does not.
    centers = usable.matrix.mean(axis=0)
    centered = np.hstack([usable.matrix - centers, np.ones((outcomes.size, 1))])
    separated = find_separated_columns(centered, outcomes)
    if separated:
        fit = fit_firth_logistic(usable.matrix, outcomes, confidence)
    else:
        fit = _fit_statsmodels(centered, centers, outcomes)
    if isinstance(fit, NotEstimable):
        return fit
    if interval == "profile" and not separated:
        fit = _add_profile(fit, centered, centers, outcomes, confidence)
    return _assemble(fit, usable, outcomes, confidence, int((~complete).sum()), left_out, separated)


def _add_profile(fit: Fit, centered: Floats, centers: Floats, outcomes: Booleans, confidence: float) -> Fit:
    """The fit with profiles of its coefficients, the intercept where all covariates are 0."""
    turn = np.eye(centers.size + 1)
    turn[-1, :-1] = centers

    def evaluate(beta: Floats) -> Likelihood:
        linear = centered @ (turn @ beta)
        share = expit(linear)
        score = centered.T @ (outcomes - share)
        information = centered.T @ (centered * (share * (1 - share))[:, None])
        value = float(linear[outcomes].sum() - np.logaddexp(0.0, linear).sum())
        return Likelihood(value, turn.T @ score, turn.T @ information @ turn)

    return add_profile(fit, evaluate, confidence)


def _explain_impossible(outcomes: Booleans, usable: Design) -> Reason | None:
    if outcomes.size == 0:
        return reason("covariates_unknown")
    if outcomes.all() or not outcomes.any():
        return reason("same_outcome_with_covariates")
    if usable.late:
        return describe_late(usable.late)
    if not usable.columns:
        return reason("same_covariates")
    return None


def _assemble(
    fit: Fit,
    usable: Design,
    outcomes: Booleans,
    confidence: float,
    n_missing: int,
    left_out: tuple[Column, ...],
    separated: list[int],
) -> Model:
    columns = (*usable.columns, _INTERCEPT)
    profiled = fit.profile_bounds is not None and not separated
    method = FIRTH if separated else PROFILED if profiled else MAXIMUM_LIKELIHOOD
    n, n_events = len(usable), int(outcomes.sum())
    terms = describe_terms(fit, columns, confidence=confidence, method=method, n=n, events=n_events)
    endless = [columns[i].name for i in separated if i < len(usable.columns)] or ["intercept"]
    penalty = (reason("firth_logistic", names=endless),) if separated else ()
    tests = compute_joint_tests(fit, columns)
    slopes = Fit(fit.coefficients[:-1], fit.covariance[:-1, :-1], fit.log_likelihood, fit.log_likelihood_null)
    return Model(
        effect="odds ratio",
        method=method,
        penalized=bool(separated),
        n=n,
        events=n_events,
        n_missing=n_missing,
        terms=terms[:-1],
        variable_tests={name: test for name, test in tests.items() if name != _INTERCEPT.variable},
        levels=count_levels(usable, outcomes),
        log_likelihood=fit.log_likelihood,
        log_likelihood_null=fit.log_likelihood_null,
        likelihood_ratio=compute_likelihood_ratio(slopes, n, penalized=bool(separated)),
        intercept=terms[-1],
        not_estimable=left_out,
        # The rarer outcome limits a logistic model.
        warnings=penalty + warn_on_left_out(left_out) + warn_on_size(min(n_events, n - n_events), len(usable.columns)),
        wald=None if separated else compute_wald(slopes, n),
        score=None if separated else _compute_score(usable.matrix, outcomes),
        covariance=slopes.covariance,
    )


def _compute_score(matrix: Floats, outcomes: Booleans) -> TestResult:
    """Rao's test: all subjects share one probability but for the covariates."""
    centered, share = matrix - matrix.mean(axis=0), float(outcomes.mean())
    score = centered.T @ (outcomes - share)
    return compute_score(score, share * (1 - share) * centered.T @ centered, outcomes.size)


def _fit_statsmodels(centered: Floats, centers: Floats, outcomes: Booleans) -> Fit | NotEstimable:
    """The fit with the intercept where all covariates are 0, though it is made where they have their means."""
    from statsmodels.discrete.discrete_model import Logit  # 3 s to import: only when a model is asked for

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = Logit(outcomes.astype(np.float64), centered).fit(method="newton", tol=1e-14, maxiter=100, disp=0)
        except np.linalg.LinAlgError:
            return NotEstimable(reason("logistic_does_not_converge"))
    back = np.eye(centers.size + 1)
    back[-1, :-1] = -centers
    coefficients, covariance = back @ np.asarray(result.params), back @ np.asarray(result.cov_params()) @ back.T
    if not (np.isfinite(coefficients).all() and np.isfinite(covariance).all() and (np.diag(covariance) > 0).all()):
        return NotEstimable(reason("logistic_does_not_converge"))
    share = outcomes.mean()
    null = float(outcomes.size * (share * np.log(share) + (1 - share) * np.log(1 - share)))
    return Fit(coefficients, covariance, float(result.llf), null)
