"""Cox regression: hazard ratios of risk factors known at the time origin.

Belongs here: the fixed-covariate model. A covariate known only later (transplant, consolidation) must not enter here, since
that is immortal-time bias: see cox_time_dependent.py. lifelines fits the model.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Booleans, Floats, check_level, check_survival
from transforms.statistics.counting_process import find_informative_columns, maximize_partial_likelihood
from transforms.statistics.design import Column, Design, split_estimable
from transforms.statistics.firth import fit_firth_cox
from transforms.statistics.model import (
    Fit,
    Model,
    compute_joint_tests,
    compute_likelihood_ratio,
    count_levels,
    describe_terms,
    warn_on_left_out,
    warn_on_size,
)
from transforms.statistics.result import NotEstimable
from transforms.statistics.separation import find_monotone_columns

EFRON = "Cox, Efron ties, Wald interval"
FIRTH = "Firth-penalized Cox, Breslow ties, profile-likelihood interval"

# lifelines stops on the Newton decrement, about the squared distance from R's optimum: its default leaves 6e-5 in a
# coefficient, 1e-12 still 2e-6 (30 subjects), 1e-20 none.
_PRECISION = {"precision": 1e-20, "r_precision": 1e-16, "max_steps": 100}

# A covariate whose coefficient is this uncertain over its whole range has, in practice, no finite estimate.
_SUSPICIOUS_ERROR = 20.0


def fit_cox(time: ArrayLike, event: ArrayLike, design: Design, *, level: float = 0.95) -> Model | NotEstimable:
    """Fit a Cox proportional-hazards model; hazard ratios with Wald intervals, ties after Efron.

    Parameters
    ----------
    time: shape (n,), time from origin to event or censoring, any unit. event: shape (n,), 1 where the event happened.
    design: covariates of the same n subjects (build_design). Subjects with a missing covariate are left out and counted.
    level: two-sided confidence level.

    Returns a Model (`terms[i].ratio` a hazard ratio, > 1 a higher hazard). Where the partial likelihood is monotone (a level
    without events) the model is Firth-penalized with profile-likelihood intervals, says so in `method` and `warnings`, and
    `penalized` is True. NotEstimable for no complete subject, no events, or covariates that do not vary.
    Raises ValueError for impossible input or unequal lengths.
    Source: Cox, J R Stat Soc B 1972;34:187; Efron, JASA 1977;72:557; equal to R's coxph. Firth: Heinze and Schemper 2001.
    """
    check_level(level)
    times, events = check_survival(time, event)
    if len(design) != times.size:
        raise ValueError(f"design and time differ in length: {len(design)} and {times.size}")
    complete = design.complete
    times, events = times[complete], events[complete]
    start = np.full(times.size, -1.0)
    usable, left_out = split_informative(design.take(complete), start, times, events)
    reason = explain_impossible(times.size, int(events.sum()), usable)
    if reason:
        return NotEstimable(reason)
    monotone: list[int] = []
    fit: Fit | NotEstimable | None = _fit_lifelines(usable.matrix, times, events)
    if not isinstance(fit, Fit) or is_suspicious(fit, usable.matrix):
        monotone = find_monotone_columns(usable.matrix, events, start, times)
        if monotone:
            fit = fit_firth_cox(usable.matrix, times, events, level)
        elif fit is None:
            fit = maximize_partial_likelihood(usable.matrix, start, times, events)
    if fit is None:
        return NotEstimable("the Cox model does not converge")
    if isinstance(fit, NotEstimable):
        return fit
    return assemble_cox(fit, usable, events, level, int((~complete).sum()), left_out, monotone, EFRON)


def split_informative(
    design: Design, start: Floats, stop: Floats, event: Booleans
) -> tuple[Design, tuple[Column, ...]]:
    """Split a design without missing values into columns the partial likelihood depends on, and the rest.

    Rows are at risk for start < t <= stop. Left out are constant and repeated columns, and those in which subjects at risk
    together at an event never differ.
    """
    varying, left_out = split_estimable(design)
    if not event.any() or not varying.columns:
        return varying, left_out
    kept = find_informative_columns(varying.matrix, start, stop, event)
    flat = tuple(column for i, column in enumerate(varying.columns) if i not in kept)
    return varying.pick(kept), left_out + flat


def explain_impossible(n: int, events: int, usable: Design) -> str:
    """Why no Cox model can be fitted at all, or ""."""
    if n == 0:
        return "no subject has all covariates known"
    if events == 0:
        return "no events among the subjects with all covariates known"
    if not usable.columns:
        return "no covariate differs between subjects at risk when an event happened"
    return ""


def is_suspicious(fit: Fit, matrix: Floats) -> bool:
    """Whether a standard error is so large that the likelihood may have no maximum (then checked exactly)."""
    ranges = matrix.max(axis=0) - matrix.min(axis=0)
    errors = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    return not np.isfinite(errors).all() or bool((errors * ranges > _SUSPICIOUS_ERROR).any())


def assemble_cox(
    fit: Fit,
    usable: Design,
    events: Booleans,
    level: float,
    n_missing: int,
    left_out: tuple[Column, ...],
    monotone: list[int],
    method: str,
) -> Model:
    """A Model of a Cox fit; `monotone` names the columns that made it a Firth fit, empty for an ordinary one."""
    method = FIRTH if monotone else method
    n, n_events = len(usable), int(events.sum())
    endless = ", ".join(usable.columns[i].name for i in monotone)
    penalty = (f"the likelihood has no maximum ({endless}): Firth-penalized estimates",) if monotone else ()
    return Model(
        effect="hazard ratio",
        method=method,
        penalized=bool(monotone),
        n=n,
        events=n_events,
        n_missing=n_missing,
        terms=describe_terms(fit, usable.columns, level=level, method=method, n=n, events=n_events),
        variable_tests=compute_joint_tests(fit, usable.columns),
        levels=count_levels(usable, events),
        log_likelihood=fit.log_likelihood,
        log_likelihood_null=fit.log_likelihood_null,
        likelihood_ratio=compute_likelihood_ratio(fit, n, penalized=bool(monotone)),
        concordance=fit.concordance,
        not_estimable=left_out,
        warnings=penalty + warn_on_left_out(left_out) + warn_on_size(n_events, len(usable.columns)),
    )


def _fit_lifelines(matrix: Floats, times: Floats, events: Booleans) -> Fit | None:
    """The unpenalized fit, or None where Newton's method fails."""
    import pandas as pd  # with lifelines 2.5 s to import: only when a model is asked for
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    names = [f"x{i}" for i in range(matrix.shape[1])]
    frame = pd.DataFrame(matrix, columns=names).assign(time=times, event=events)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Every cause of lifelines' warnings (separation, low variance, no convergence) is examined by is_suspicious.
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message=".*failed to converge")
        try:
            fitter = CoxPHFitter().fit(frame, "time", "event", fit_options=_PRECISION)
            covariance = fitter.variance_matrix_.to_numpy()
        except (ConvergenceError, ConvergenceWarning, np.linalg.LinAlgError, ValueError):
            return None
        ratio = fitter.log_likelihood_ratio_test().test_statistic
        try:
            concordance: float | None = float(fitter.concordance_index_)
        except ZeroDivisionError:  # no two subjects whose order in time is known
            concordance = None
    coefficients = fitter.params_[names].to_numpy()
    likelihood = float(fitter.log_likelihood_)
    errors_known = np.isfinite(covariance).all() and (np.diag(covariance) > 0).all()
    if not (np.isfinite(coefficients).all() and np.isfinite(likelihood) and errors_known):
        return None
    return Fit(coefficients, covariance, likelihood, likelihood - float(ratio) / 2, concordance)
