"""Geometric mean and coefficient of variation over subjects, for quantities that vary by factors: expansion, exposure.

Belongs here: the description of positive values on the log scale. Medians are in descriptives.py.

Source: Julious and Debarnot, J Biopharm Stat 2000;10:55.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_known, check_share
from transforms.statistics.result import Estimate, NotEstimable


def geometric_mean(values: Sequence[float | None], *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Geometric mean of positive values with Student's interval of the logs.

    Parameters
    ----------
    values : array
        Values >= 0, one unit. Zeros and None are counted in the note and left out.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The mean in the unit of the values; `standard_error` is that of the log. Not estimable if no value is positive.

    Raises
    ------
    ValueError
        A negative or infinite value.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> round(st.geometric_mean([1, 10, 100]).value, 6)
    10.0
    """
    check_share(confidence)
    given = _check(values)
    known = given[~np.isnan(given)]
    logs = np.log(known[known > 0])
    if not logs.size:
        return NotEstimable(reason("no_positive_value"))
    n, center = int(logs.size), float(logs.mean())
    error = float(logs.std(ddof=1) / np.sqrt(n)) if n > 1 else None
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error if error is not None else None
    left_out = given.size - n
    return Estimate(
        value=float(np.exp(center)),
        low=None if half is None else float(np.exp(center - half)),
        high=None if half is None else float(np.exp(center + half)),
        confidence=confidence,
        method="geometric-mean/t-of-logs",
        n=n,
        standard_error=error,
        note=reason("without_positive_value", n=left_out) if left_out else None,
    )


def geometric_cv(values: Sequence[float | None]) -> float | NotEstimable:
    """Geometric coefficient of variation of the positive values.

    Parameters
    ----------
    values : array
        Values >= 0, one unit.

    Returns
    -------
    float | NotEstimable
        A fraction: sqrt(exp(variance of the logs) - 1). Not estimable as in `geometric_mean`.

    Raises
    ------
    ValueError
        A negative or infinite value.
    """
    given = _check(values)
    logs = np.log(given[given > 0])
    if logs.size < 2:
        return NotEstimable(reason("one_positive_value"))
    return float(np.sqrt(np.expm1(logs.var(ddof=1))))


def _check(values: Sequence[float | None]) -> Floats:
    given = check_known(values)
    if (given < 0).any():
        raise ValueError("values must not be negative")
    return given
