"""A fitted model asked anew: any level against any other, and any sum of coefficients.

Belongs here: Wald's inference on combinations of a model's terms. Fits are in cox.py, logistic.py and fine_gray.py.

Source: Agresti, Categorical Data Analysis 2013, 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_kind, check_names, check_number, check_share
from transforms.statistics.model import Model
from transforms.statistics.result import Estimate, NotEstimable, TestResult


def contrast(
    model: Model, weights: Mapping[str, float], *, confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """The ratio exp(sum of weights times coefficients) with its Wald interval and z test.

    Parameters
    ----------
    model : Model
        A fitted model of any kind.
    weights : mapping
        Weight of each term by name ("age", "risk: high"); the others are 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The ratio with its Wald interval, and its z test. Not estimable under Firth's penalty, where Wald inference
        fails, for a term the model had to leave out, or if all weights are 0.

    Raises
    ------
    ValueError
        An unknown term.
    """
    check_share(confidence)
    check_kind(model, Model, "model")
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError("weights must name at least one term")
    names = [f"{term.variable}: {term.level}" if term.level else term.variable for term in model.terms]
    lost = {column.name for column in model.not_estimable} & set(weights)
    if lost:
        return NotEstimable(reason("covariates_left_out", names=sorted(lost)))
    if unknown := set(weights) - set(names):
        raise ValueError(f"no such term: {', '.join(map(str, unknown))}; the model has {', '.join(names)}")
    vector = np.array([check_number(weights.get(name, 0.0), "a weight") for name in names])
    if model.penalized or model.covariance is None:
        return NotEstimable(reason("firth_no_wald"))
    return _estimate(model, vector, confidence) if vector.any() else NotEstimable(reason("weights_zero"))


def compare_levels(
    model: Model, variable: str, first: str, second: str, *, confidence: float = 0.95
) -> tuple[Estimate, TestResult] | NotEstimable:
    """Ratio of level `first` to level `second` of a categorical variable, neither of which need be its reference.

    Parameters
    ----------
    model : Model
        A fitted model of any kind.
    variable : str
        Name of a categorical variable.
    first : str
        Level of the numerator.
    second : str
        Level of the denominator. Neither has to be the reference.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[Estimate, TestResult] | NotEstimable
        The ratio with its Wald interval, and its z test. Not estimable as in `contrast`.

    Raises
    ------
    ValueError
        An unknown variable or level.
    """
    check_names([variable, first, second], "variable and levels")
    own = {term.level: term for term in check_kind(model, Model, "model").terms if term.variable == variable}
    references = {term.reference for term in own.values()} | {
        c.reference for c in model.not_estimable if c.variable == variable
    }
    known = set(own) | references | {c.level for c in model.not_estimable if c.variable == variable}
    if not {first, second} <= known - {""} or first == second:
        raise ValueError(
            f"two different levels of {variable} are expected; the model has {', '.join(sorted(known)) or 'none'}"
        )
    pairs = ((first, 1.0), (second, -1.0))
    weights = {f"{variable}: {name}": weight for name, weight in pairs if name not in references}
    return contrast(model, weights, confidence=confidence)


def _estimate(model: Model, vector: Floats, confidence: float) -> tuple[Estimate, TestResult]:
    assert model.covariance is not None  # noqa: S101 - contrast() has refused a model without
    value = float(vector @ [term.coefficient for term in model.terms])
    error = float(np.sqrt(vector @ model.covariance @ vector))
    z, half = value / error, float(ndtri(0.5 + confidence / 2)) * error
    estimate = Estimate(
        value=float(np.exp(value)),
        low=float(np.exp(value - half)),
        high=float(np.exp(value + half)),
        confidence=confidence,
        method=model.method,
        n=model.n,
        events=model.events,
        standard_error=error,
    )
    return estimate, TestResult("wald-test", float(2 * ndtr(-abs(z))), z, n=model.n, statistic_name="z")
