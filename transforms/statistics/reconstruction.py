"""Individual patient data from a published survival curve and its table of numbers at risk.

Belongs here: Guyot's algorithm. Comparing a cohort with a published curve directly is in one_sample.py.

Source: Guyot, Ades, Ouwens and Welton, BMC Med Res Methodol 2012;12:9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.statistics.arrays import Booleans, Floats, Integers, check_count, check_curve, check_pairs
from transforms.statistics.event_table import compute_product_limit, count_events

_MOST_ROUNDS = 500


@dataclass(frozen=True)
class Reconstruction:
    """Subjects that give back the curve: `time` (n,) and `event` (n,). They are not the study's patients.

    `largest_gap` is the largest distance between the published and the reconstructed curve at the points read off.
    """

    time: Floats
    event: Booleans
    largest_gap: float


def reconstruct_patients(
    curve: Sequence[tuple[float, float]],
    at_risk: Sequence[tuple[float, int]],
    *,
    total_events: int | None = None,
) -> Reconstruction:
    """Find times of events and censoring that give a published curve.

    Parameters
    ----------
    curve : sequence of pairs
        Points (time, survival) read off the curve, starting at (0, 1), times rising, survival as a fraction never
        rising; best a point at the foot of every step.
    at_risk : sequence of pairs
        The table below the figure, (time, subjects), starting at time 0.
    total_events : int, optional
        Events reported for the study. It settles how many were censored after the last table entry.

    Returns
    -------
    Reconstruction
        Times of events and of censoring.

    Raises
    ------
    ValueError
        Points that rise, fall outside 0 to 1, or do not begin at time 0.

    References
    ----------
    Guyot et al., BMC Med Res Methodol 2012;12:9.
    """
    if total_events is not None:
        check_count(total_events, "total_events")
    time, survival = check_curve(curve, drops_twice=True)
    when, risk = _check_table(at_risk, float(time[-1]))
    search = _Search(time, survival, np.searchsorted(time, when, side="left"), risk)
    for interval in range(when.size - 1):
        search.fill(interval)
    search.fill_last(total_events)
    return search.collect()


class _Search:
    """Events and censorings per point of the curve, found interval by interval of the table of numbers at risk."""

    def __init__(self, time: Floats, survival: Floats, first: Integers, risk: Integers) -> None:
        self.time, self.survival, self.first = time, survival, first
        self.risk = risk.copy()
        n = time.size
        self.events, self.censored = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.left = np.zeros(n + 1, np.int64)
        self.left[0] = risk[0]
        self.fitted = np.ones(n)
        self.last_step = [0] * (risk.size + 1)

    def fill(self, i: int) -> None:
        """Censor as many in interval `i` as leave the number at risk that the table gives for the next one."""
        start, end = int(self.first[i]), int(self.first[i + 1])
        wanted = int(self.risk[i + 1])
        censored = round(self.risk[i] * self.survival[end] / max(self.survival[start], 1e-12) - wanted)
        for _ in range(_MOST_ROUNDS):
            self._try(i, start, end, max(0, censored), self.time[end])
            surplus = int(self.left[end]) - wanted
            if surplus == 0 or (surplus < 0 and censored <= 0):
                break
            censored += surplus
        self.risk[i + 1] = min(wanted, int(self.left[end]))

    def fill_last(self, total_events: int | None) -> None:
        """After the last entry of the table: censoring as dense as before, or what the total of events asks for."""
        i, start, end = self.risk.size - 1, int(self.first[-1]), self.time.size
        before, span = int(self.censored[:start].sum()), self.time[start] - self.time[0]
        density = before / span if span > 0 else 0.0
        censored = min(round(density * (self.time[-1] - self.time[start])), int(self.risk[-1]))
        self._try(i, start, end, censored, self.time[-1])
        if total_events is None:
            return
        if int(self.events[:start].sum()) >= total_events:
            self.events[start:] = 0
            self.left[start:] = self.risk[-1]
            self.censored[start:] = 0
            return
        for _ in range(_MOST_ROUNDS):
            surplus = int(self.events.sum()) - total_events
            if surplus == 0 or (surplus < 0 and censored <= 0):
                break
            censored = max(0, censored + surplus)
            self._try(i, start, end, censored, self.time[-1])

    def _try(self, i: int, start: int, end: int, censored: int, until: float) -> None:
        """Spread `censored` evenly over the interval and read the events off the curve's steps."""
        moments = self.time[start] + np.arange(1, censored + 1) * (until - self.time[start]) / (censored + 1)
        edges = np.append(self.time[start:end], max(until, self.time[end - 1]))
        self.censored[start:end] = np.histogram(moments, edges)[0] if end > start else 0
        self.left[start] = self.risk[i]
        last = self.last_step[i]
        for k in range(start, end):
            at_risk = int(self.left[k])
            died = 0 if k == 0 or at_risk <= 0 else round(at_risk * (1 - self.survival[k] / self.fitted[last]))
            self.events[k] = died = min(max(died, 0), max(at_risk, 0))
            self.fitted[k] = self.fitted[last] * (1 - died / at_risk) if at_risk > 0 else self.fitted[last]
            self.left[k + 1] = at_risk - died - int(self.censored[k])
            if died or k == 0:
                last = k
        self.last_step[i + 1] = last

    def collect(self) -> Reconstruction:
        """One entry per subject: events at the steps, censorings between them, the rest at the end of the curve."""
        n = int(self.risk[0]) if self.risk.size == 1 else int(self.left[0])
        middle = (self.time + np.append(self.time[1:], self.time[-1])) / 2
        died, gone = np.repeat(self.time, self.events), np.repeat(middle, np.maximum(self.censored, 0))
        died, gone = died[:n], gone[: max(0, n - died.size)]
        rest = np.full(max(0, n - died.size - gone.size), self.time[-1])
        time = np.concatenate([died, gone, rest])
        event = np.arange(time.size) < died.size
        return Reconstruction(time, event, _largest_gap(time, event, self.time, self.survival))


def _largest_gap(time: Floats, event: Booleans, points: Floats, survival: Floats) -> float:
    table = count_events(time, event)
    rebuilt = compute_product_limit(table)[np.searchsorted(table.time, points, side="right") - 1]
    # Of a time that stands twice, before and after a drop, the curve is at the second.
    last = np.append(np.diff(points) > 0, True)
    return float(np.abs(rebuilt - survival)[last].max())


def _check_table(at_risk: Sequence[tuple[float, int]], end: float) -> tuple[Floats, Integers]:
    table = check_pairs(at_risk, "the table of numbers at risk")
    if not len(table) or table[0, 0] != 0 or table[0, 1] < 1:
        raise ValueError("the table of numbers at risk begins at time 0 with at least one subject")
    if (np.diff(table[:, 0]) <= 0).any() or (np.diff(table[:, 1]) > 0).any() or table.min() < 0:
        raise ValueError("times of the table rise, numbers at risk never do")
    # Entries beyond the last point read off have nothing to say about the curve.
    table = table[table[:, 0] <= end]
    return table[:, 0], table[:, 1].astype(np.int64)
