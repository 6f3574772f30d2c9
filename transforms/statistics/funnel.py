"""Funnel limits: the counts that a site of some size may have where it is like all others.

Belongs here: exact limits of a count against a rate that is taken as known, whatever the size. No normal approximation: with five
subjects it would be wrong in either direction.

Sources: Spiegelhalter, Stat Med 2005;24:1185 (funnel plots, limits at 95% and 99.8%); exact limits as its appendix A.1.1 without the
interpolation there, so that each tail beyond the limits has at most the probability stated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, bdtrc, pdtr, pdtrc
from scipy.stats import binom, poisson

from transforms.statistics.arrays import Floats, check_number, check_share, check_times


@dataclass(frozen=True)
class FunnelLimits:
    """The lowest and highest count within the limits, and the probability of a count as low (as high) as the one seen; shape (n,) each."""

    lowest: Floats
    highest: Floats
    p_low: Floats
    p_high: Floats


def poisson_funnel(count: ArrayLike, exposure: ArrayLike, rate: ArrayLike, *, confidence: float = 0.95) -> FunnelLimits:
    """Find exact limits of a count of events in some exposure, around the rate of all.

    Parameters
    ----------
    count : array (n,)
        Events seen, whole numbers.
    exposure : array (n,)
        Exposure, such as subjects or subject-months, >= 0.
    rate : array (n,) or float
        Events per unit of exposure among all.
    confidence : float
        Confidence of the limits, between 0 and 1; half of the rest lies in each tail.

    Returns
    -------
    FunnelLimits
        Lowest and highest count within the limits, and the two tails of each count seen. A count above `highest` has
        p_high <= (1 - confidence) / 2, one below `lowest` p_low likewise.

    Raises
    ------
    ValueError
        A negative or missing value.

    References
    ----------
    Spiegelhalter, Stat Med 2005;24:1185 (funnel plots); limits by the Poisson distribution itself.
    """
    seen, size, of_all = _checked(count, exposure, rate, confidence)
    mean, tail = size * of_all, (1 - confidence) / 2
    lowest, highest = poisson.ppf(tail, mean), poisson.ppf(1 - tail, mean)
    low, high = pdtr(seen, mean), np.where(seen > 0, pdtrc(np.maximum(seen - 1, 0), mean), 1.0)
    return FunnelLimits(_next_if_beyond(lowest, pdtr(lowest, mean), tail), np.where(mean > 0, highest, 0.0), low, high)


def binomial_funnel(count: ArrayLike, total: ArrayLike, share: ArrayLike, *, confidence: float = 0.95) -> FunnelLimits:
    """Find exact limits of a count among some total, around the share of all.

    Parameters
    ----------
    count : array (n,)
        Subjects or records counted, whole numbers.
    total : array (n,)
        Of how many, whole numbers, at least `count`.
    share : array (n,) or float
        The share among all, 0 to 1.
    confidence : float
        Confidence of the limits, between 0 and 1; half of the rest lies in each tail.

    Returns
    -------
    FunnelLimits
        As of `poisson_funnel`, by the binomial distribution.

    Raises
    ------
    ValueError
        A negative or missing value, a share above 1, or a count above its total.

    References
    ----------
    Spiegelhalter, Stat Med 2005;24:1185.
    """
    seen, size, of_all = _checked(count, total, share, confidence)
    if np.any(of_all > 1) or np.any(seen > size):
        raise ValueError("expected shares up to 1 and counts up to their total")
    tail = (1 - confidence) / 2
    lowest, highest = binom.ppf(tail, size, of_all), binom.ppf(1 - tail, size, of_all)
    # ppf of a total of 0 is -1 or nan.
    lowest, highest = (np.where(size > 0, np.maximum(limit, 0.0), 0.0) for limit in (lowest, highest))
    low = bdtr(seen, size.astype(int), of_all)
    high = np.where(seen > 0, bdtrc(np.maximum(seen - 1, 0), size.astype(int), of_all), 1.0)
    return FunnelLimits(_next_if_beyond(lowest, bdtr(lowest, size.astype(int), of_all), tail), highest, low, high)


def _next_if_beyond(lowest: Floats, reached: Floats, tail: float) -> Floats:
    """The lowest count whose lower tail exceeds its share: ppf gives one whose tail may just equal it."""
    return np.where(reached <= tail, lowest + 1, lowest)


def _checked(count: ArrayLike, size: ArrayLike, rate: ArrayLike, confidence: float) -> tuple[Floats, Floats, Floats]:
    check_share(confidence)
    of_all = check_number(rate, "rate", least=0.0) if np.ndim(rate) == 0 else check_times(rate, "rate")
    seen, sizes, rates = np.broadcast_arrays(check_times(count, "count"), check_times(size, "size"), of_all)
    if np.any(seen != np.floor(seen)):
        raise ValueError("expected counts that are whole numbers")
    return seen, sizes, rates
