"""A curve read at one time, such as leukemia-free survival or the cumulative incidence of relapse at 12 months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

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
) -> Estimate | NotEstimable:
    """The probability (rows,) and its standard error (rows,) as they stand at a landmark.

    `t` in the curve's unit, >= 0. Returns the fraction with its pointwise interval, `at_risk` = subjects with T >= t, `events` =
    events up to and including t. NotEstimable beyond the last time at which a subject was at risk.
    Raises ValueError for a negative time.
    """
    t = check_number(t, "a landmark", least=0.0)
    # Landmarks are given in other roundings than event times (12 months, 365.25 days): the same tolerance as for ties.
    t = snap_time(t, curve.time)
    if t > curve.last_time:
        return NotEstimable(f"no subject was at risk at {t:g}; the last was at {curve.last_time:g}")
    row = int(np.searchsorted(curve.time, t, side="right")) - 1
    error = standard_error[row]
    undefined = "" if curve.low[row] is not None else f"{curve.interval} interval undefined at {probability[row]:g}"
    return Estimate(
        value=float(probability[row]),
        low=curve.low[row],
        high=curve.high[row],
        level=curve.level,
        method=curve.method,
        n=curve.n,
        events=int(curve.events[: row + 1].sum()),
        at_risk=curve.at_risk_at(t),
        standard_error=None if error is None else float(error),
        note="; ".join(filter(None, (_note_emptied(curve.emptied, t), undefined))),
    )


def _note_emptied(emptied: Floats, t: float) -> str:
    if not emptied.size or t < emptied[0]:
        return ""
    return f"nobody was left at risk at {emptied[0]:g}, before others came under observation: the curve says nothing of these"
