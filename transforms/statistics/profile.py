"""Intervals of ratios from the likelihood itself: all values of a coefficient that a likelihood-ratio test would not reject.

Belongs here: profiles of unpenalized likelihoods. Under Firth's penalty they are in firth_cox.py and firth_logistic.py.

Source: Venzon and Moolgavkar, Appl Stat 1988;37:87; equal to R's confint of a glm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from transforms.statistics.arrays import Floats
from transforms.statistics.firth import Penalized, Point, drop_at_zero, find_bounds
from transforms.statistics.model import LIKELIHOOD_RATIO, Fit
from transforms.statistics.newton import Likelihood

RatioInterval = Literal["Wald", "profile"]


def add_profile(fit: Fit, evaluate: Callable[[Floats], Likelihood], confidence: float) -> Fit:
    """The fit with profile bounds of its coefficients, None where the profile never falls far enough, and likelihood-ratio tests."""
    point: Penalized = lambda beta: Point(*evaluate(beta))  # noqa: E731 - of one shape, but a type of its own
    best, errors = fit.coefficients, np.sqrt(np.diag(fit.covariance))
    with np.errstate(all="ignore"):
        bounds = tuple(find_bounds(point, best, j, confidence, 1.5 * float(errors[j])) for j in range(best.size))
    return replace(fit, profile_bounds=bounds, held_drop=partial(drop_at_zero, point, best), drop_test=LIKELIHOOD_RATIO)
