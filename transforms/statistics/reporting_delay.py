"""How long after an event it is reported: the distribution of delays, when only delays shorter than the time passed could be seen.

Belongs here: the delays of one kind of event. What an outcome becomes once late reports are in is in caught_up.py.

An event of last week whose report takes a month is in no data yet, so that reported delays are too short (right truncation). Read
backwards in delay they are an ordinary life table: among events reported within y days or less, of which y days had passed, the share
reported on day y. The distribution is known up to a constant: it is that of delays up to the longest that could have been seen.

Sources: Lagakos, Barraj and De Gruttola, Biometrika 1988;75:515 (reverse-time hazard); Kalbfleisch and Lawless, J Am Stat Assoc
1989;84:360; Lawless, Can J Stat 1994;22:15 (reporting delays, and what is still to come). Equal to R's survfit of negated delays with late entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_kind, check_number, check_share, check_times
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import compute_bounds

# Share of the largest weight below which rounding would decide.
_SMALLEST = 1e-12


@dataclass(frozen=True)
class ReportingDelay:
    """Share of events reported within a delay, of those reported within the longest that could have been seen.

    Attributes
    ----------
    time: distinct delays, ascending. share: of events reported within that delay; 1 at the last.
    standard_error_of_log: of the logarithm of `share`, by Greenwood's variance; 0 at the last.
    n: events. longest: the longest delay that could have been seen.
    """

    time: Floats
    share: Floats
    standard_error_of_log: Floats
    n: int
    longest: float

    def reported_within(self, days: Floats) -> Floats:
        """The share reported within each of these delays, 0 before the shortest that was seen."""
        return np.concatenate(([0.0], self.share))[np.searchsorted(self.time, days, side="right")]


def reporting_delay(
    delay: ArrayLike, could_be: ArrayLike, *, weight: ArrayLike | None = None
) -> ReportingDelay | NotEstimable:
    """Estimate the distribution of reporting delays by the reverse-time hazard.

    Parameters
    ----------
    delay : array (n,)
        Delay of each reported event, any unit, >= 0.
    could_be : array (n,)
        Longest delay with which each could have been seen, from the event to the last report, same unit.
    weight : array (n,), optional
        Weight of each event, above 0. Default 1.

    Returns
    -------
    ReportingDelay | NotEstimable
        Share reported within each delay. Not estimable without events, or if at some delay every event that could be
        compared was reported with just that delay, so that nothing is known of shorter ones.

    Raises
    ------
    ValueError
        Unequal lengths, a delay longer than could be, or a weight of 0 or next to nothing beside the others.

    References
    ----------
    Lagakos, Barraj and De Gruttola, Biometrika 1988;75:515; Kalbfleisch and Lawless, JASA 1989;84:360.
    """
    seen, longest = check_times(delay, "delay"), check_times(could_be, "could_be")
    counted = np.ones(seen.size) if weight is None else check_times(weight, "weight")
    if not seen.size == longest.size == counted.size:
        raise ValueError("delay, could_be and weight must be of one length")
    if (seen > longest).any():
        raise ValueError("delay must not be longer than could_be: such an event could not have been seen")
    if (counted <= _SMALLEST * counted.max(initial=0.0)).any():
        raise ValueError("weight must be above 0, and no weight beyond comparison with the others")
    counted = counted / counted.mean() if counted.size else counted
    if not seen.size:
        return NotEstimable(reason("no_delays"))
    time, place = np.unique(seen, return_inverse=True)
    reported = np.bincount(place, weights=counted, minlength=time.size)
    # Of events with a delay of y or less those of which y days had passed.
    first, last = place, np.searchsorted(time, longest, side="right")
    steps = np.zeros(time.size + 1)
    np.add.at(steps, first, counted)
    np.subtract.at(steps, last, counted)
    comparable = np.cumsum(steps)[:-1]
    left = comparable - reported
    if (left[1:] <= 1e-9 * comparable[1:]).any():
        return NotEstimable(reason("delays_not_comparable"))
    factors = left[1:] / comparable[1:]
    share = np.concatenate((np.cumprod(factors[::-1])[::-1], [1.0]))
    spread = reported[1:] / (comparable[1:] * left[1:])
    variance = np.concatenate((np.cumsum(spread[::-1])[::-1], [0.0]))
    return ReportingDelay(time, share, np.sqrt(variance), seen.size, float(longest.max()))


def delay_by(found: ReportingDelay, days: float, *, confidence: float = 0.95) -> Estimate:
    """Read the share of events reported within a delay.

    Parameters
    ----------
    found : ReportingDelay
        From `reporting_delay`.
    days : float
        The delay, in the unit of the delays, >= 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate
        Share of those reported within the longest delay that could have been seen, 0 to 1; log-log interval.

    Raises
    ------
    ValueError
        Impossible confidence or delay.
    """
    check_share(confidence)
    check_kind(found, ReportingDelay, "found")
    at = check_number(days, "days", least=0.0)
    place = int(np.searchsorted(found.time, at, side="right")) - 1
    share = float(found.share[place]) if place >= 0 else 0.0
    error = share * float(found.standard_error_of_log[place]) if place >= 0 else 0.0
    (low,), (high,) = compute_bounds(np.array([share]), np.array([error]), "log-log", confidence)
    return Estimate(share, low, high, confidence, "reverse-hazard/log-log", found.n, standard_error=error)


def delay_quantile(found: ReportingDelay, share: float) -> float:
    """Read the delay within which a share of events is reported.

    Parameters
    ----------
    found : ReportingDelay
        From `reporting_delay`.
    share : float
        Share of events, between 0 and 1.

    Returns
    -------
    float
        The delay, in the unit of the delays.

    Raises
    ------
    ValueError
        A share outside of (0, 1).
    """
    check_share(share, "share")
    check_kind(found, ReportingDelay, "found")
    return float(found.time[int(np.argmax(found.share >= share - 1e-12))])
