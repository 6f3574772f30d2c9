"""Survival curves of a group one joins during follow-up, such as those transplanted so far.

Belongs here: the curves and the test for one time-dependent exposure. A plain Kaplan-Meier plot of "ever transplanted" lets
nobody die before transplant; here each subject counts in one group before the exposure and in the other after it.

Sources: Simon and Makuch, Stat Med 1984;3:35; Mantel and Byar, JASA 1974;69:81.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from schemas.reasons import reason
from transforms.statistics.arrays import Booleans, check_kind, check_number
from transforms.statistics.kaplan_meier import SurvivalCurve, kaplan_meier
from transforms.statistics.logrank import LogrankResult, logrank
from transforms.statistics.result import NotEstimable
from transforms.statistics.start_stop import StartStop
from transforms.statistics.survival_intervals import Interval


def simon_makuch(
    rows: StartStop, exposure: str, *, start: float = 0.0, interval: Interval = "log-log", confidence: float = 0.95
) -> tuple[SurvivalCurve | NotEstimable, SurvivalCurve | NotEstimable]:
    """Survival curves before and after an exposure: (unexposed, exposed).

    Parameters
    ----------
    rows : StartStop
        From `split_at_exposures`.
    exposure : str
        Name of one of its exposures.
    start : float
        Time at which both curves begin at 1: a landmark at which enough subjects are exposed, because with few at risk
        a single event takes the curve far down.
    interval : str
        Pointwise interval: "log-log", "log", "plain", "logit" or "arcsine".
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    tuple[SurvivalCurve | NotEstimable, SurvivalCurve | NotEstimable]
        Curves of the unexposed and the exposed; `n` counts the rows of a group. Not estimable for a group nobody is
        ever in.

    Raises
    ------
    ValueError
        An unknown exposure.

    References
    ----------
    Simon and Makuch 1984; equal to R's survfit(Surv(start, stop, event) ~ exposed).
    """
    check_number(start, "start", least=0.0)
    exposed = _find(rows, exposure)
    later = rows.stop > start

    def curve(member: Booleans, name: str) -> SurvivalCurve | NotEstimable:
        own = member & later
        if not own.any():
            return NotEstimable(reason("nobody_ever", state=name))
        entry = np.where(rows.start[own] <= start, start, rows.start[own]) - start
        return kaplan_meier(
            rows.stop[own] - start, rows.event[own], entry=entry, interval=interval, confidence=confidence
        )

    return curve(~exposed, f"without {exposure}"), curve(exposed, f"with {exposure}")


def mantel_byar(rows: StartStop, exposure: str) -> LogrankResult | NotEstimable:
    """Log-rank test of a time-dependent exposure, each subject at risk in the group it is in at the time.

    Parameters
    ----------
    rows : StartStop
        From `split_at_exposures`.
    exposure : str
        Name of one of its exposures.

    Returns
    -------
    LogrankResult | NotEstimable
        Chi-square with 1 degree of freedom. Not estimable without events, or if there were none while both groups were
        at risk.

    Raises
    ------
    ValueError
        An unknown exposure.

    References
    ----------
    Mantel and Byar 1974; equal to the score test of R's coxph(Surv(start, stop, event) ~ exposed, ties = "exact").

    Examples
    --------
    >>> from transforms import statistics as st
    >>> rows = st.split_at_exposures([5, 8, 12, 3, 7, 9], [1, 1, 0, 1, 1, 0],
    ...     {"transplant": [2, None, 4, None, 6, 3]})
    >>> round(st.mantel_byar(rows, "transplant").p_value, 4)
    0.8364
    """
    exposed = _find(rows, exposure)
    result = logrank(rows.stop, rows.event, [f"{flag:d}" for flag in exposed], entry=rows.start)
    if isinstance(result, NotEstimable):
        return result
    return replace(result, method="mantel-byar")


def _find(rows: StartStop, exposure: str) -> Booleans:
    if exposure not in check_kind(rows, StartStop, "rows").exposures:
        raise ValueError(f"no such exposure: {exposure}")
    return np.asarray(rows.exposed[:, rows.exposures.index(exposure)] == 1)
