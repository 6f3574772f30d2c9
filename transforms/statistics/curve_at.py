"""A curve read at one time, such as leukemia-free survival or the cumulative incidence of relapse at 12 months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from schemas.reasons import Reason, reason, together
from transforms.statistics.arrays import Floats, check_number, snap_time
from transforms.statistics.result import Estimate, NotEstimable

if TYPE_CHECKING:
    from transforms.statistics.cumulative_incidence import IncidenceCurve
    from transforms.statistics.kaplan_meier import SurvivalCurve


def read_curve_at(
    curve: SurvivalCurve | IncidenceCurve,
    probability: Floats,
    standard_error: Sequence[float | None] | Floats,
    t: float,
    *,
    event_free: Floats,
) -> Estimate | NotEstimable:
    """The probability (rows,) and its standard error (rows,) as they stand at a landmark.

    `t` in the curve's unit, >= 0. Returns the fraction with its pointwise interval, `at_risk` = subjects with T >= t, `events` =
    events up to and including t. NotEstimable beyond the last time at which a subject was at risk, unless nobody is left
    free of all events then: what is certain stays as it ended. event_free: the probability to have had none (rows,).
    Raises ValueError for a negative time.
    """
    t = check_number(t, "a landmark", least=0.0)
    # Landmarks are given in other roundings than event times (12 months, 365.25 days): the same tolerance as for ties.
    t = snap_time(t, curve.time)
    if t > curve.last_time and event_free[-1] > 0:
        return NotEstimable(reason("not_at_risk", time=t, last=curve.last_time))
    row = int(np.searchsorted(curve.time, t, side="right")) - 1
    error = standard_error[row]
    undefined = (
        None
        if curve.low[row] is not None
        else reason("interval_undefined", interval=curve.interval, rate=probability[row])
    )
    return Estimate(
        value=float(probability[row]),
        low=curve.low[row],
        high=curve.high[row],
        confidence=curve.confidence,
        method=curve.method,
        n=curve.n,
        events=int(curve.events[: row + 1].sum()),
        at_risk=curve.at_risk_at(t),
        standard_error=None if error is None else float(error),
        note=together(_note_emptied(curve.emptied, t), undefined),
    )


def _note_emptied(emptied: Floats, t: float) -> Reason | None:
    if not emptied.size or t < emptied[0]:
        return None
    return reason("nobody_left", time=emptied[0])
