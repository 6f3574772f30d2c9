"""Whether a regression has a finite maximum-likelihood estimate at all.

Belongs here: detection, exact by linear programming, of separation (logistic) and of a monotone likelihood (Cox). In small
trials a level without events, or with nothing but events, is common; Newton's method then stops at an arbitrary huge
coefficient. Does not belong here: what is done about it (firth_cox.py, firth_logistic.py).

Sources: Albert and Anderson, Biometrika 1984;71:1; Konis 2007 (linear program); Heinze and Schemper, Biometrics 2001;57:114;
Bach, Electronic Journal of Statistics 2010;4:384, proposition 2 (a finite estimate is near).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.special import expit

from transforms.statistics.arrays import Booleans, Floats, Integers
from transforms.statistics.partial_likelihood import RiskSets, evaluate, sum_at_risk

# The program's optimum is 0 when estimates are finite and of the order of 1 (columns are scaled to 1) when they are not.
_TOLERANCE = 1e-6
# The program's own tolerance: a pair is ordered the wrong way round beyond it.
_BROKEN = 1e-7
# Newton's steps before the program is asked; four or five suffice where an estimate is finite.
_STEPS = 8
# An information whose eigenvalues differ by more is not known well enough to prove anything.
_KNOWN = 1e-9


def find_separated_columns(matrix: Floats, outcome: Booleans) -> list[int]:
    """Columns of a logistic model whose estimates are infinite; an empty list where there is no separation.

    `matrix` (n, p) with the intercept column included, `outcome` (n,).
    """
    scaled = _scale_columns(matrix)
    if _has_finite_estimate(scaled, outcome):
        return []
    signed = scaled * np.where(outcome, 1.0, -1.0)[:, None]
    return _maximize(signed.sum(axis=0), csr_matrix(-signed), matrix.shape[1])


def _has_finite_estimate(scaled: Floats, outcome: Booleans) -> bool:
    """Whether it is proven by a few of Newton's steps, which take a tenth of the linear program's time; False proves nothing.

    Where the decrement is at most sqrt(least eigenvalue of the information) / (2 x longest row), the likelihood has its maximum at
    finite coefficients.
    """
    longest = float(np.sqrt(np.einsum("ij,ij->i", scaled, scaled).max(initial=0.0)))
    beta = np.zeros(scaled.shape[1])
    for _ in range(_STEPS):
        share = expit(scaled @ beta)
        score = scaled.T @ (outcome - share)
        information = scaled.T @ (scaled * (share * (1 - share))[:, None])
        eigenvalues = np.linalg.eigvalsh(information)
        if not eigenvalues[0] > _KNOWN * eigenvalues[-1]:
            return False
        step = np.linalg.solve(information, score)
        if float(score @ step) * (2 * longest) ** 2 <= eigenvalues[0]:
            return True
        beta = beta + step
    return False


def find_monotone_columns(rows: RiskSets) -> list[int]:
    """Columns of a Cox model along which the partial likelihood rises for ever; an empty list where it has a maximum.

    The likelihood is monotone where some combination of the covariates is, at every event time, largest for the subjects with
    the event among all at risk.
    """
    x = _scale_columns(rows.x)
    p = x.shape[1]
    if not p or not rows.n_event_times:
        return []
    objective = _sum_differences(rows, x)
    # All pairs at once are events times subjects; those that a direction breaks are few, and are added until none is broken.
    pairs = np.zeros((0, p))
    while True:
        direction = _find_direction(objective, csr_matrix(-pairs), p)
        if direction is None:
            return []
        broken = _find_broken(rows, x, direction)
        if not len(broken):
            return [i for i in range(p) if abs(direction[i]) > _TOLERANCE]
        pairs = np.vstack([pairs, broken])


def _sum_differences(rows: RiskSets, x: Floats) -> Floats:
    """Covariates of those failing less those of each other subject at risk then, summed over all pairs and put in proportion."""
    at_risk = sum_at_risk(rows, np.ones(len(x)))
    others = np.column_stack([sum_at_risk(rows, column) for column in x.T])
    own = x[rows.failing] * at_risk[rows.at, None]
    return np.asarray((own - others[rows.at]).mean(axis=0))


def _find_broken(rows: RiskSets, x: Floats, direction: Floats) -> Floats:
    """Per event time the pair that `direction` orders the wrong way round by most, as the difference of its covariates."""
    height = x @ direction
    lowest = rows.failing[np.lexsort((height[rows.failing], rows.at))][
        np.cumsum(rows.deaths) - rows.deaths
    ]  # of those failing at one time
    highest = _find_highest(rows, height)
    broken = height[highest] - height[lowest] > _BROKEN
    return np.asarray(x[lowest[broken]] - x[highest[broken]])


def _find_highest(rows: RiskSets, height: Floats) -> Integers:
    """The row with the largest `height` among those at risk, per event time."""
    if rows.entered is not None:
        return np.array(
            [
                inside[np.argmax(height[inside])]
                for inside in (np.flatnonzero((rows.left > k) & (rows.entered <= k)) for k in range(rows.n_event_times))
            ]
        )
    latest_first = np.argsort(-rows.left, kind="stable")
    best = np.maximum.accumulate(height[latest_first])
    rises = np.concatenate([[True], best[1:] > best[:-1]])
    leader = latest_first[np.maximum.accumulate(np.where(rises, np.arange(best.size), 0))]
    at_risk = np.cumsum(np.bincount(rows.left, minlength=rows.n_event_times + 1)[::-1])[::-1][1:]
    return np.asarray(leader[at_risk - 1])


def find_informative_columns(rows: RiskSets) -> list[int]:
    """Columns of the rows in which, beside earlier ones, subjects at risk together at some event differ.

    The others (such as a level whose subjects were all censored before the first event) leave the likelihood flat; R reports
    them as NA. Found by eliminating columns in order from the information at coefficients of 0.
    """
    information = evaluate(rows, np.zeros(rows.x.shape[1])).information
    kept: list[int] = []
    for j in range(rows.x.shape[1]):
        known = information[np.ix_(kept, kept)]
        rest = information[j, j] - information[j, kept] @ np.linalg.solve(known, information[kept, j])
        if rest > 1e-9 * max(float(rows.x[:, j].var()), 1e-300):
            kept.append(j)
    return kept


def _scale_columns(matrix: Floats) -> Floats:
    return np.asarray(matrix / np.maximum(np.abs(matrix).max(axis=0, initial=0.0), 1e-300))


def _find_direction(objective: Floats, constraints: csr_matrix, p: int) -> Floats | None:
    """The direction within a box of 1 that maximizes `objective` under constraints @ direction <= 0; None where it gains nothing."""
    solution = linprog(-objective, A_ub=constraints, b_ub=np.zeros(constraints.shape[0]), bounds=[(-1, 1)] * p)
    if solution.x is None or objective @ solution.x < _TOLERANCE:
        return None
    return np.asarray(solution.x)


def _maximize(objective: Floats, constraints: csr_matrix, p: int) -> list[int]:
    """Columns with a nonzero part in the direction that maximizes `objective` under constraints @ direction <= 0."""
    direction = _find_direction(objective, constraints, p)
    return [] if direction is None else [i for i in range(p) if abs(direction[i]) > _TOLERANCE]
