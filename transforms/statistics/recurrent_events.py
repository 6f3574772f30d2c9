"""Events that come more than once to a subject, such as infections: how many by a time, and what makes them more.

Belongs here: the mean cumulative count and the models of Andersen and Gill and of Prentice, Williams and Peterson. Errors are robust, as
events of one subject are alike. A subject who has died is out of the risk set: the count is that of those still followed, not one that
death has cut short.

Sources: Nelson, J Qual Technol 1988;20:24; Lawless and Nadeau, Technometrics 1995;37:158 (robust variance); Andersen and Gill 1982;
Prentice, Williams and Peterson, Biometrika 1981;68:373; equal to R's survfit(id) and coxph(cluster).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_entry,
    check_kind,
    check_labels,
    check_method,
    check_number,
    check_share,
    check_survival,
    snap_time,
)
from transforms.statistics.cox import fit_rows
from transforms.statistics.cox_rows import gather_cox_rows
from transforms.statistics.design import Design
from transforms.statistics.event_table import count_up_to, distinct_times
from transforms.statistics.model import Model
from transforms.statistics.result import Estimate, NotEstimable

RecurrentModel = Literal[
    "Andersen-Gill", "Prentice-Williams-Peterson, total time", "Prentice-Williams-Peterson, gap time"
]
_CODES: dict[RecurrentModel, str] = {
    "Andersen-Gill": "andersen-gill",
    "Prentice-Williams-Peterson, total time": "pwp-total-time",
    "Prentice-Williams-Peterson, gap time": "pwp-gap-time",
}


@dataclass(frozen=True)
class RecurrentRows:
    """Stretches of follow-up: subject `subject[i]` was followed for entry < t <= exit, with an event at the exit where `event[i]`.

    Rows are in order of subject and time; `order` (n,) gives their places among the rows as they were passed.
    """

    subject: Integers
    entry: Floats
    exit: Floats
    event: Booleans
    order: Integers

    @property
    def n(self) -> int:
        """Subjects."""
        return int(np.unique(self.subject).size)


def build_recurrent(subject: Sequence[Any], entry: ArrayLike, exit: ArrayLike, event: ArrayLike) -> RecurrentRows:  # noqa: A002
    """Collect stretches of follow-up, one row up to each event and one up to the end of follow-up.

    Parameters
    ----------
    subject : sequence of length n
        Label of the subject of each row.
    entry : array (n,)
        Start of the row, any unit.
    exit : array (n,)
        End of the row, same unit, > entry.
    event : array (n,)
        1 where an event happened at the exit.

    Returns
    -------
    RecurrentRows
        The rows, ordered by subject and time.

    Raises
    ------
    ValueError
        Impossible input, or rows of one subject that overlap.
    """
    ends, events = check_survival(exit, event)
    begins, ends = check_entry(entry, ends)
    _, who = check_labels(subject, ends.size, "subject")
    order = np.lexsort((begins, who))
    rows = RecurrentRows(who[order], begins[order], ends[order], events[order], order)
    if ((rows.subject[1:] == rows.subject[:-1]) & (rows.entry[1:] < rows.exit[:-1])).any():
        raise ValueError("a subject's stretches of follow-up overlap")
    return rows


def mean_cumulative_count(rows: RecurrentRows, t: float, *, confidence: float = 0.95) -> Estimate | NotEstimable:
    """Mean number of events per subject by a time, with a robust interval of the logarithm.

    Parameters
    ----------
    rows : RecurrentRows
        From `build_recurrent`.
    t : float
        Time in the unit of the rows, >= 0.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Estimate | NotEstimable
        Mean events per subject by time `t`; bounds are None if nothing has happened. Not estimable beyond the last time
        anybody was followed.

    Raises
    ------
    ValueError
        A negative time.

    References
    ----------
    Equal to R's survfit with id.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> rows = st.build_recurrent(["a", "a", "b"], [0, 2, 0], [2, 6, 5], [1, 0, 1])
    >>> st.mean_cumulative_count(rows, 5).value
    1.0
    """
    check_share(confidence)
    check_kind(rows, RecurrentRows, "rows")
    if not rows.exit.size:
        return NotEstimable(reason("no_subjects"))
    t, last = snap_time(check_number(t, "t", least=0.0), rows.exit), float(rows.exit.max())
    if t > last:
        return NotEstimable(reason("not_at_risk", time=t, last=last))
    time = distinct_times(rows.exit[rows.event & (rows.exit <= t)])
    left, entered = count_up_to(time, rows.exit), count_up_to(time, rows.entry)
    here = np.flatnonzero(rows.event & (rows.exit <= t))
    happened = np.bincount(left[here] - 1, minlength=time.size)
    at_risk = _count_beyond(left, time.size) - _count_beyond(entered, time.size)
    jumps = happened / at_risk
    value = float(jumps.sum())
    # A subject's events, each as a share of those at risk, less what was expected of it meanwhile.
    expected = np.concatenate([[0.0], np.cumsum(jumps / at_risk)])
    influence = expected[entered] - expected[left]
    influence[here] += 1 / at_risk[left[here] - 1]
    error = float(np.sqrt((np.bincount(rows.subject, influence) ** 2).sum()))
    factor = float(np.exp(ndtri(0.5 + confidence / 2) * error / value)) if value else None
    return Estimate(
        value=value,
        low=None if factor is None else value / factor,
        high=None if factor is None else value * factor,
        confidence=confidence,
        method="mean-cumulative-count/robust-log",
        n=rows.n,
        events=int(here.size),
        at_risk=int(np.unique(rows.subject[(rows.entry < t) & (rows.exit >= t)]).size),
        standard_error=error,
        note=None if value else reason("no_event_by_then"),
    )


def fit_recurrent(
    rows: RecurrentRows, design: Design, *, model: RecurrentModel = "Andersen-Gill", confidence: float = 0.95
) -> Model | NotEstimable:
    """Fit a model of recurrent events; hazard ratios with errors robust to a subject's own events.

    Parameters
    ----------
    rows : RecurrentRows
        From `build_recurrent`.
    design : Design
        Covariates of each row, in the order in which rows were passed to `build_recurrent`.
    model : str
        "Andersen-Gill" (every event alike), or Prentice-Williams-Peterson (a baseline hazard for the first, second, ...
        event), with time since the origin or since the last event.
    confidence : float
        Two-sided confidence level, between 0 and 1.

    Returns
    -------
    Model | NotEstimable
        Model as from `fit_cox`; `n` counts subjects.

    Raises
    ------
    ValueError
        Impossible input, such as unequal lengths or a negative time.

    References
    ----------
    Andersen and Gill 1982; Prentice, Williams and Peterson 1981; equal to R's coxph(cluster).
    """
    check_share(confidence)
    check_method(model, get_args(RecurrentModel), "model")
    check_kind(rows, RecurrentRows, "rows")
    if len(check_kind(design, Design, "design")) != rows.exit.size:
        raise ValueError(
            f"design must have one row for each of {rows.exit.size} stretches of follow-up, got {len(design)}"
        )
    number, since = _number_events(rows)
    gap = model.endswith("gap time")
    prepared = gather_cox_rows(
        design.take(rows.order),
        rows.entry - since if gap else rows.entry,
        rows.exit - since if gap else rows.exit,
        rows.event,
        subject=rows.subject,
        strata=None if model == "Andersen-Gill" else number,
        cluster=rows.subject,
    )
    return fit_rows(prepared, f"{_CODES[model]}/efron-ties/wald", confidence)


def _number_events(rows: RecurrentRows) -> tuple[Integers, Floats]:
    """For each row how many events its subject had before it, and when the last of them was (0 where none)."""
    number, since = np.zeros(rows.exit.size, dtype=np.int64), np.zeros(rows.exit.size)
    for i in range(1, rows.exit.size):
        if rows.subject[i] == rows.subject[i - 1]:
            number[i] = number[i - 1] + rows.event[i - 1]
            since[i] = rows.exit[i - 1] if rows.event[i - 1] else since[i - 1]
    return number, since


def _count_beyond(position: Integers, size: int) -> Integers:
    """How many positions come after each of `size` event times."""
    return np.asarray(np.cumsum(np.bincount(position, minlength=size + 1)[::-1])[::-1][1:])
