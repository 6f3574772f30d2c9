"""What is read from completed courses: rates, numbers at risk and late events, with the spread of the draws.

Belongs here: means and quantiles over the draws. The courses are completed in caught_up.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schemas.reasons import reason
from transforms.statistics.arrays import Floats, check_count, check_kind, check_number, check_share, check_times
from transforms.statistics.caught_up import CaughtUp
from transforms.statistics.result import Estimate, NotEstimable

# Of draws in which nobody is at risk at a time, so many make it not estimable.
_MOST_WITHOUT = 0.05
METHOD = "caught-up"


def caught_up_incidence(
    found: CaughtUp, causes: Sequence[int], t: float, *, confidence: float = 0.95
) -> Estimate | NotEstimable:
    """Read the cumulative incidence expected once reports are in.

    Parameters
    ----------
    found : CaughtUp
        From `catch_up`.
    causes : sequence of int
        One or several causes, 1 or higher.
    t : float
        One of the times asked for in `catch_up`.
    confidence : float
        Share of the draws inside the interval, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Mean over the draws, 0 to 1, with the interval of the figure once reports are in, not of what it stands for in other
        subjects. Not estimable if nobody may be at risk then.

    Raises
    ------
    ValueError
        A time or cause that was not asked for.
    """
    places = _causes(found, causes)
    values = found.incidence[:, places, _place(found, t)].sum(axis=1)
    return _estimate(found, values, t, confidence, sum(found.events[place] for place in places))


def caught_up_survival(found: CaughtUp, t: float, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Read the share without any of the causes expected once reports are in.

    Parameters
    ----------
    found : CaughtUp
        From `catch_up`.
    t : float
        One of the times asked for in `catch_up`.
    confidence : float
        Share of the draws inside the interval, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        As `caught_up_incidence` gives an incidence.

    Raises
    ------
    ValueError
        A time that was not asked for.
    """
    place = _place(found, t)
    # Of shares that add up to one, what is left is no less than nothing.
    survival = np.maximum(1.0 - found.incidence[:, :, place].sum(axis=1), 0.0)
    return _estimate(found, survival, t, confidence, sum(found.events))


def caught_up_at_risk(found: CaughtUp, t: float, *, confidence: float = 0.95) -> Estimate:
    """Read the number at risk expected once reports are in.

    Parameters
    ----------
    found : CaughtUp
        From `catch_up`.
    t : float
        One of the times asked for in `catch_up`; subjects with T >= t are at risk.
    confidence : float
        Share of the draws inside the interval, between 0 and 1.

    Returns
    -------
    Estimate
        Mean number of subjects over the draws, with its interval.

    Raises
    ------
    ValueError
        A time that was not asked for.
    """
    place = _place(found, t)
    return _summary(found, found.at_risk[:, place].astype(np.float64), confidence, sum(found.events))


def late_events(found: CaughtUp, causes: Sequence[int], *, confidence: float = 0.95) -> Estimate:
    """Count the events that are expected to have happened and are not reported yet.

    Parameters
    ----------
    found : CaughtUp
        From `catch_up`.
    causes : sequence of int
        One or several causes, 1 or higher.
    confidence : float
        Share of the draws inside the interval, between 0 and 1.

    Returns
    -------
    Estimate
        Mean number over the draws, with its interval.

    Raises
    ------
    ValueError
        A cause that is none.
    """
    places = _causes(found, causes)
    values = found.late[:, places].sum(axis=1).astype(np.float64)
    return _summary(found, values, confidence, sum(found.events[place] for place in places))


def _place(found: CaughtUp, t: float) -> int:
    check_kind(found, CaughtUp, "found")
    places = np.flatnonzero(found.at == check_number(t, "t", least=0.0))
    if not places.size:
        raise ValueError("t must be one of the times that were asked for")
    return int(places[0])


def _causes(found: CaughtUp, causes: Sequence[int]) -> list[int]:
    check_kind(found, CaughtUp, "found")
    places = [check_count(one, "causes") for one in check_times(causes, "causes")]
    if not places or not {*places} <= {*range(1, len(found.events) + 1)}:
        raise ValueError(f"causes must be some of 1 to {len(found.events)}")
    return [one - 1 for one in dict.fromkeys(places)]


def _estimate(found: CaughtUp, values: Floats, t: float, confidence: float, events: int) -> Estimate | NotEstimable:
    known = values[np.isfinite(values)]
    if values.size - known.size > _MOST_WITHOUT * values.size:
        return NotEstimable(reason("not_at_risk_when_caught_up", time=t))
    summary = _summary(found, known, confidence, events)
    at_risk = round(float(found.at_risk[:, _place(found, t)].mean()))
    return Estimate(
        summary.value, summary.low, summary.high, confidence, METHOD, found.n, events, at_risk, summary.standard_error
    )


def _summary(found: CaughtUp, values: Floats, confidence: float, events: int) -> Estimate:
    check_share(confidence)
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(
        float(values.mean()),
        float(low),
        float(high),
        confidence,
        METHOD,
        found.n,
        events,
        standard_error=float(values.std()),
    )
