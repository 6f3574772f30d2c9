"""What a published file says, read by a process of its own: what the laws compare from night to night."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.breakage.warm_nights import in_a_child
from warehouse.frame_store import hash_file

# What an analyst could miss: who is there, and what has happened to them.
QUERIES = {
    "run": "SELECT run_id, as_of::VARCHAR FROM meta.run",
    "studies": "SELECT study_id, state, message FROM meta.run_study ORDER BY ALL",
    "of_study": "SELECT DISTINCT study_id FROM meta.study ORDER BY ALL",
    "subjects": "SELECT DISTINCT study_id, site_id, subject_id FROM core.subject WHERE valid_to IS NULL ORDER BY ALL",
    "analysed": "SELECT DISTINCT study_id, site_id, subject_id FROM adam.adsl ORDER BY ALL",
    "events": "SELECT DISTINCT study_id, site_id, subject_id, paramcd FROM adam.adtte WHERE event = 1 ORDER BY ALL",
    "happenings": """
        SELECT DISTINCT study_id, site_id, subject_id, happening FROM adam.adevent
        WHERE happening IN ('relapse', 'death') ORDER BY ALL
    """,
    "alarms": "SELECT study_id, site_id, kind, what FROM meta.alarm ORDER BY ALL",
    "questions": """
        SELECT study_id, site_id, coalesce(subject_id, ''), coalesce(domain, ''), rule_id, status
        FROM meta.site_query WHERE status <> 'closed' ORDER BY ALL
    """,
    "aside": "SELECT study_id, site_id, coalesce(subject_id, ''), domain, rule_id FROM meta.set_aside WHERE valid_to IS NULL ORDER BY ALL",
    "sums": "SELECT * EXCLUDE (extract_date) FROM meta.reconciliation ORDER BY ALL",
    "files": "SELECT study_id, source_file, sha256 FROM meta.source_file ORDER BY ALL",
}  # fmt: skip
Rows = list[list[Any]]


@dataclass(frozen=True)
class Seen:
    """A published file. torn: tables whose rows are not those that were hashed when it was built."""

    run: Rows
    studies: Rows
    of_study: Rows
    subjects: Rows
    analysed: Rows
    events: Rows
    happenings: Rows
    alarms: Rows
    questions: Rows
    aside: Rows
    sums: Rows
    files: Rows
    torn: list[str]
    content: str
    tables: dict[str, str]

    @property
    def run_id(self) -> str:
        """The run that built it."""
        return str(self.run[0][0])


def look(published: Path) -> Seen | None:
    """What a published file says; None where it does not open."""
    told = in_a_child(lambda: _look(published))
    return Seen(**told) if told else None


def _look(published: Path) -> dict[str, Any]:
    from warehouse.published import open_published
    from warehouse.table_hash import content_hash, hash_tables

    with open_published(published) as connection:
        found = {name: [list(row) for row in connection.execute(sql).fetchall()] for name, sql in QUERIES.items()}
        stored = connection.execute("SELECT table_name, hash::VARCHAR FROM meta.table_hash").fetchall()
        now = hash_tables(connection)
    hashes = dict(zip(now["table_name"], map(str, now["hash"]), strict=True))
    torn = sorted(name for name, value in stored if hashes.get(name) != value)
    return {**found, "torn": torn, "content": content_hash(now), "tables": hashes}


def rows_on_disk(landing: Path, files: Rows) -> dict[str, int]:
    """Rows with any content of the files that lie there as they were read, by their place; a file changed since is not counted."""
    counts = {}
    for _, place, sha256 in files:
        path = landing / place
        if path.is_file() and hash_file(path) == sha256:
            with path.open(newline="", encoding="utf-8") as text:
                counts[place] = sum(any(cell.strip() for cell in row) for row in csv.reader(text)) - 1
    return counts
