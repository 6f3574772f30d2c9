"""Follow-up restarted at a landmark, with groups as they stood then: bridged to transplant by day 90, or not.

Belongs here: who is left at a landmark and how grouped. Curves and tests of the groups are the ordinary ones.

Source: Anderson, Cain and Gelber, J Clin Oncol 1983;1:710.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Booleans, Floats, check_known, check_number, check_survival, tie_times


@dataclass(frozen=True)
class Landmark:
    """Subjects still at risk after the landmark: `kept` (n,) marks them; the rest (k,) is theirs alone.

    `time` counts from the landmark, `event` marks the event, `exposed` those whose exposure had begun by the landmark. Left out:
    `n_event_before` had the event and `n_censored_before` were censored at or before it.
    """

    at: float
    kept: Booleans
    time: Floats
    event: Booleans
    exposed: Booleans
    n_event_before: int
    n_censored_before: int


def start_at_landmark(
    time: ArrayLike, event: ArrayLike, begins: Sequence[float | None], *, landmark: float
) -> Landmark:
    """Restart follow-up at a landmark, so that an exposure known by then may be compared without immortal time.

    Parameters: `time` and `event` shape (n,) from the origin; `begins` length n, when the exposure began (same unit; None for
    never); `landmark` > 0 in the same unit. A subject whose exposure begins later stays unexposed.
    Returns a Landmark, possibly without subjects. Raises ValueError for impossible input. Source: see the module.
    """
    if not check_number(landmark, "a landmark") > 0:
        raise ValueError(f"a landmark must be positive, got {landmark}")
    times, events = check_survival(time, event)
    starts = check_known(begins, "begins")
    # None says never; a NaN does not say whether.
    if starts.shape != times.shape or np.isnan(starts).sum() != sum(begin is None for begin in begins):
        raise ValueError("begins must hold a time or None for each subject")
    starts = np.where(np.isnan(starts), np.inf, starts)
    (point, times) = tie_times(np.array([float(landmark)]), times)
    kept = np.asarray(times > point[0])
    return Landmark(
        at=landmark,
        kept=kept,
        time=times[kept] - point[0],
        event=events[kept],
        exposed=np.asarray(starts[kept] <= landmark),
        n_event_before=int(events[~kept].sum()),
        n_censored_before=int((~kept & ~events).sum()),
    )
