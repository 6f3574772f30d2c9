"""What is left once a time has been lived through: survival from a landmark on, given survival to it.

Belongs here: ratios of one curve to itself. Groups formed at a landmark are in landmark.py.

Source: Davis et al., Biometrics 2007; Zabor et al., Oncologist 2013;18:1202; equal to R's survfit(start.time).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from schemas.reasons import reason
from transforms.statistics.arrays import check_kind, check_number, snap_time
from transforms.statistics.kaplan_meier import SurvivalCurve
from transforms.statistics.result import Estimate, NotEstimable
from transforms.statistics.survival_intervals import compute_bounds


def conditional_survival(curve: SurvivalCurve, given: float, t: float) -> Estimate | NotEstimable:
    """Probability to be free of the event at `t` for one who was so at `given`, with the curve's kind of interval.

    Parameters
    ----------
    curve : SurvivalCurve
        A curve from `kaplan_meier`.
    given : float
        Time the subject has lived through, in the unit of the curve, 0 <= given <= t.
    t : float
        Time asked about, in the unit of the curve.

    Returns
    -------
    Estimate | NotEstimable
        A fraction with the curve's kind of interval; `n` counts subjects still at risk after `given`, `events` those in
        between. Not estimable if nobody is at risk after `given` or at `t`.

    Raises
    ------
    ValueError
        A `t` before `given`.

    References
    ----------
    Equal to R's survfit on the subjects still at risk.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> curve = st.kaplan_meier([2, 4, 6, 8, 10], [1, 0, 1, 1, 0])
    >>> st.conditional_survival(curve, given=4, t=8).value
    0.33333333333333337
    """
    check_kind(curve, SurvivalCurve, "curve")
    given = snap_time(check_number(given, "given", least=0.0), curve.time)
    t = snap_time(check_number(t, "t", least=given), curve.time)
    entry, end = curve.entry_and_exit
    left = int(((end > given) & (entry <= given)).sum())
    if t > curve.last_time or not left:
        return NotEstimable(reason("nobody_between", given=given, time=t, last=curve.last_time))
    between = (curve.time > given) & (curve.time <= t)
    died, at_risk = curve.events[between], curve.at_risk[between].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(died > 0, 1 - died / at_risk, 1.0)
        spread = float(np.where(died > 0, died / (at_risk * (at_risk - died)), 0.0).sum())
    value = float(np.prod(steps))
    error = value * sqrt(spread) if value > 0 else np.nan
    low, high = compute_bounds(np.array([value]), np.array([error]), curve.interval, curve.confidence)
    return Estimate(
        value=value,
        low=low[0],
        high=high[0],
        confidence=curve.confidence,
        method=f"conditional-kaplan-meier/given={given:g}/{curve.interval}",
        n=left,
        events=int(died.sum()),
        at_risk=curve.at_risk_at(t),
        standard_error=error if value > 0 else None,
        note=None if low[0] is not None else reason("interval_undefined", interval=curve.interval, rate=value),
    )
