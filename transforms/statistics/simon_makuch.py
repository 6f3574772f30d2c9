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
    """The survival curves before and after an exposure: (unexposed, exposed).

    Parameters: `rows` from split_at_exposures; `exposure` one of its exposures; `start` the time at which both curves begin at
    1 (a landmark at which enough subjects are exposed: with few at risk a single event takes the curve far down).
    NotEstimable for a group nobody is ever in. Raises ValueError for an unknown exposure. `n` counts the rows of a group.
    Source: see the module; equal to R's survfit(Surv(start, stop, event) ~ exposed).
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

    Parameters and errors as simon_makuch. NotEstimable for no events, or none while both groups were at risk.
    Source: see the module; equal to the score test of R's coxph(Surv(start, stop, event) ~ exposed, ties = "exact").
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
