"""What a regression hands back, whichever it is, and how coefficients become ratios.

Belongs here: result types shared by Cox and logistic models, Wald inference, joint tests, warnings on model size.
Does not belong here: likelihoods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from schemas.reasons import Reason, reason
from transforms.statistics.arrays import Booleans, Floats, Integers
from transforms.statistics.design import Column, Design
from transforms.statistics.result import Estimate, TestResult

# Peduzzi et al., J Clin Epidemiol 1995;48:1503 and 1996;49:1373: below ten events per coefficient estimates grow unreliable.
EVENTS_PER_VARIABLE = 10
PENALIZED = "penalized-likelihood-ratio"
LIKELIHOOD_RATIO = "likelihood-ratio"


@dataclass(frozen=True)
class Term:
    """One coefficient: `ratio` is exp(coefficient), of `level` against `reference`, or per unit for a numeric variable.

    `coefficient` and `standard_error` are on the log scale; `standard_error` is None where it is undefined. `p_method` names
    the test behind `p_value`.
    """

    variable: str
    level: str
    reference: str
    coefficient: float
    standard_error: float | None
    p_value: float
    p_method: str
    ratio: Estimate


@dataclass(frozen=True)
class LevelCount:
    """Subjects and events at one level of a categorical variable (level "" for a numeric one), complete cases only."""

    variable: str
    level: str
    n: int
    events: int
    is_reference: bool


@dataclass(frozen=True)
class Model:
    """A fitted regression.

    `effect` says what the ratios are ("hazard ratio", "odds ratio"); `method` names estimator, tie handling and interval;
    `penalized` marks Firth's penalty; `n` complete cases, `n_missing` left out for a missing covariate; `warnings` are
    sentences to print; `not_estimable` are columns left out as constant or as repeating others; `variable_tests` the joint test
    of each variable; `concordance` Harrell's C (Cox) or None; `intercept` (logistic) or None. `likelihood_ratio`, `wald` and `score`
    test all terms together (None under Firth's penalty but for the first). `covariance` (p, p) is that of the terms' coefficients.
    """

    effect: str
    method: str
    penalized: bool
    n: int
    events: int
    n_missing: int
    terms: tuple[Term, ...]
    variable_tests: dict[str, TestResult]
    levels: tuple[LevelCount, ...]
    log_likelihood: float
    log_likelihood_null: float
    likelihood_ratio: TestResult
    concordance: float | None = None
    intercept: Term | None = None
    not_estimable: tuple[Column, ...] = ()
    warnings: tuple[Reason, ...] = ()
    wald: TestResult | None = None
    score: TestResult | None = None
    covariance: Floats | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Fit:
    """What a likelihood yields: `coefficients` (p,), `covariance` (p, p), the log likelihoods with and without covariates.

    Profiles and Firth's fits add bounds (None where unbounded) and `held_drop`: twice the loss of log likelihood, penalized under Firth,
    where the coefficients of the given columns are held at 0, which is chi-square on as many degrees of freedom. `drop_test` names it.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    profile_bounds: tuple[tuple[float | None, float | None], ...] | None = None
    held_drop: Callable[[Sequence[int]], float] | None = None
    drop_test: str = PENALIZED


def describe_terms(
    fit: Fit, columns: tuple[Column, ...], *, confidence: float, method: str, n: int, events: int
) -> tuple[Term, ...]:
    """Terms of a fit, one per column: Wald interval and p, or profile-likelihood ones where the fit carries them."""
    z = float(ndtri(0.5 + confidence / 2))
    errors = np.sqrt(np.diag(fit.covariance))
    terms = []
    for i, column in enumerate(columns):
        coefficient, error = float(fit.coefficients[i]), float(errors[i])
        if fit.profile_bounds is None or fit.held_drop is None:
            bounds: tuple[float | None, float | None] = (coefficient - z * error, coefficient + z * error)
            p_value, p_method = float(2 * ndtr(-abs(coefficient / error))), "wald-test"
        else:
            bounds, p_method = fit.profile_bounds[i], fit.drop_test
            p_value = float(chdtrc(1, fit.held_drop([i])))
        ratio = Estimate(
            value=float(np.exp(coefficient)),
            low=_exponentiate(bounds[0]),
            high=_exponentiate(bounds[1]),
            confidence=confidence,
            method=method,
            n=n,
            events=events,
            standard_error=error,
            note=None if None not in bounds else reason("profile_bound_not_found"),
        )
        terms.append(
            Term(column.variable, column.level, column.reference, coefficient, error, p_value, p_method, ratio)
        )
    return tuple(terms)


def compute_joint_tests(fit: Fit, columns: tuple[Column, ...]) -> dict[str, TestResult]:
    """Chi-square of each variable over all its columns: Wald's, or of the penalized likelihood ratio, as Wald's fails there."""
    tests = {}
    for variable in dict.fromkeys(column.variable for column in columns):
        own = [i for i, column in enumerate(columns) if column.variable == variable]
        if fit.held_drop is not None:
            name, statistic = fit.drop_test, fit.held_drop(own)
        else:
            beta = fit.coefficients[own]
            name, statistic = "wald-test", float(beta @ np.linalg.solve(fit.covariance[np.ix_(own, own)], beta))
        tests[variable] = TestResult(
            name, float(chdtrc(len(own), statistic)), statistic, len(own), statistic_name="chi-square"
        )
    return tests


def compute_wald(fit: Fit, n: int) -> TestResult | None:
    """Wald's test of all coefficients together; None under Firth's penalty, where it fails."""
    if fit.held_drop is not None and fit.drop_test == PENALIZED:
        return None
    statistic, freedom = quadratic(fit.coefficients, fit.covariance), int(fit.coefficients.size)
    return TestResult(
        "wald-test", float(chdtrc(freedom, statistic)), statistic, freedom, n, statistic_name="chi-square"
    )


def compute_score(score: Floats, information: Floats, n: int) -> TestResult:
    """Score test from the score (p,) and information (p, p) at coefficients of 0."""
    statistic, freedom = quadratic(score, information), int(score.size)
    return TestResult(
        "score-test", float(chdtrc(freedom, statistic)), statistic, freedom, n, statistic_name="chi-square"
    )


def quadratic(vector: Floats, spread: Floats) -> float:
    """The squared length of a vector (p,) in units of its covariance (p, p)."""
    return float(vector @ np.linalg.solve(spread, vector))


def compute_likelihood_ratio(fit: Fit, n: int, *, penalized: bool) -> TestResult:
    """Likelihood-ratio test of all coefficients against none."""
    freedom = int(fit.coefficients.size)
    statistic = max(0.0, 2 * (fit.log_likelihood - fit.log_likelihood_null))
    name = PENALIZED if penalized else LIKELIHOOD_RATIO
    return TestResult(name, float(chdtrc(freedom, statistic)), statistic, freedom, n, statistic_name="chi-square")


def count_levels(design: Design, event: Booleans, subject: Integers | None = None) -> tuple[LevelCount, ...]:
    """Subjects and events by level, reference first, for a design without missing values; `event` (rows,).

    `subject` (rows,) numbers the subjects where one may have several rows; each is counted at every level it was ever at.
    """
    counts = []

    def count(rows: Booleans) -> tuple[int, int]:
        return count_subjects(rows if subject is None else subject[rows]), int(event[rows].sum())

    for variable in design.variables:
        own = [i for i, column in enumerate(design.columns) if column.variable == variable]
        block, labels = design.matrix[:, own], [design.columns[i] for i in own]
        if not labels[0].level:
            counts.append(LevelCount(variable, "", *count(np.ones(len(design), np.bool_)), is_reference=False))
            continue
        base = (block == 0).all(axis=1)
        counts.append(LevelCount(variable, labels[0].reference, *count(base), is_reference=True))
        for i, column in enumerate(labels):
            counts.append(LevelCount(variable, column.level, *count(block[:, i] == 1), is_reference=False))
    return tuple(counts)


def count_subjects(members: Booleans | Integers) -> int:
    """How many subjects a mask (subjects,) marks, or how many different ones a list of their numbers holds."""
    return int(np.count_nonzero(members if members.dtype == np.bool_ else np.bincount(members)))


def warn_on_size(events: int, coefficients: int) -> tuple[Reason, ...]:
    """A warning sentence where there are fewer than ten events per coefficient."""
    if events >= EVENTS_PER_VARIABLE * coefficients:
        return ()
    share = {"share": events / coefficients, "least": EVENTS_PER_VARIABLE}
    return (reason("few_events", n=events, coefficients=coefficients, **share),)


def warn_on_left_out(left_out: tuple[Column, ...]) -> tuple[Reason, ...]:
    """A warning sentence naming columns that could not enter the model."""
    if not left_out:
        return ()
    return (reason("covariates_left_out", names=[column.name for column in left_out]),)


def _exponentiate(bound: float | None) -> float | None:
    if bound is None:
        return None
    with np.errstate(over="ignore"):
        ratio = float(np.exp(bound))
    return ratio if np.isfinite(ratio) else None
