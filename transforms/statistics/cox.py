"""Cox regression: hazard ratios of risk factors known at the time origin.

Belongs here: the fixed-covariate model, and how any Cox model is fitted to rows. A covariate known only later (transplant,
consolidation) must not enter as fixed, since that is immortal-time bias: see cox_time_dependent.py. lifelines, which stops short of
the maximum and takes seconds to import, is the second route in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Floats,
    check_entry,
    check_flag,
    check_method,
    check_share,
    check_survival,
    check_weights,
)
from transforms.statistics.concordance import compute_concordance
from transforms.statistics.cox_rows import CoxRows, gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.firth_cox import fit_firth_cox
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
from transforms.statistics.newton import climb
from transforms.statistics.profile import RatioInterval, add_profile
from transforms.statistics.result import NotEstimable
from transforms.statistics.robust_errors import compute_robust_covariance
from transforms.statistics.separation import find_monotone_columns

Ties = Literal["Efron", "Breslow", "exact"]
FIRTH = "firth-cox/breslow-ties/profile-likelihood"

# A covariate whose coefficient is this uncertain over its whole range has, in practice, no finite estimate.
_SUSPICIOUS_ERROR = 20.0


def fit_cox(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    *,
    entry: ArrayLike | None = None,
    strata: Sequence[Any] | None = None,
    cluster: Sequence[Any] | None = None,
    weights: ArrayLike | None = None,
    robust: bool | None = None,
    ties: Ties = "Efron",
    interval: RatioInterval = "Wald",
    confidence: float = 0.95,
) -> Model | NotEstimable:
    """Fit a Cox proportional-hazards model; hazard ratios with Wald or profile-likelihood intervals.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    entry : array (n,), optional
        Time at which a subject came under observation (left truncation), same unit. Default 0.
    strata : sequence of length n, optional
        Labels of groups with a baseline hazard of their own, none missing.
    cluster : sequence of length n, optional
        Labels of groups whose members may be alike, such as site. Errors are then robust, and the method says so.
    weights : array (n,), optional
        How much each subject counts, > 0, such as an inverse probability. `n` and `events` still count subjects.
    robust : bool, optional
        Whether errors are robust (sandwich), each subject its own cluster if `cluster` is not given. Default: only with
        `weights` or `cluster`. False with weights takes them as numbers of identical subjects.
    ties : str
        "Efron"; "Breslow", as if each of the tied events met the whole risk set; or "exact", over all ways in which as
        many of those at risk could have had the event that day (not with weights or robust errors).
    interval : str
        "Wald", or "profile": all values whose likelihood lies within the chi-square quantile of the maximum. Its p
        values are of likelihood ratios. Not with robust errors, which have no likelihood.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model with `terms[i].ratio` a hazard ratio, > 1 a higher hazard. If the partial likelihood is monotone (a level
        without events), the model is Firth-penalized with profile-likelihood intervals; `penalized` is True and
        `method` and `warnings` say so. Not estimable without complete subjects or events, if no covariate varies, for a
        covariate known only after the origin, if weighted rows have no finite estimate, or if exact ties would take too
        long.

    Raises
    ------
    ValueError
        Impossible input, unequal lengths, clusters without robust errors, or profile intervals with them.

    References
    ----------
    Cox, J R Stat Soc B 1972;34:187; Efron, JASA 1977;72:557; equal to R's coxph. Firth: Heinze and Schemper 2001.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> design = st.build_design([st.Numeric("age", [31, 45, 28, 60, 52, 39, 47, 25])])
    >>> model = st.fit_cox([5, 8, 12, 3, 7, 9, 4, 14], [1, 1, 0, 1, 1, 0, 1, 0], design)
    >>> round(model.terms[0].ratio.value, 3), model.n, model.events
    (1.127, 8, 5)
    """
    check_share(confidence)
    check_method(ties, get_args(Ties), "ties")
    times, events = check_survival(time, event)
    start, times = (None, times) if entry is None else check_entry(entry, times)
    check_method(interval, get_args(RatioInterval), "interval")
    heavy = None if weights is None else check_weights(weights, times.size)
    sandwich = heavy is not None or cluster is not None if robust is None else check_flag(robust, "robust")
    if cluster is not None and not sandwich:
        raise ValueError("errors of clusters are robust: leave `robust` out, or `cluster`")
    if sandwich and interval == "profile":
        raise ValueError("a profile needs a likelihood, which robust errors do not trust: take Wald's interval")
    if ties == "exact" and sandwich:
        raise ValueError("exact ties have neither weights nor robust errors: take Efron's")
    apart = np.arange(times.size) if sandwich and cluster is None else cluster
    rows = gather_cox_rows(design, start, times, events, strata=strata, cluster=apart, weight=heavy)
    method = f"cox/{ties.lower()}-ties" + ("" if heavy is None else "/weighted")
    method += "/robust-errors" if sandwich and cluster is None else ""
    return fit_rows(
        replace(rows, breslow=ties == "Breslow", exact=ties == "exact"),
        f"{method}/{interval.lower()}",
        confidence,
        named=cluster is not None,
        interval=interval,
    )


def fit_rows(
    rows: CoxRows, method: str, confidence: float, *, named: bool = True, interval: RatioInterval = "Wald"
) -> Model | NotEstimable:
    """Fit any Cox model; `method` names it where it needs no penalty; `named`: clusters are the caller's, so the method counts them."""
    if rows.impossible:
        return NotEstimable(rows.impossible)
    matrix = rows.design.matrix
    fit = climb(rows.evaluate, matrix.shape[1])
    endless: list[int] = []
    if fit is None or is_suspicious(fit, matrix):
        endless = find_monotone_columns(rows.risk_sets)
        if endless and rows.weight is not None:
            return NotEstimable(reason("no_maximum", names=[rows.design.columns[i].name for i in endless]))
        if endless:
            penalized = fit_firth_cox(rows.risk_sets, confidence)
            if isinstance(penalized, NotEstimable):
                return penalized
            fit = penalized
    if fit is None:
        return NotEstimable(reason("cox_does_not_converge"))
    if rows.cluster is not None and not endless:
        fit = replace(fit, covariance=compute_robust_covariance(rows.risk_sets, fit, rows.cluster))
        if not (np.diag(fit.covariance) > 0).all() or np.unique(rows.cluster).size <= matrix.shape[1]:
            return NotEstimable(reason("too_few_clusters"))
        method = f"{method}/clusters={np.unique(rows.cluster).size}" if named else method
    if interval == "profile" and not endless:
        fit = add_profile(fit, rows.evaluate, confidence)
    return _assemble(rows, fit, endless, FIRTH if endless else method, confidence)


