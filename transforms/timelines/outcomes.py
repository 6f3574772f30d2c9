"""The outcomes of subjects as the endpoint tables have them, and the lines of which one is not as expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.protocol import Protocol
from schemas.protocol.timelines import Expected, Outcome, Timeline, outcome_text
from schemas.protocol.timelines.outcome import RESPONSE_TO

# What outcomes are read from.
OUTCOME_TABLES = ("adam.adtte", "adam.adrs", "adam.adevent", "adam.adpop")
NOBODY = Outcome("not in population")
KINDS = {1: "event", 2: "competing", 0: "censored"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """An outcome that is not what a line expects."""

    timeline: Timeline
    expected: Expected
    got: Outcome

    @property
    def arguments(self) -> dict[str, str | int]:
        """Which line and endpoint, what was expected, what came out."""
        number = "" if self.expected.infusion is None else f" {self.expected.infusion}"
        return {
            "line": self.expected.place.line,
            "column": self.expected.place.column,
            "endpoint": f"{self.expected.endpoint}{number}",
            "expected": outcome_text(self.expected.outcome),
            "got": outcome_text(self.got),
        }


def broken_lines(
    protocol: Protocol, timelines: Mapping[str, Timeline], tables: Mapping[str, pl.DataFrame]
) -> list[Broken]:
    """The outcomes of the endpoint tables that differ from those expected; timelines by subject."""
    rows = _Rows(protocol, tables, sorted(timelines))
    return [
        Broken(timeline, expected, got)
        for subject, timeline in timelines.items()
        for expected in timeline.expected
        if not _meets(expected.outcome, got := rows.outcome(subject, expected))
    ]


def _meets(expected: Outcome, got: Outcome) -> bool:
    """Whether an outcome is as expected; what a line leaves open may be anything."""
    if expected.kind != got.kind or (expected.what and expected.what != got.what):
        return False
    if expected.mrd and expected.mrd != got.mrd:
        return False
    return expected.first is None or (expected.first, expected.last) == (got.first, got.last)


class _Rows:
    """The rows of the endpoint tables by subject."""

    def __init__(self, protocol: Protocol, tables: Mapping[str, pl.DataFrame], subjects: Sequence[str]) -> None:
        self.protocol = protocol
        own = {name: tables[name].filter(pl.col("subject_id").is_in(subjects)) for name in OUTCOME_TABLES}
        self.times = {(row["subject_id"], row["paramcd"]): row for row in own["adam.adtte"].iter_rows(named=True)}
        self.responses = {
            (row["subject_id"], row["infusion_number"]): row for row in own["adam.adrs"].iter_rows(named=True)
        }
        self.doubtful = set(own["adam.adpop"].filter(popfl="U").select("subject_id", "population").iter_rows())
        self.happened: dict[tuple[Any, ...], list[str]] = {}
        for row in own["adam.adevent"].iter_rows(named=True):
            self.happened.setdefault(_record(row, "eventdt"), []).append(row["happening"])

    def outcome(self, subject: str, expected: Expected) -> Outcome:
        if expected.endpoint == RESPONSE_TO:
            return _response(self.responses.get((subject, expected.infusion)))
        row = self.times.get((subject, expected.endpoint))
        if row is None:
            population = self.protocol.endpoints[expected.endpoint].population
            return Outcome("unknown") if (subject, population) in self.doubtful else NOBODY
        first, last = _bounds(row)
        if row["unkfl"] == "Y":
            # It may have come on any day up to the one on which the subject's time ends.
            return Outcome("unknown", "", 0, last)
        return Outcome(KINDS[row["event"]], self._what(expected.endpoint, row), first, last)  # type: ignore[arg-type]

    def _what(self, endpoint: str, row: Row) -> str:
        """What the time ended with: the happening of the record that the row names, in a role of its outcome."""
        definition = self.protocol.endpoints[endpoint]
        role = {1: "event", 2: "competing", 0: "censor"}[row["event"]]
        happened = self.happened.get(_record(row, "adt"), [])
        if found := [name for name, given in definition.roles().items() if given == role and name in happened]:
            return found[0]
        if row["event"] and definition.no_response_on == "day_0":
            # The failure counts on day 0, its record is of the day of the assessment.
            return "no_response"
        seen = definition.censor_at.removeprefix("last_")
        return definition.censor_at if seen in happened else "day_0"


def _record(row: Row, day: str) -> tuple[Any, ...]:
    return (row["subject_id"], row[day], row["srcdom"], row["srcseq"])


def _bounds(row: Row) -> tuple[int, int]:
    """The days after day 0 that the end of a subject's time may be."""
    start, end = row["startdt"], row["adt"]
    earliest, latest = (row["adtlo"] or end), (row["adthi"] or end)
    first = (earliest - (row["starthi"] or start)).days
    return max(first, 0), (latest - (row["startlo"] or start)).days


def _response(row: Row | None) -> Outcome:
    if row is None:
        return NOBODY
    if row["respfl"] == "U":
        return Outcome("unknown")
    return Outcome("response", row["avalc"], mrd=row["mrd_status"] or "")
