"""Maximizing the Cox partial likelihood by Newton's method.

Belongs here: the search for the maximum, and which columns the likelihood depends on. The likelihood itself is in
partial_likelihood.py. lifelines' time-varying fitter walks the event times in Python and is not needed for it.

Source: Therneau and Grambsch, Modeling Survival Data, 2000, 3.3 and 3.7; equal to R's coxph(Surv(start, stop, event)).
"""

from __future__ import annotations

import numpy as np

from transforms.statistics.model import Fit
from transforms.statistics.partial_likelihood import RiskSets, evaluate

_MAX_STEPS = 50
_MAX_HALVINGS = 30


def maximize_partial_likelihood(rows: RiskSets) -> Fit | None:
    """Fit the Cox model of prepared rows; None where Newton's method fails."""
    # On a likelihood without a maximum the risk sums vanish; the result is then not finite and refused below.
    with np.errstate(all="ignore"):
        return _climb(rows)


def find_informative_columns(rows: RiskSets) -> list[int]:
    """Columns of the rows in which, beside earlier ones, subjects at risk together at some event differ.

    The others (such as a level whose subjects were all censored before the first event) leave the likelihood flat; R reports
    them as NA. Found by eliminating columns in order from the information at coefficients of 0.
    """
    information = evaluate(rows, np.zeros(rows.x.shape[1]))[2]
    kept: list[int] = []
    for j in range(rows.x.shape[1]):
        known = information[np.ix_(kept, kept)]
        rest = information[j, j] - information[j, kept] @ np.linalg.solve(known, information[kept, j])
        if rest > 1e-9 * max(float(rows.x[:, j].var()), 1e-300):
            kept.append(j)
    return kept


def _climb(rows: RiskSets) -> Fit | None:
    beta = np.zeros(rows.x.shape[1])
    value, score, information = evaluate(rows, beta)
    null = value
    for _ in range(_MAX_STEPS):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return None
        proposal = evaluate(rows, beta + step)
        for _ in range(_MAX_HALVINGS):
            if proposal[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
            proposal = evaluate(rows, beta + step)
        beta = beta + step
        value, score, information = proposal
        # The Newton decrement: what is still to be gained. Newton doubles the digits, so beta is exact well before this.
        if float(step @ information @ step) < 1e-16 * (1 + abs(value)):
            break
    try:
        covariance = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        return None
    if not (
        np.isfinite(value)
        and np.isfinite(beta).all()
        and np.isfinite(covariance).all()
        and (np.diag(covariance) > 0).all()
    ):
        return None
    return Fit(beta, covariance.astype(np.float64), float(value), float(null))
