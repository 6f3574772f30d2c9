"""Rules that span records: one SQL file per rule, its id, severity and remedy in the header.

Each file selects the records that break the rule: study_id, site_id, domain, record_id, column_name. They become
site queries; the record stays in use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.rules import Rule

FOLDER = Path(__file__).parent
HEADER = re.compile(r"^-- (rule|columns|remedy):\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class CrossCheck:
    """A rule over several records, and the SQL that finds those who break it."""

    rule: Rule
    sql: str


def crosschecks() -> list[CrossCheck]:
    """Every rule of this folder, by file name."""
    return [_read_crosscheck(path) for path in sorted(FOLDER.glob("*.sql"))]


def _read_crosscheck(path: Path) -> CrossCheck:
    sql = path.read_text("utf-8")
    header = dict(HEADER.findall(sql))
    rule = Rule(header["rule"], "query", header["remedy"], tuple(header["columns"].split(", ")))
    return CrossCheck(rule, sql)
