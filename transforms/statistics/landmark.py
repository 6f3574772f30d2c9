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

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    begins : sequence of length n
        Time at which the exposure began, same unit; None for never. A subject whose exposure begins later stays
        unexposed.
    landmark : float
        Time of the landmark, same unit, > 0.

    Returns
    -------
    Landmark
        Follow-up from the landmark on, possibly without subjects.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    See the head of the module.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> restarted = st.start_at_landmark([2, 5, 8, 9], [1, 1, 0, 1], [None, 1, None, 4], landmark=3)
    >>> restarted.time.tolist(), restarted.exposed.tolist()
    ([2.0, 5.0, 6.0], [True, False, False])
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
