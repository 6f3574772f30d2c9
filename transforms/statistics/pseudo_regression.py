"""What shifts a survival probability, an incidence or a mean time by a horizon: regression on pseudo-observations.

Belongs here: estimating equations with independent working correlation and sandwich errors. The pseudo-observations themselves are in
pseudo_observations.py. Unlike Cox and Fine-Gray models these say nothing of the course over time and need no proportional hazards.

Sources: Andersen, Klein and Rosthoj, Biometrika 2003;90:15; Klein and Andersen, Biometrics 2005;61:223; Liang and Zeger, Biometrika
1986;73:13; equal to R's geepack on prodlim's jackknife.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr, ndtri

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import Floats, check_causes, check_kind, check_method, check_share
from transforms.statistics.design import Column, Design, describe_late, split_estimable
from transforms.statistics.pseudo_observations import PseudoOf, pseudo_observations
from transforms.statistics.result import Estimate, NotEstimable, TestResult

Link = Literal["identity", "log", "logit", "complementary log-log"]
_MAX_STEPS = 200
_MAX_HALVINGS = 40
_INTERCEPT = Column("(intercept)")


@dataclass(frozen=True)
class PseudoTerm:
    """One coefficient: `coefficient` on the link's scale; `effect` a difference under "identity", else the ratio exp(coefficient)."""

    variable: str
    level: str
    reference: str
    coefficient: float
    standard_error: float
    effect: Estimate
    test: TestResult


@dataclass(frozen=True)
class PseudoModel:
    """A regression on pseudo-observations at `t`: of `n` subjects, `n_missing` left out for a missing covariate.

    `covariance` (p + 1, p + 1) is that of the terms' coefficients and, last, the intercept's.
    """

    of: PseudoOf
    link: Link
    t: float
    n: int
    n_missing: int
    terms: tuple[PseudoTerm, ...]
    intercept: PseudoTerm
    not_estimable: tuple[Column, ...]
    covariance: Floats = field(repr=False, compare=False)


def fit_pseudo_observations(
    time: ArrayLike,
    event: ArrayLike,
    design: Design,
    t: float,
    *,
    of: PseudoOf = "survival",
    cause: int = 1,
    link: Link = "identity",
    confidence: float = 0.95,
) -> PseudoModel | NotEstimable:
    """Fit what covariates add to a quantity at one time fixed in advance.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        0 where censored; 1, 2, ... the kind of event that came first.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    t : float
        Time asked about, or the horizon of a mean, in the unit of `time`.
    of : str
        "survival" free of any event at `t`, "incidence" of `cause` by `t`, or "restricted mean" time free of any event
        up to `t`.
    cause : int
        Kind of event of interest, 1 or higher.
    link : str
        "identity" (differences), "log" (ratios), "logit" (odds ratios) or "complementary log-log" (ratios as of
        hazards).
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    PseudoModel | NotEstimable
        The model. Not estimable as `pseudo_observations`, if no covariate varies or one is known only later, or if the
        equations have no solution.

    Raises
    ------
    ValueError
        Impossible input, or a link for probabilities with a mean time.

    Notes
    -----
    Subjects with a missing covariate enter the pseudo-observations and are left out of the regression.

    References
    ----------
    Equal to R's geepack on prodlim::jackknife.
    """
    check_share(confidence)
    check_method(link, get_args(Link), "link")
    check_method(of, get_args(PseudoOf), "of")
    if of == "restricted mean" and link in ("logit", "complementary log-log"):
        raise ValueError(f"{link} is a link of shares, and a restricted mean is a time: take identity or log")
    times, _ = check_causes(time, event)
    if len(check_kind(design, Design, "design")) != times.size:
        raise ValueError(f"design and time differ in length: {len(design)} and {times.size}")
    pseudo = pseudo_observations(time, event, t, of=of, cause=cause)
    if isinstance(pseudo, NotEstimable):
        return pseudo
    complete = design.complete
    usable, left_out = split_estimable(design.take(complete))
    if impossible := _explain_impossible(usable):
        return NotEstimable(impossible)
    centers, spreads = usable.matrix.mean(axis=0), usable.matrix.std(axis=0)
    scaled = np.hstack([(usable.matrix - centers) / spreads, np.ones((len(usable), 1))])
    fit = _solve(scaled, pseudo[complete], link)
    if fit is None:
        return NotEstimable(reason("equations_without_solution"))
    back = np.diag(np.append(1 / spreads, 1.0))
    back[-1, :-1] = -centers / spreads
    coefficients, covariance = back @ fit[0], back @ fit[1] @ back.T
    method = f"pseudo-{of.replace(' ', '-')}/at={float(t):g}/{link.replace(' ', '-')}-link/robust-errors/wald"
    terms = tuple(
        _describe(column, float(b), float(np.sqrt(v)), method, link, confidence, len(usable))
        for column, b, v in zip((*usable.columns, _INTERCEPT), coefficients, np.diag(covariance), strict=True)
    )
    return PseudoModel(
        of=of,
        link=link,
        t=float(t),
        n=len(usable),
        n_missing=int((~complete).sum()),
        terms=terms[:-1],
        intercept=terms[-1],
        not_estimable=left_out,
        covariance=covariance,
    )


