"""Newton's method with step-halving, for log likelihoods that are concave.

Belongs here: the search for a maximum. Does not belong here: any likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from transforms.statistics.arrays import Floats
from transforms.statistics.model import Fit

_MAX_STEPS = 50
_MAX_HALVINGS = 30


class Likelihood(NamedTuple):
    """A log likelihood at one coefficient vector, with its score (p,) and information (p, p)."""

    value: float
    score: Floats
    information: Floats


def climb(evaluate: Callable[[Floats], Likelihood], p: int) -> Fit | None:
    """Maximize over `p` coefficients from 0; None where the method fails or the information is singular there."""
    # On a likelihood without a maximum the risk sums vanish; the result is then not finite and refused below.
    with np.errstate(all="ignore"):
        try:
            return _climb(evaluate, np.zeros(p))
        except np.linalg.LinAlgError:
            return None


def _climb(evaluate: Callable[[Floats], Likelihood], beta: Floats) -> Fit | None:
    point = evaluate(beta)
    null = point.value
    for _ in range(_MAX_STEPS):
        step = np.linalg.solve(point.information, point.score)
        proposal = evaluate(beta + step)
        for _ in range(_MAX_HALVINGS):
            if proposal.value >= point.value - 1e-12 * abs(point.value):
                break
            step = step / 2
            proposal = evaluate(beta + step)
        beta, point = beta + step, proposal
        # The Newton decrement: what is still to be gained. Newton doubles the digits, so beta is exact well before this.
        if float(step @ point.information @ step) < 1e-16 * (1 + abs(point.value)):
            break
    covariance = np.linalg.inv(point.information).astype(np.float64)
    finite = np.isfinite(point.value) and np.isfinite(beta).all() and np.isfinite(covariance).all()
    return Fit(beta, covariance, point.value, null) if finite and (np.diag(covariance) > 0).all() else None
