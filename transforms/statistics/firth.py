"""The maximum of a likelihood under Firth's penalty, whole or with some coefficients held, and what such a hold costs.

Belongs here: the search, the penalized likelihood-ratio test and profile bounds, whatever the likelihood. Does not belong here: any likelihood
(firth_cox.py, firth_logistic.py).

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Biometrics 2001;57:114 and Stat Med 2002;21:2409.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from transforms.statistics.arrays import Floats

_MAX_STEPS = 200
_MAX_HALVINGS = 30
_MAX_STEP = 2.0
_FURTHEST = 60.0  # log ratio, or first guesses: beyond it a profile bound is taken as infinite


class Point(NamedTuple):
    """A penalized log likelihood at one coefficient vector, with its score (p,) and the unpenalized information (p, p)."""

    value: float
    score: Floats
    information: Floats


# Raises numpy's LinAlgError where the information has vanished.
Penalized = Callable[[Floats], Point]


def climb(evaluate: Penalized, beta: Floats, free: Sequence[int], *, close: float = 1e-11) -> Floats:
    """Maximize over the coordinates `free`, the others held; Newton's steps on the information, shortened and halved.

    `close` is the step after which it stops; at the top the likelihood itself is flat, and exact to the square of it. Raises numpy's LinAlgError where it does not converge.
    """
    point, free = evaluate(beta), list(free)
    for _ in range(_MAX_STEPS if free else 0):
        step = np.zeros_like(beta)
        step[free] = np.linalg.solve(point.information[np.ix_(free, free)], point.score[free])
        step *= min(1.0, _MAX_STEP / max(float(np.abs(step).max()), 1e-300))
        proposal = _try(evaluate, beta + step)
        for _ in range(_MAX_HALVINGS):
            # The penalty bends the likelihood more than the information says: a full step may land as high beyond the top.
            enough = point.value + 0.1 * float(step @ point.score) - 1e-13 * abs(point.value)
            if proposal is not None and proposal.value >= enough:
                break
            step /= 2
            proposal = _try(evaluate, beta + step)
        if proposal is None:
            break
        beta, point = beta + step, proposal
        if float(np.abs(step).max()) < close:
            break
    # In the coefficient's own unit, errors, whatever that of its covariate.
    left = np.abs(point.score[free]) / np.sqrt(np.maximum(np.diag(point.information)[free], 1.0))
    if float(left.max(initial=0.0)) > 1e-5:
        raise np.linalg.LinAlgError("no convergence")
    return beta


def drop_at_zero(evaluate: Penalized, best: Floats, columns: Sequence[int], *, start: Floats | None = None) -> float:
    """Twice the loss of penalized log likelihood where the coefficients of `columns` are held at 0 and the others are free.

    The search begins at `start`, or else at `best`. The penalty stays that of the whole model, as in R's logistf and coxphf.
    """
    held = (best if start is None else start).copy()
    held[list(columns)] = 0.0
    others = [i for i in range(best.size) if i not in columns]
    return max(0.0, 2 * (evaluate(best).value - evaluate(climb(evaluate, held, others)).value))


def find_bounds(
    evaluate: Penalized, best: Floats, j: int, confidence: float, width: float
) -> tuple[float | None, float | None]:
    """Where the profile of coefficient `j` has fallen by the chi-square quantile, on either side; None where it never does.

    `width` is a first guess of the distance, such as the standard error. Raises numpy's LinAlgError at the first step alone.
    """
    drop = _profile(evaluate, best, j)
    quantile = float(chdtri(1, 1 - confidence))
    return _search(drop, float(best[j]), -width, quantile), _search(drop, float(best[j]), width, quantile)


def _profile(evaluate: Penalized, best: Floats, j: int) -> Callable[[float], float]:
    """Twice the loss of likelihood when coefficient `j` is held at a value and all others are free."""
    others = [i for i in range(best.size) if i != j]
    top, last = evaluate(best).value, best

    def drop(value: float) -> float:
        nonlocal last
        held = last.copy()
        held[j] = value
        # The values asked for lie close together, and so do the maxima beside them.
        last = climb(evaluate, held, others, close=1e-8)
        return 2 * (top - evaluate(last).value)

    return drop


def _search(drop: Callable[[float], float], best: float, reach: float, quantile: float) -> float | None:
    """Where the profile, followed from the estimate in the direction of `reach`, has fallen by `quantile`."""
    furthest = max(_FURTHEST, _FURTHEST * abs(reach))
    try:
        while drop(best + reach) < quantile:
            reach *= 1.5
            if abs(reach) > furthest:
                return None
        edges = sorted((best, best + reach))
        return float(brentq(lambda value: drop(value) - quantile, *edges, xtol=1e-10, rtol=1e-10))
    except np.linalg.LinAlgError:
        return None


def _try(evaluate: Penalized, beta: Floats) -> Point | None:
    try:
        point = evaluate(beta)
    except np.linalg.LinAlgError:
        return None
    return point if np.isfinite(point.value) else None
