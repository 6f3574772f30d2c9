"""Median, range and quartiles of a measured quantity, as a baseline table prints them.

Belongs here: one-sample descriptions without inference. Medians of times to event are in survival_quantiles.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.reasons import reason
from transforms.statistics.arrays import check_known
from transforms.statistics.result import NotEstimable


@dataclass(frozen=True)
class Summary:
    """Description of one quantity, in its own unit; `n_missing` values were left out, `sd` is None for a single value."""

    n: int
    n_missing: int
    median: float
    low: float
    high: float
    lower_quartile: float
    upper_quartile: float
    mean: float
    sd: float | None
    method: str = "median-range"


def summarize(values: Sequence[float | None] | NDArray[np.float64]) -> Summary | NotEstimable:
    """Describe one measured quantity, such as age at infusion in years.

    Parameters
    ----------
    values : array
        One quantity, any unit. None and NaN count as missing.

    Returns
    -------
    Summary | NotEstimable
        Median, range, quartiles, mean, and how many are missing. Not estimable if no value is known.

    Raises
    ------
    ValueError
        An infinite value.

    References
    ----------
    Quartiles interpolate linearly: Hyndman and Fan, Am Stat 1996;50:361, type 7.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> summary = st.summarize([9, 24, 31, None, 46])
    >>> summary.median, summary.n
    (27.5, 4)
    """
    given = check_known(values)
    known = given[~np.isnan(given)]
    if known.size == 0:
        return NotEstimable(reason("no_known_value"))
    lower, median, upper = (float(quartile) for quartile in np.quantile(known, [0.25, 0.5, 0.75]))
    return Summary(
        n=int(known.size),
        n_missing=int(given.size - known.size),
        median=median,
        low=float(known.min()),
        high=float(known.max()),
        lower_quartile=lower,
        upper_quartile=upper,
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
    )
