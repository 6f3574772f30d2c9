"""Timelines as the records a site would have sent: rows of the core tables, a subject for each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from schemas.partial_dates import UNKNOWN, precision_of
from schemas.protocol import Protocol
from schemas.protocol.timelines import DAY_0, Happening, Timeline, TimelineError
from schemas.tables import TABLES

APHERESIS, INFUSION = "apheresis_date", "infusion_date"
Row = dict[str, Any]


@dataclass(frozen=True)
class TimelineRecords:
    """records: rows of the core tables by domain. partial: rows of meta.partial_date. data_cut: the day of all of them."""

    records: Mapping[str, pl.DataFrame]
    partial: pl.DataFrame
    data_cut: date | None


def subject_of(timeline: Timeline) -> str:
    """The subject of a line: no other line starts where it does."""
    return f"line {timeline.place.line}"


def records_of(protocol: Protocol, timelines: Sequence[Timeline]) -> Iterator[TimelineRecords]:
    """The records of timelines, together where they have one data cut: a study has only one.

    Raises
    ------
    TimelineError: two happenings of a line make one record.
    """
    for cut in dict.fromkeys(timeline.data_cut for timeline in timelines):
        found = _Found(protocol)
        for timeline in timelines:
            if timeline.data_cut == cut:
                found.add(timeline)
        yield TimelineRecords(found.frames(), found.partial_frame(), None if cut is None else _day(cut))


class _Found:
    """The rows found so far."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.rows: dict[str, list[Row]] = {domain: [] for domain in DOMAINS}
        self.partial: list[Row] = []
        self.rules = {rule.column: rule.to for rule in protocol.imputation}

    def add(self, timeline: Timeline) -> None:
        seen: dict[tuple[Any, ...], Happening] = {}
        received = _day(max([timeline.data_cut or 0, *_days(timeline)]))
        for happening in _told(timeline):
            row = self._row(timeline, happening, received)
            domain = DOMAINS[happening.domain]
            key = (happening.domain, *(row.get(column) for column in domain.key()))
            if key in seen and happening.day.known:
                told = ", ".join(name for name in domain.key()[1:] if row.get(name) is not None) or "subject"
                raise TimelineError(
                    happening.place, f"expected each {happening.domain} once; an earlier one has the same {told}"
                )
            seen[key] = happening

    def _row(self, timeline: Timeline, happening: Happening, received: date) -> Row:
        rows = self.rows[happening.domain]
        row: Row = {
            "study_id": self.protocol.study_id,
            "site_id": self.protocol.sites[0],
            "subject_id": subject_of(timeline),
            "record_id": f"{happening.domain} {len(rows) + 1} of line {happening.place.line}",
            "source_row": happening.place.line,
            "extract_date": received,
            "valid_from": received,
            **happening.values,
            happening.day_column: happening.day.earliest if happening.day.known else None,
        }
        if happening.end is not None:
            row[happening.end_column] = happening.end.earliest
        if not happening.day.known:
            self.partial.append(self._partial(row, happening))
        rows.append(row)
        return row

    def _partial(self, row: Row, happening: Happening) -> Row:
        written = happening.day.written
        return {
            **{name: row[name] for name in ("study_id", "site_id", "subject_id", "record_id", "valid_from")},
            "domain": happening.domain,
            "column_name": happening.day_column,
            "sent": written,
            "precision": "range" if written.startswith("d") else precision_of(written),
            "earliest": happening.day.earliest,
            "latest": happening.day.latest,
            "rule": None if written == UNKNOWN else self.rules.get(f"{happening.domain}.{happening.day_column}"),
        }

    def frames(self) -> dict[str, pl.DataFrame]:
        return {
            domain: pl.DataFrame(rows, schema=TABLES[f"core.{domain}"].polars_schema, orient="row")
            for domain, rows in self.rows.items()
        }

    def partial_frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.partial, schema=TABLES["meta.partial_date"].polars_schema, orient="row")


def _told(timeline: Timeline) -> Iterator[Happening]:
    """The happenings with what follows from the line: enrollment, numbers of infusions, apheresis with its infusion, or alone."""
    infusions = sorted((one for one in timeline.happenings if one.day_column == INFUSION), key=_first)
    collected = sorted((one for one in timeline.happenings if one.day_column == APHERESIS), key=_first)
    if all(one.domain != "subject" for one in timeline.happenings):
        first = min(((one.day.first or 0) for one in (*infusions, *collected)), default=0)
        enrolled = timeline.happenings[0]
        yield replace(
            enrolled,
            domain="subject",
            day_column="enrollment_date",
            day=replace(enrolled.day, first=first, last=first, written=""),
            values={},
            end=None,
        )
    yield from (one for one in timeline.happenings if one.domain != "infusion")
    yield from _infusions(infusions, collected)


def _infusions(infusions: Sequence[Happening], collected: Sequence[Happening]) -> Iterator[Happening]:
    number = 0
    left = list(collected)
    for infusion in infusions:
        # A further fraction is of the product given before.
        following = number + (int(infusion.values.get("fraction") or 1) == 1)
        number = int(infusion.values.get("infusion_number") or following)
        values = {**infusion.values, "infusion_number": number}
        if left and _first(left[0]) <= _first(infusion):
            values |= {APHERESIS: left.pop(0).day.earliest}  # type: ignore[dict-item]
        yield replace(infusion, values=values)
    for one in left:
        yield replace(one, domain="disposition", day_column="disposition_date", values={"disposition": "apheresis"})


def _first(happening: Happening) -> int:
    return happening.day.first or 0


def _days(timeline: Timeline) -> Iterator[int]:
    for happening in timeline.happenings:
        yield from (day.last for day in (happening.day, happening.end) if day is not None and day.last is not None)


def _day(number: int) -> date:
    return DAY_0 + timedelta(days=number)
