"""What a timeline is, once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

# Timelines count days; where one names a month of the calendar, day 0 is this day.
DAY_0 = date(2023, 1, 1)

OutcomeKind = Literal["event", "competing", "censored", "unknown", "not in population", "response"]
Value = str | int | float | None


class TimelineError(ValueError):
    """A line that can't be read: where, what was expected, what was found."""

    def __init__(self, place: Place, expected: str) -> None:
        super().__init__(f"{place}: {expected}")
        self.place = place


@dataclass(frozen=True)
class Place:
    """Where a word stands in the text, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Day:
    """The days a date may be, from first to last after day 0: one where it is known. written: a partial date as it stands."""

    first: int | None
    last: int | None
    written: str = ""

    @property
    def known(self) -> bool:
        """Whether it is known to the day."""
        return not self.written

    @property
    def earliest(self) -> date | None:
        """The first day of the calendar it may be."""
        return None if self.first is None else DAY_0 + timedelta(days=self.first)

    @property
    def latest(self) -> date | None:
        """The last day of the calendar it may be."""
        return None if self.last is None else DAY_0 + timedelta(days=self.last)


@dataclass(frozen=True)
class Happening:
    """What happened to a subject on a day: a record of a domain. values: its other columns."""

    domain: str
    day_column: str
    day: Day
    values: Mapping[str, Value]
    place: Place
    end_column: str = ""
    end: Day | None = None


@dataclass(frozen=True)
class Outcome:
    """What an endpoint is for a subject.

    what: the happening that ended the time, or was censored at; last_contact, last_assessment or day_0 where nothing did; of
    a response, its code. Blank where a line leaves it open. first, last: days after the endpoint's own day 0.
    mrd: of a response, negative or positive.
    """

    kind: OutcomeKind
    what: str = ""
    first: int | None = None
    last: int | None = None
    mrd: str = ""


@dataclass(frozen=True)
class Expected:
    """The outcome a line expects of an endpoint, or of the response to an infusion."""

    endpoint: str
    outcome: Outcome
    place: Place
    infusion: int | None = None


@dataclass(frozen=True)
class Timeline:
    """One line: a subject's course, and the outcomes expected of it. title: the comment above it."""

    text: str
    place: Place
    happenings: tuple[Happening, ...]
    expected: tuple[Expected, ...]
    title: str = ""
    data_cut: int | None = field(default=None)
