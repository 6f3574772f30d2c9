"""Whether a regression has a finite maximum-likelihood estimate at all.

Belongs here: detection, exact by linear programming, of separation (logistic) and of a monotone likelihood (Cox). In small
trials a level without events, or with nothing but events, is common; Newton's method then stops at an arbitrary huge
coefficient. Does not belong here: what is done about it (firth_cox.py, firth_logistic.py).

Sources: Albert and Anderson, Biometrika 1984;71:1; Konis 2007 (linear program); Heinze and Schemper, Biometrics 2001;57:114.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from transforms.statistics.arrays import Booleans, Floats
from transforms.statistics.partial_likelihood import RiskSets, evaluate

# The program's optimum is 0 when estimates are finite and of the order of 1 (columns are scaled to 1) when they are not.
_TOLERANCE = 1e-6


def find_separated_columns(matrix: Floats, outcome: Booleans) -> list[int]:
    """Columns of a logistic model whose estimates are infinite; an empty list where there is no separation.

    `matrix` (n, p) with the intercept column included, `outcome` (n,).
    """
    signed = _scale_columns(matrix) * np.where(outcome, 1.0, -1.0)[:, None]
    return _maximize(signed.sum(axis=0), csr_matrix(-signed), matrix.shape[1])


def find_monotone_columns(rows: RiskSets) -> list[int]:
    """Columns of a Cox model along which the partial likelihood rises for ever; an empty list where it has a maximum.

    The likelihood is monotone where some combination of the covariates is, at every event time, largest for the subjects with
    the event among all at risk.
    """
    x = _scale_columns(rows.x)
    p = x.shape[1]
    blocks, objective = [], np.zeros(p)
    for k in range(rows.n_event_times):
        at_risk = rows.left > k if rows.entered is None else (rows.left > k) & (rows.entered <= k)
        failing = np.unique(x[rows.failing[rows.at == k]], axis=0)
        others = np.unique(x[at_risk], axis=0)
        # x_failing - x_other >= 0 for every pair; repeated patterns add nothing.
        pairs = (failing[:, None, :] - others[None, :, :]).reshape(-1, p)
        blocks.append(csr_matrix(-pairs))
        objective += pairs.sum(axis=0)
    return _maximize(objective, vstack(blocks).tocsr(), p)


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


def _maximize(objective: Floats, constraints: csr_matrix, p: int) -> list[int]:
    """Columns with a nonzero part in the direction that maximizes `objective` under constraints @ direction <= 0."""
    solution = linprog(-objective, A_ub=constraints, b_ub=np.zeros(constraints.shape[0]), bounds=[(-1, 1)] * p)
    if solution.x is None or objective @ solution.x < _TOLERANCE:
        return []
    return [i for i in range(p) if abs(solution.x[i]) > _TOLERANCE]