def _explain_impossible(usable: Design) -> Reason | None:
    if not len(usable):
        return reason("covariates_unknown")
    if usable.late:
        return describe_late(usable.late)
    return None if usable.columns else reason("same_covariates")


def _solve(x: Floats, y: Floats, link: Link) -> tuple[Floats, Floats] | None:
    """Coefficients (p,) and their sandwich covariance (p, p): with one working variance for all, the least squares of y about the mean."""
    to_mean, slope, from_mean = _LINKS[link]
    beta = np.zeros(x.shape[1])
    middle = (
        float(y.mean()) if link == "identity" else float(np.clip(y.mean(), 0.01, 0.99 if link != "log" else np.inf))
    )
    beta[-1] = from_mean(middle)
    with np.errstate(all="ignore"):
        for _ in range(_MAX_STEPS):
            linear = x @ beta
            residual, turned = y - to_mean(linear), x * slope(linear)[:, None]
            step, *_ = np.linalg.lstsq(turned, residual, rcond=None)
            loss = float(residual @ residual)
            for _ in range(_MAX_HALVINGS):
                if float(((y - to_mean(x @ (beta + step))) ** 2).sum()) <= loss * (1 + 1e-14):
                    break
                step = step / 2
            beta = beta + step
            if float(np.abs(step).max()) < 1e-12 * (1 + float(np.abs(beta).max())):
                break
        linear = x @ beta
        residual, turned = y - to_mean(linear), x * slope(linear)[:, None]
        information = turned.T @ turned
        # At the solution the equations hold, each in units of its own error.
        scale = np.sqrt(np.maximum(((turned * residual[:, None]) ** 2).sum(axis=0), 1e-300))
        if not (np.abs(turned.T @ residual) <= 1e-6 * scale).all() or np.linalg.cond(information) > 1e12:
            return None
        bread = np.linalg.inv(information)
        influence = (turned * residual[:, None]) @ bread
    covariance = influence.T @ influence
    return (beta, covariance) if (np.diag(covariance) > 0).all() and np.isfinite(covariance).all() else None


def _describe(
    column: Column, coefficient: float, error: float, method: str, link: Link, confidence: float, n: int
) -> PseudoTerm:
    half = float(ndtri(0.5 + confidence / 2)) * error
    values = (coefficient, coefficient - half, coefficient + half)
    value, low, high = values if link == "identity" else (float(np.exp(min(one, 700.0))) for one in values)
    z = coefficient / error
    return PseudoTerm(
        column.variable,
        column.level,
        column.reference,
        coefficient,
        error,
        Estimate(value, low, high, confidence, method, n, standard_error=error),
        TestResult("wald-test", float(2 * ndtr(-abs(z))), z, n=n, statistic_name="z"),
    )


def _of_hazard(linear: Floats) -> Floats:
    """Mean under the complementary log-log link: 1 - exp(-exp(linear))."""
    return np.asarray(-np.expm1(-np.exp(linear)))


_Function = Callable[[Floats], Floats]
# From the linear predictor to the mean, the slope of that, and from a mean back.
_LINKS: dict[str, tuple[_Function, _Function, Callable[[float], float]]] = {
    "identity": (lambda v: v, np.ones_like, float),
    "log": (np.exp, np.exp, lambda m: float(np.log(m))),
    "logit": (expit, lambda v: expit(v) * expit(-v), lambda m: float(logit(m))),
    "complementary log-log": (
        _of_hazard,
        lambda v: np.exp(v - np.exp(v)),
        lambda m: float(np.log(-np.log1p(-m))),
    ),
}
