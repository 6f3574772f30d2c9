"""All of a study that answers are made of: its records, what of them is in doubt, and what the protocol defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from schemas.domains import DOMAINS
from schemas.tables import TABLES
from schemas.tables.meta.studies import DEFINITIONS

# What the endpoint SQL reads beside records and definitions: both speak of single records.
DOUBTS = ("meta.set_aside", "meta.partial_date")
DEFINED = ("meta.study", "meta.site", *(table.full_name for table in DEFINITIONS))
IN_FORCE = pl.col("valid_to").is_null()


@dataclass(frozen=True)
class StudyRecords:
    """A study's tables by full name, as built, and the catalogue that its endpoint SQL reads (meta.rule, units, criteria)."""

    tables: Mapping[str, pl.DataFrame]
    catalogue: Mapping[str, pl.DataFrame]

    @cached_property
    def in_force(self) -> dict[str, pl.DataFrame]:
        """The records in force, by domain."""
        return {domain: self.tables[f"core.{domain}"].filter(IN_FORCE) for domain in DOMAINS}

    @cached_property
    def doubts(self) -> dict[str, pl.DataFrame]:
        """What is in doubt about records in force, by full table name."""
        return {name: self.tables[name].filter(IN_FORCE) for name in DOUBTS}

    @cached_property
    def definitions(self) -> dict[str, pl.DataFrame]:
        """The definitions the endpoint SQL reads, by full table name."""
        return {**{name: self.tables[name] for name in DEFINED}, **self.catalogue}

    @cached_property
    def last_day(self) -> date:
        """Nothing reported happened after it: the day of the latest export."""
        stated = self.tables["meta.study"]["latest_extract"].drop_nulls()
        days = [day for frame in self.in_force.values() if isinstance(day := frame["extract_date"].max(), date)]
        return max([*stated, *days], default=date.max)

    @cached_property
    def first_days(self) -> dict[str, date]:
        """The first day on record of each subject."""
        dated = [
            self.in_force[name].select("subject_id", day=domain.clinical_date())
            for name, domain in DOMAINS.items()
            if domain.clinical_date()
        ]
        first = pl.concat(dated).drop_nulls().group_by("subject_id").agg(pl.col("day").min())
        return dict(first.iter_rows())

    @cached_property
    def response_days(self) -> dict[str, frozenset[date]]:
        """The days in any window of response, by subject."""
        windows = self.tables["meta.response_window"].select("from_day", "to_day").rows()
        found: dict[str, frozenset[date]] = {}
        for subject_id, day in self.in_force["infusion"].select("subject_id", "infusion_date").drop_nulls().iter_rows():
            days = {day + timedelta(days=number) for first, last in windows for number in range(first, last + 1)}
            found[subject_id] = found.get(subject_id, frozenset()) | days
        return found

    @cached_property
    def limits(self) -> list[float]:
        """Every number the protocol holds measurements and doses against."""
        found: set[float] = set()
        for name in DEFINED:
            frame = self.tables[name]
            for column in frame.columns:
                if frame.schema[column] == pl.Float64:
                    found |= set(frame[column].drop_nulls())
        return sorted(found)

    def row(self, domain: str, record_id: str) -> dict[str, Any] | None:
        """A record in force."""
        found = self.in_force[domain].filter(record_id=record_id)
        return found.row(0, named=True) if found.height else None

    def last_state(self, domain: str, record_id: str) -> dict[str, Any] | None:
        """A record as it last stood."""
        found = self.tables[f"core.{domain}"].filter(record_id=record_id).sort("valid_from", descending=True)
        return found.row(0, named=True) if found.height else None

    def new_row(self, domain: str, subject_id: str, record_id: str, **cells: Any) -> dict[str, Any]:
        """A record of a subject that no export holds."""
        own = self.in_force["subject"].filter(subject_id=subject_id).row(0, named=True)
        blank: dict[str, Any] = dict.fromkeys(TABLES[f"core.{domain}"].column_names)
        kept = ("study_id", "site_id", "source_file", "source_sheet", "source_row", "source_feed")
        known = {name: own[name] for name in kept}
        days = {"extract_date": self.last_day, "valid_from": self.last_day, "valid_to": None}
        return {**blank, **known, **days, "subject_id": subject_id, "record_id": record_id, **cells}
