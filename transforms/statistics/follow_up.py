"""How long subjects were followed, by the three definitions papers mix up; each result carries its own name.

Belongs here: follow-up time. Survival itself is in kaplan_meier.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import check_survival, check_times
from transforms.statistics.descriptives import Summary, summarize
from transforms.statistics.kaplan_meier import kaplan_meier, median_survival
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import Interval


def follow_up_reverse_kaplan_meier(
    time: ArrayLike, event: ArrayLike, *, interval: Interval = "log-log", confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Median potential follow-up: a Kaplan-Meier median with death as the censoring and censoring as the event.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to death or last contact, any unit.
    event : array (n,)
        1 for death, 0 for alive at last contact.
    interval : str
        Pointwise interval: "log-log", "log", "plain", "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        The median in the unit of `time`, with its interval. Not estimable if too few were censored.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Schemper and Smith, Control Clin Trials 1996;17:343.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.follow_up_reverse_kaplan_meier([3, 5, 8, 10, 12], [1, 0, 0, 1, 0]).value
    10.0
    """
    times, events = check_survival(time, event)
    curve = kaplan_meier(times, ~events, interval=interval, confidence=confidence)
    if isinstance(curve, NotEstimable):
        return curve
    median = median_survival(curve)
    if isinstance(median, NotEstimable):
        return NotEstimable(reason("follow_up_not_reached", n=curve.n_events, of=curve.n))
    return replace(median, method=f"reverse-kaplan-meier/{interval}")


def follow_up_simple(time: ArrayLike) -> Summary | NotEstimable:
    """Observed follow-up of all subjects, the dead included (their follow-up ended with death, so it looks short).

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.

    Returns
    -------
    Summary | NotEstimable
        Median, range and quartiles, in the unit of `time`. Not estimable without subjects.

    Raises
    ------
    ValueError
        Impossible times.

    References
    ----------
    Schemper and Smith 1996, method 1.
    """
    summary = summarize(check_times(time))
    return summary if isinstance(summary, NotEstimable) else replace(summary, method="observed-follow-up")


def follow_up_among_survivors(time: ArrayLike, event: ArrayLike) -> Summary | NotEstimable:
    """Observed follow-up of the subjects still alive at last contact.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to death or last contact, any unit.
    event : array (n,)
        1 for death, 0 for alive at last contact.

    Returns
    -------
    Summary | NotEstimable
        Median, range and quartiles of the censored subjects' times. Not estimable if all have died or there are none.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Schemper and Smith 1996, method 2.
    """
    times, events = check_survival(time, event)
    survivors = np.asarray(times[~events])
    if survivors.size == 0:
        return NotEstimable(reason("nobody_alive"))
    summary = summarize(survivors)
    return summary if isinstance(summary, NotEstimable) else replace(summary, method="survivors-follow-up")
