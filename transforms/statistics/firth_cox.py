"""Firth-penalized Cox regression, for partial likelihoods that have no maximum; start-stop rows and strata included.

Belongs here: the penalized likelihood, its maximum, profile-likelihood intervals and penalized likelihood-ratio tests, which
stay valid where Wald's fail. Ties after Breslow, as R's coxphf. When to use it cox.py decides.

Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Biometrics 2001;57:114; Heinze and Dunkler, Stat Med 2008;27:6455.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

from transforms.statistics.arrays import Floats
from transforms.statistics.model import Fit
from transforms.statistics.partial_likelihood import RiskSets
from transforms.statistics.result import NotEstimable

_MAX_STEPS = 200
_MAX_HALVINGS = 30
_MAX_STEP = 2.0
_FURTHEST = 60.0  # log hazard ratio: beyond it a profile bound is taken as infinite


@dataclass(frozen=True)
class _Point:
    value: float
    score: Floats
    information: Floats


def fit_firth_cox(rows: RiskSets, level: float) -> Fit | NotEstimable:
    """Maximize the penalized likelihood of prepared rows; bounds None where the profile never falls far enough."""
    p = rows.x.shape[1]
    everything = list(range(p))
    with np.errstate(all="ignore"):
        try:
            best = _climb(rows, np.zeros(p), everything)
            top = _evaluate(rows, best)
            drops = [_profile(rows, best, top.value, j) for j in everything]
            bounds = tuple(_find_bounds(drop, best[j], level, top, j) for j, drop in enumerate(drops))
            tests = tuple(float(chdtrc(1, max(0.0, drop(0.0)))) for drop in drops)
            null = _evaluate(rows, np.zeros(p)).value
            covariance = np.asarray(np.linalg.inv(top.information), dtype=np.float64)
        except (np.linalg.LinAlgError, FloatingPointError):
            return NotEstimable("even the Firth-penalized model cannot be fitted: too few subjects or events")
    return Fit(best, covariance, top.value, null, profile_bounds=bounds, profile_p=tests)


def _evaluate(rows: RiskSets, beta: Floats) -> _Point:
    """Penalized log likelihood, its score (p,) and the information (p, p), event time by event time."""
    linear = rows.x @ beta
    risk = np.exp(linear - linear.max())
    value = float(linear[rows.failing].sum())
    p = beta.size
    score, information, third = rows.failing_x.sum(axis=0), np.zeros((p, p)), np.zeros((p, p, p))
    for k, deaths in enumerate(rows.deaths):
        at_risk = rows.left > k if rows.entered is None else (rows.left > k) & (rows.entered <= k)
        x, weight = rows.x[at_risk], risk[at_risk]
        total = weight.sum()
        mean = weight @ x / total
        centered, share = x - mean, weight / total
        value -= deaths * float(np.log(total) + linear.max())
        score = score - deaths * mean
        information += deaths * (centered.T @ (centered * share[:, None]))
        third += deaths * np.einsum("i,ia,ib,ic->abc", share, centered, centered, centered)
    sign, logarithm = np.linalg.slogdet(information)
    if sign <= 0 or not np.isfinite(logarithm):
        raise np.linalg.LinAlgError("the information has vanished")
    bend = np.einsum("ab,abc->c", np.linalg.inv(information), third) / 2
    return _Point(value + 0.5 * float(logarithm), score + bend, information)


def _climb(rows: RiskSets, beta: Floats, free: list[int]) -> Floats:
    """Maximize over the coordinates `free`, the others held; Newton's steps on the information, shortened and halved."""
    point = _evaluate(rows, beta)
    for _ in range(_MAX_STEPS if free else 0):
        step = np.zeros_like(beta)
        step[free] = np.linalg.solve(point.information[np.ix_(free, free)], point.score[free])
        step *= min(1.0, _MAX_STEP / max(float(np.abs(step).max()), 1e-300))
        proposal = _try(rows, beta + step)
        for _ in range(_MAX_HALVINGS):
            # The penalty bends the likelihood more than the information says: a full step may land as high beyond the top.
            enough = point.value + 0.1 * float(step @ point.score) - 1e-13 * abs(point.value)
            if proposal is not None and proposal.value >= enough:
                break
            step /= 2
            proposal = _try(rows, beta + step)
        if proposal is None:
            break
        beta, point = beta + step, proposal
        if float(np.abs(step).max()) < 1e-11:
            break
    if float(np.abs(point.score[free]).max(initial=0.0)) > 1e-5:
        raise np.linalg.LinAlgError("no convergence")
    return beta


def _try(rows: RiskSets, beta: Floats) -> _Point | None:
    try:
        point = _evaluate(rows, beta)
    except np.linalg.LinAlgError:
        return None
    return point if np.isfinite(point.value) else None


def _profile(rows: RiskSets, best: Floats, top: float, j: int) -> Callable[[float], float]:
    """Twice the loss of likelihood when coefficient `j` is held at a value and all others are free."""
    others = [i for i in range(best.size) if i != j]

    def drop(value: float) -> float:
        held = best.copy()
        held[j] = value
        return 2 * (top - _evaluate(rows, _climb(rows, held, others)).value)

    return drop


def _find_bounds(
    drop: Callable[[float], float], best: float, level: float, top: _Point, j: int
) -> tuple[float | None, float | None]:
    """Where the profile has fallen by the chi-square quantile, on either side of the estimate."""
    quantile = float(chdtri(1, 1 - level))
    width = float(np.sqrt(np.linalg.inv(top.information)[j, j]))
    return _search(drop, best, -width, quantile), _search(drop, best, width, quantile)


def _search(drop: Callable[[float], float], best: float, reach: float, quantile: float) -> float | None:
    """Where the profile, followed from the estimate in the direction of `reach`, has fallen by `quantile`."""
    try:
        while drop(best + reach) < quantile:
            reach *= 1.5
            if abs(reach) > _FURTHEST:
                return None
        edges = sorted((best, best + reach))
        return float(brentq(lambda value: drop(value) - quantile, *edges, xtol=1e-12, rtol=1e-12))
    except np.linalg.LinAlgError:
        return None
