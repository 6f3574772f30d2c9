"""What a time-to-event outcome becomes once late reports are in: events not yet reported and contacts not yet reported, drawn many times.

Belongs here: completing the courses of subjects of whom no event is reported, and the curves of the completed courses. How long reports
take is estimated in reporting_delay.py.

A subject without a reported event was last seen on some day. Between it and the last report of the site the event may have happened and
not be reported, with a probability that follows from the hazard of the event and the share of reports that take longer than has passed;
that no later contact is reported speaks for it. Else the subject goes on, and contacts that took place and are not reported are drawn too,
as long as contacts of the same site took: follow-up that is merely late counts, of who is silent for longer it does not. Hazards are drawn
from the completed courses, delays and courses with weights of the Bayesian bootstrap, in turns (data augmentation).

Sources: Kalbfleisch and Lawless, J Am Stat Assoc 1989;84:360; Lawless, Can J Stat 1994;22:15; Hu and Tsiatis, Biometrika 1996;83:371
(survival when vital status is reported late); Tanner and Wong, J Am Stat Assoc 1987;82:528; Rubin, Ann Stat 1981;9:130.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from schemas.reasons import reason
from transforms.statistics.arrays import (
    Booleans,
    Floats,
    Integers,
    check_count,
    check_kind,
    check_times,
)
from transforms.statistics.late_contacts import Contacts, LateContacts
from transforms.statistics.reporting_delay import ReportingDelay, reporting_delay
from transforms.statistics.result import NotEstimable

# Rounds before the first that counts, so that nothing hangs on the courses as they were reported.
_BEFORE = 10
# More would take hours and tell nothing.
_MOST_DRAWS = 10_000


@dataclass(frozen=True, eq=False)
class Delays:
    """Reported events of one kind: their delays, and the longest with which each could have been seen; in one unit of time."""

    delay: ArrayLike
    could_be: ArrayLike


@dataclass(frozen=True)
class Course:
    """Subjects from day 0 on, one entry each, in one unit of time.

    Attributes
    ----------
    time: day of the reported event, else the last day the subject is known to be free of it. cause: 1, 2, ... of the event, 0 for none.
    until: the last day that counts. known: day of the site's last report, `until` or later.
    open: whether an event or a contact may still be reported. reporter: the site.
    """

    time: ArrayLike
    cause: ArrayLike
    until: ArrayLike
    known: ArrayLike
    open: ArrayLike
    reporter: Sequence[str]


@dataclass(frozen=True)
class CaughtUp:
    """Completed courses, draw by draw.

    Attributes
    ----------
    at: the times asked for. at_risk: subjects with T >= t, shape (draws, times). incidence: of each cause, shape (draws, causes, times); NaN
    where nobody is at risk. late: events of each cause that are not reported yet, shape (draws, causes). n, events: subjects, and events
    reported of each cause.
    """

    at: Floats
    at_risk: Integers
    incidence: Floats
    late: Integers
    n: int
    events: tuple[int, ...]


def catch_up(
    course: Course,
    delays: Mapping[tuple[str, int], Delays],
    contacts: Mapping[str, Contacts],
    *,
    at: ArrayLike,
    draws: int = 200,
    seed: int = 1,
) -> CaughtUp | NotEstimable:
    """Complete the courses of subjects of whom reports may be late, many times over.

    Parameters
    ----------
    course : Course
        The subjects from day 0 on, as reported.
    delays : mapping of (reporter, cause) to Delays
        Delays seen, for every reporter and cause.
    contacts : mapping of reporter to Contacts
        How late each reporter tells of follow-up.
    at : array (m,)
        Times at which curves are read, in the unit of the courses.
    draws : int
        How many completions are drawn.
    seed : int
        Where the draws begin: equal seeds give equal draws.

    Returns
    -------
    CaughtUp | NotEstimable
        The completions. Not estimable without subjects, without a reported event, or if delays can't be estimated.

    Raises
    ------
    ValueError
        A cause or reporter without delays or contacts, or impossible times: an event after `known`, `until` after `known`.

    References
    ----------
    Lawless, Can J Stat 1994;22:15; Tanner and Wong, JASA 1987;82:528 (data augmentation).
    """
    drawn, seed, times = check_count(draws, "draws"), check_count(seed, "seed"), check_times(at, "at")
    if not 1 <= drawn <= _MOST_DRAWS:
        raise ValueError(f"draws must be 1 to {_MOST_DRAWS}")
    data = _Courses.of(check_kind(course, Course, "course"))
    _check_values(delays, Delays, "delays")
    _check_values(contacts, Contacts, "contacts")
    if not data.time.size:
        return NotEstimable(reason("no_subjects"))
    if not data.causes:
        return NotEstimable(reason("no_event_reported"))
    if missing := {(who, c + 1) for who in data.reporters for c in range(data.causes)} - delays.keys():
        raise ValueError(f"delays must hold every reporter and cause; {len(missing)} are missing")
    if not data.reporters <= contacts.keys():
        raise ValueError("contacts must hold every reporter")
    for one in delays.values():
        if isinstance(found := reporting_delay(one.delay, one.could_be), NotEstimable):
            return found
    augmented = _Augmented(data, delays, contacts, np.random.default_rng(seed))
    for _ in range(_BEFORE):
        augmented.turn()
    return _collected(augmented, times, drawn)


def _check_values(given: object, kind: type[Delays | Contacts], name: str) -> None:
    if not isinstance(given, Mapping) or not all(isinstance(one, kind) for one in given.values()):
        raise ValueError(f"{name} must hold {kind.__name__} by name")


@dataclass(frozen=True)
class _Courses:
    """Checked courses. causes: how many there are. grid: times of reported events."""

    time: Floats
    cause: Integers
    until: Floats
    known: Floats
    open: Booleans
    reporter: tuple[str, ...]
    causes: int
    grid: Floats

    @classmethod
    def of(cls, course: Course) -> _Courses:
        time, until, known = (check_times(getattr(course, name), name) for name in ("time", "until", "known"))
        cause = check_times(course.cause, "cause").astype(np.int64)
        unsure = check_times(course.open, "open").astype(np.bool_)
        reporter = tuple(course.reporter)
        if len({len(one) for one in (time, cause, until, known, unsure, reporter)}) > 1:
            raise ValueError("time, cause, until, known, open and reporter must be of one length")
        if (until > known).any():
            raise ValueError("until must not be after known: nothing is reported of days after the last report")
        grid = np.unique(time[cause > 0])
        return cls(time, cause, until, known, unsure & (cause == 0), reporter, int(cause.max(initial=0)), grid)

    @property
    def reporters(self) -> set[str]:
        return {self.reporter[i] for i in np.flatnonzero(self.open)}


class _Augmented:
    """Courses completed turn by turn: hazards of the completed courses, then the courses by these hazards."""

    def __init__(
        self,
        data: _Courses,
        delays: Mapping[tuple[str, int], Delays],
        contacts: Mapping[str, Contacts],
        draw: np.random.Generator,
    ) -> None:
        self.data, self.draw = data, draw
        self.time, self.cause = data.time.copy(), data.cause.copy()
        self.who = np.flatnonzero(data.open)
        # To begin with all go on: hazards of who was seen to the end alone could be so high that nobody is ever drawn to live.
        self.time[self.who] = data.until[self.who]
        grid, last, known = data.grid, data.time[self.who], data.known[self.who]
        self.possible = (grid > last[:, None]) & (grid <= data.until[self.who, None])
        self.passed = np.maximum(known[:, None] - grid, 0.0)
        self.delays = list({id(one): one for one in delays.values()}.values())
        place = {id(one): n for n, one in enumerate(self.delays)}
        self.kind = np.array(
            [[place[id(delays[data.reporter[i], c + 1])] for c in range(data.causes)] for i in self.who], dtype=np.int64
        ).reshape(-1, data.causes)
        self.late_contacts = {name: LateContacts.of(contacts[name]) for name in sorted(data.reporters)}
        self.of_reporter = {
            name: np.flatnonzero([data.reporter[i] == name for i in self.who]) for name in self.late_contacts
        }
        # Probability that no contact after the last one is reported yet: of who died at each time, and of who lives.
        self.quiet = np.ones(self.possible.shape)
        self.quiet_alive = np.ones(self.who.size)
        for name, rows in self.of_reporter.items():
            for i in rows:
                age = known[i] - last[i]
                self.quiet[i] = self.late_contacts[name].none_reported(age, grid - last[i])
                self.quiet_alive[i] = self.late_contacts[name].none_reported(age, np.array([np.inf]))[0]

    def turn(self) -> None:
        """Draw hazards and delays, and by them the courses anew."""
        data, who = self.data, self.who
        hazard = self._hazards()
        survival = np.concatenate(([1.0], np.cumprod(1.0 - hazard.sum(axis=0))))
        then = survival[np.searchsorted(data.grid, data.time[who], side="right")]
        to_end = survival[np.searchsorted(data.grid, data.until[who], side="right")]
        unreported = self._unreported()
        given = survival[:-1] * self.possible * self.quiet
        mass = (given[:, None, :] * hazard[None, :, :] * unreported).reshape(who.size, data.causes * data.grid.size)
        summed = np.cumsum(mass, axis=1)
        alive = to_end * self.quiet_alive
        total = (summed[:, -1] if mass.size else 0.0) + alive
        # Of whom these hazards leave neither an event nor life, no event is drawn.
        drawn = self.draw.random(who.size) * np.where(total > 0, total, 1.0)
        chosen = (summed <= drawn[:, None]).sum(axis=1)
        struck = (chosen < mass.shape[1]) & (then > 0) & (total > 0)
        cause, place = np.divmod(np.where(struck, chosen, 0), max(data.grid.size, 1))
        self.cause[who] = np.where(struck, cause + 1, 0)
        self.time[who] = np.where(struck, data.grid[place], np.minimum(self._followed(), data.until[who]))

    def _hazards(self) -> Floats:
        """Hazard of each cause at each time, shape (causes, times), from the completed courses with random weights."""
        grid, causes = self.data.grid, self.data.causes
        weight = self.draw.exponential(size=self.time.size)
        order = np.argsort(self.time, kind="stable")
        from_then_on = np.concatenate((np.cumsum(weight[order][::-1])[::-1], [0.0]))
        at_risk = from_then_on[np.searchsorted(self.time[order], grid, side="left")]
        died = self.cause > 0
        place = np.searchsorted(grid, self.time[died])
        events = np.bincount(
            (self.cause[died] - 1) * grid.size + place, weights=weight[died], minlength=causes * grid.size
        )
        return np.minimum(events.reshape(causes, grid.size) / at_risk, 1.0)

    def _unreported(self) -> Floats:
        """Share of events that take longer to be reported than has passed, shape (open subjects, causes, times)."""
        late = np.zeros((self.who.size, self.data.causes, self.data.grid.size))
        for place, one in enumerate(self.delays):
            weight = self.draw.exponential(size=np.size(one.delay)) + 1e-9
            found = reporting_delay(one.delay, one.could_be, weight=weight)
            for cause in range(self.data.causes):
                rows = np.flatnonzero(self.kind[:, cause] == place)
                if isinstance(found, ReportingDelay):
                    late[rows, cause] = 1.0 - found.reported_within(self.passed[rows])
        return late

    def _followed(self) -> Floats:
        """Until when each open subject was followed, contacts that are not reported yet among them."""
        last, known = self.data.time[self.who].copy(), self.data.known[self.who]
        for name, rows in self.of_reporter.items():
            last[rows] = self.late_contacts[name].draw_last(last[rows], known[rows], self.draw)
        return last


def _collected(augmented: _Augmented, at: Floats, draws: int) -> CaughtUp:
    data = augmented.data
    reported = np.array([(data.cause == cause + 1).sum() for cause in range(data.causes)])
    at_risk = np.zeros((draws, at.size), dtype=np.int64)
    incidence, late = np.zeros((draws, data.causes, at.size)), np.zeros((draws, data.causes), dtype=np.int64)
    for n in range(draws):
        augmented.turn()
        ordered = np.sort(augmented.time)
        at_risk[n] = ordered.size - np.searchsorted(ordered, at, side="left")
        found = _incidence(augmented, ordered, at)
        # Beyond the last time a curve is known only where nobody was left without an event.
        known = (at_risk[n] > 0) | (found.sum(axis=0) > 1 - 1e-12)
        incidence[n] = np.where(known, found, np.nan)
        late[n] = [(augmented.cause == cause + 1).sum() - reported[cause] for cause in range(data.causes)]
    return CaughtUp(at, at_risk, incidence, late, data.time.size, tuple(int(one) for one in reported))


def _incidence(augmented: _Augmented, ordered: Floats, at: Floats) -> Floats:
    """Aalen-Johansen's incidence of each cause at some times, of the completed courses."""
    grid, causes = augmented.data.grid, augmented.data.causes
    died = augmented.cause > 0
    place = (augmented.cause[died] - 1) * grid.size + np.searchsorted(grid, augmented.time[died])
    events = np.bincount(place, minlength=causes * grid.size).reshape(causes, grid.size)
    at_risk = ordered.size - np.searchsorted(ordered, grid, side="left")
    hazard = events / np.maximum(at_risk, 1)
    before = np.concatenate(([1.0], np.cumprod(1.0 - hazard.sum(axis=0))))[:-1]
    steps = np.concatenate((np.zeros((causes, 1)), np.cumsum(before * hazard, axis=1)), axis=1)
    return steps[:, np.searchsorted(grid, at, side="right")]