def is_suspicious(fit: Fit, matrix: Floats) -> bool:
    """Whether a standard error is so large that the likelihood may have no maximum (then checked exactly)."""
    ranges = matrix.max(axis=0) - matrix.min(axis=0)
    errors = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    return not np.isfinite(errors).all() or bool((errors * ranges > _SUSPICIOUS_ERROR).any())


def _assemble(rows: CoxRows, fit: Fit, endless: list[int], method: str, confidence: float) -> Model:
    columns, n, n_events = rows.design.columns, rows.n, rows.n_events
    names = [columns[i].name for i in endless]
    penalty = (reason("firth_cox", names=names),) if endless else ()
    risk = rows.design.matrix @ fit.coefficients
    flat = None if endless else rows.evaluate(np.zeros(len(columns)))
    return Model(
        effect="hazard ratio",
        method=method,
        penalized=bool(endless),
        n=n,
        events=n_events,
        n_missing=rows.n_missing,
        terms=describe_terms(fit, columns, confidence=confidence, method=method, n=n, events=n_events),
        variable_tests=compute_joint_tests(fit, columns),
        levels=count_levels(rows.design, rows.event, rows.subject),
        log_likelihood=fit.log_likelihood,
        log_likelihood_null=fit.log_likelihood_null,
        likelihood_ratio=compute_likelihood_ratio(fit, n, penalized=bool(endless)),
        concordance=compute_concordance(risk, rows.start, rows.stop, rows.event, rows.strata),
        not_estimable=rows.left_out,
        warnings=penalty + warn_on_left_out(rows.left_out) + warn_on_size(n_events, len(columns)),
        wald=compute_wald(fit, n),
        score=None if flat is None else compute_score(flat.score, flat.information, n),
        covariance=fit.covariance,
    )
