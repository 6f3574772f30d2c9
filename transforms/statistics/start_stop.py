"""Follow-up cut at the day an exposure begins, so that a subject counts as exposed only from then on.

Belongs here: start-stop rows of time-dependent covariates. The model on them is in cox_time_dependent.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.statistics.arrays import Booleans, Floats, Integers, check_kind, check_known, check_survival, tie_times
from transforms.statistics.design import Column, Design


@dataclass(frozen=True)
class StartStop:
    """Rows (start, stop] of follow-up: `subject[i]` indexes the subject, `event[i]` marks an event at `stop[i]`.

    `exposed` (rows, k) is 1 where the exposure named `exposures[j]` has begun before the row. Of `n_subjects` subjects,
    `n_without_time` had no follow-up time and have no row.
    """

    subject: Integers
    start: Floats
    stop: Floats
    event: Booleans
    exposures: tuple[str, ...]
    exposed: Floats
    n_without_time: int
    n_subjects: int = -1

    def __len__(self) -> int:
        return int(self.start.size)

    @property
    def expected(self) -> int:
        """Subjects, those without a row too: as many as a label or covariate of theirs must have."""
        return self.n_subjects if self.n_subjects >= 0 else int(self.subject.max(initial=-1)) + 1

    def design(self, fixed: Design | None = None) -> Design:
        """The design of the rows: the subjects' `fixed` covariates, if any, with the exposures beside them."""
        own = Design(self.exposed, tuple(Column(name) for name in self.exposures))
        if fixed is not None and len(check_kind(fixed, Design, "design")) != self.expected:
            raise ValueError(f"design must have one row for each of {self.expected} subjects, got {len(fixed)}")
        return own if fixed is None else fixed.take(self.subject).join(own)


def split_at_exposures(
    time: ArrayLike, event: ArrayLike, exposures: Mapping[str, Sequence[float | None] | NDArray[np.float64]]
) -> StartStop:
    """Cut each subject's follow-up where an exposure begins, such as transplant.

    Parameters
    ----------
    time : array (n,)
        Time from the origin to the event or to censoring, any unit, >= 0.
    event : array (n,)
        1 or True where the event happened at `time`, 0 where the subject was censored.
    exposures : mapping
        For each exposure, when it began for each of the n subjects, same unit; None or NaN for never.

    Returns
    -------
    StartStop
        Rows in order of subject, then time. Subjects with time 0 have no row.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    Notes
    -----
    An exposure that begins at u counts for t > u: one that begins on the day of the event does not count for that
    event, and one that begins at or before the origin counts throughout.

    References
    ----------
    Therneau, Crowson and Atkinson, "Using time dependent covariates" (survival vignette); equal to R's tmerge and tdc.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> rows = st.split_at_exposures([5, 8], [1, 0], {"transplant": [2, None]})
    >>> rows.start.tolist(), rows.stop.tolist(), rows.event.tolist()
    ([0.0, 2.0, 0.0], [2.0, 5.0, 8.0], [False, True, False])
    """
    times, events = check_survival(time, event)
    if not isinstance(exposures, Mapping) or not exposures:
        raise ValueError("exposures must name at least one exposure, each with its beginnings")
    begins = np.column_stack([_read_beginnings(name, values, times.size) for name, values in exposures.items()])
    flat, times = tie_times(begins[np.isfinite(begins)], times)
    begins[np.isfinite(begins)] = flat
    who, start, stop, died = _cut(times, events, begins)
    exposed = (begins[who] <= start[:, None]).astype(np.float64)
    return StartStop(who, start, stop, died, tuple(exposures), exposed, int((times == 0).sum()), times.size)


def _read_beginnings(name: str, values: Sequence[float | None] | NDArray[np.float64], n: int) -> Floats:
    begins = check_known(values, name)
    if begins.size != n:
        raise ValueError(f"{name}: one finite time or None is expected for each of {n} subjects")
    return np.where(np.isnan(begins), np.inf, begins)


def _cut(times: Floats, events: Booleans, begins: Floats) -> tuple[Integers, Floats, Floats, Booleans]:
    """Subject, start, stop and event of each row: one starts at the origin, and one on each day on which exposures begin."""
    followed = np.flatnonzero(times > 0)
    inside, which = np.nonzero((begins > 0) & (begins < times[:, None]))
    who = np.concatenate([followed, inside])
    start = np.concatenate([np.zeros(followed.size), begins[inside, which]])
    in_order = np.lexsort((start, who))
    who, start = who[in_order], start[in_order]
    # Two exposures that begin on one day make one cut.
    kept = np.ones(who.size, np.bool_)
    kept[1:] = (np.diff(who) != 0) | (np.diff(start) != 0)
    who, start = who[kept], start[kept]
    last = np.ones(who.size, np.bool_)
    last[:-1] = np.diff(who) != 0
    stop = times[who]
    stop[:-1] = np.where(last[:-1], stop[:-1], start[1:])
    return who, start, stop, last & events[who]
