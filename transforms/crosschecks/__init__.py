"""Rules that span records: one SQL file per rule, in the folder of the domain it asks about.

The id of a rule is its folder and its file name: `death/nothing_later.sql` is `death.nothing_later`. The header gives
what it sets aside (nothing: of several records that contradict one another nobody knows which is wrong), the columns to
look at, and what the site should mend, in English and in Chinese. The SELECT names the records that break the rule:
study_id, site_id, domain, record_id, column_name. They become site queries; the record stays in use. The SQL reads the same schemas as the endpoint tables, and those tables themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from schemas.rules import Rule, SetsAside
from schemas.sql_file import read_sql_file

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class CrossCheck:
    """A rule over several records, and the SQL that finds those who break it."""

    rule: Rule
    sql: str


def crosschecks() -> list[CrossCheck]:
    """Every rule of this folder, by id."""
    return [_read_crosscheck(path) for path in sorted(FOLDER.glob("*/*.sql"))]


@cache
def _read_crosscheck(path: Path) -> CrossCheck:
    file = read_sql_file(path)
    header = file.fields
    rule = Rule(
        f"{path.parent.name}.{path.stem}",
        cast("SetsAside", header["sets aside"]),
        header["remedy"],
        tuple(header["columns"].split(", ")),
        header["remedy_zh"],
    )
    return CrossCheck(rule, file.text)
