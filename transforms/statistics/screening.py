"""One model per risk factor, and which factors go on to the multivariable model.

Belongs here: the univariable step of an analysis. Its models and the multivariable one come from the same design.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from transforms.statistics.arrays import check_kind, check_number
from transforms.statistics.cox import fit_cox
from transforms.statistics.design import Design
from transforms.statistics.logistic import fit_logistic
from transforms.statistics.model import Model
from transforms.statistics.result import NotEstimable

Screen = dict[str, Model | NotEstimable]


def screen_cox(time: ArrayLike, event: ArrayLike, design: Design, *, confidence: float = 0.95) -> Screen:
    """Fit one Cox model per variable of the design, each on the subjects for whom that variable is known.

    Parameters and errors as fit_cox. Returns variable -> Model or NotEstimable, in the design's order.
    """
    check_kind(design, Design, "design")
    return {name: fit_cox(time, event, design.only([name]), confidence=confidence) for name in design.variables}


def screen_logistic(outcome: ArrayLike, design: Design, *, confidence: float = 0.95) -> Screen:
    """Fit one logistic model per variable of the design, each on the subjects for whom that variable is known.

    Parameters and errors as fit_logistic. Returns variable -> Model or NotEstimable, in the design's order.
    """
    check_kind(design, Design, "design")
    return {name: fit_logistic(outcome, design.only([name]), confidence=confidence) for name in design.variables}


def select_variables(screen: Mapping[str, Model | NotEstimable], *, p_below: float) -> list[str]:
    """Variables whose univariable joint p value is below `p_below`, in the screen's order; inestimable ones stay out.

    Selection by p value biases the multivariable model's p values downward; reports must name it. Raises ValueError unless
    0 < p_below <= 1. Source for the joint test: Wald; penalized likelihood ratio for a two-level Firth model.
    """
    check_kind(screen, Mapping, "screen")  # type: ignore[type-abstract]
    if not 0 < check_number(p_below, "p_below") <= 1:
        raise ValueError(f"p_below must lie between 0 and 1, got {p_below}")
    return [
        name
        for name, model in screen.items()
        if isinstance(model, Model) and name in model.variable_tests and model.variable_tests[name].p_value < p_below
    ]
