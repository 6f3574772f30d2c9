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

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Screen
        Variable -> Model or NotEstimable, in the order of the design.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.
    """
    check_kind(design, Design, "design")
    return {name: fit_cox(time, event, design.only([name]), confidence=confidence) for name in design.variables}


def screen_logistic(outcome: ArrayLike, design: Design, *, confidence: float = 0.95) -> Screen:
    """Fit one logistic model per variable of the design, each on the subjects for whom that variable is known.

    Parameters
    ----------
    outcome : array (n,)
        1 or True for the outcome modeled.
    design : Design
        Covariates of the same n subjects, known at the origin (`build_design`). Subjects with a missing covariate are
        left out and counted.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Screen
        Variable -> Model or NotEstimable, in the order of the design.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.
    """
    check_kind(design, Design, "design")
    return {name: fit_logistic(outcome, design.only([name]), confidence=confidence) for name in design.variables}


def select_variables(screen: Mapping[str, Model | NotEstimable], *, p_below: float) -> list[str]:
    """Variables whose univariable p value is small enough for the multivariable model.

    Parameters
    ----------
    screen : mapping
        From `screen_cox` or `screen_logistic`.
    p_below : float
        Univariable joint p value below which a variable is kept, in (0, 1].

    Returns
    -------
    list[str]
        Names in the order of the screen; variables that are not estimable stay out.

    Raises
    ------
    ValueError
        Unless 0 < p_below <= 1.

    Notes
    -----
    Selection by p value biases the p values of the multivariable model downward; reports must say so. The joint test is
    Wald's; for a two-level Firth model the penalized likelihood ratio.
    """
    check_kind(screen, Mapping, "screen")  # type: ignore[type-abstract]
    if not 0 < check_number(p_below, "p_below") <= 1:
        raise ValueError(f"p_below must lie between 0 and 1, got {p_below}")
    return [
        name
        for name, model in screen.items()
        if isinstance(model, Model) and name in model.variable_tests and model.variable_tests[name].p_value < p_below
    ]
