"""The records that differ between two states of a study, subject by subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from schemas.domains import DOMAINS

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A record that came, changed or went. before, after: its core row in either state, None where it has none."""

    subject_id: str
    site_id: str
    domain: str
    kind: Literal["added", "changed", "removed"]
    before: Row | None
    after: Row | None

    @property
    def columns(self) -> list[str]:
        """The columns whose values differ; of a record that came or went, those that hold one."""
        before, after = self.before or {}, self.after or {}
        return [name for name in DOMAINS[self.domain].columns() if before.get(name) != after.get(name)]

    @property
    def place(self) -> tuple[str, str, int]:
        """File, sheet and row: of the record as it is now, or as it last was."""
        row = self.after or self.before or {}
        return row["source_file"], row["source_sheet"] or "", row["source_row"]


def find_changes(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> list[Change]:
    """Every difference between the records in force, by domain; ordered by subject, domain and record.

    One record that went and one that came, of one subject and domain, are one that changed its key, as a relapse does
    whose date was corrected.
    """
    found = [change for domain in DOMAINS for change in _of_domain(domain, before[domain], after[domain])]
    return sorted(found, key=lambda change: (change.subject_id, change.domain, change.place))


def _of_domain(domain: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Change]:
    own = list(DOMAINS[domain].columns())
    on = ["record_id", *own]
    gone = before.join(after, on=on, how="anti", nulls_equal=True)
    come = after.join(before, on=on, how="anti", nulls_equal=True)
    went, came = (
        {row["record_id"]: row for row in frame.sort("record_id").iter_rows(named=True)} for frame in (gone, come)
    )
    _pair_by_subject(went, came)
    for record_id in sorted(set(went) | set(came)):
        old, new = went.get(record_id), came.get(record_id)
        row = new or old or {}
        kind: Literal["added", "changed", "removed"] = "changed" if old and new else "added" if new else "removed"
        yield Change(row["subject_id"], row["site_id"], domain, kind, old, new)


def _pair_by_subject(went: dict[str, Row], came: dict[str, Row]) -> None:
    """Let a record that went and one that came share a name where a subject has one of each."""
    alone_gone, alone_come = (_only_of_its_subject(rows, others) for rows, others in ((went, came), (came, went)))
    for subject_id in set(alone_gone) & set(alone_come):
        old, new = alone_gone[subject_id], alone_come[subject_id]
        went[new] = went.pop(old)


def _only_of_its_subject(rows: Mapping[str, Row], others: Mapping[str, Row]) -> dict[str, str]:
    """The record of each subject that has one without a partner, by subject."""
    found: dict[str, list[str]] = {}
    for record_id, row in rows.items():
        if record_id not in others:
            found.setdefault(row["subject_id"], []).append(record_id)
    return {subject_id: records[0] for subject_id, records in found.items() if len(records) == 1}
