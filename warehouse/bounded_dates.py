"""Days that are not known: within which bounds they lie, and which day stands in for them where the protocol has no rule.

Belongs here: filling `current.bounded_date`, and the days of the `cut` tables by it. Core tables keep such a day blank.
"""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS, Domain
from warehouse.frames import read_sql

COUNTED = {name: domain for name, domain in DOMAINS.items() if domain.is_counted_by_day()}
BOUNDED = (
    "study_id VARCHAR, site_id VARCHAR, subject_id VARCHAR, domain VARCHAR, record_id VARCHAR, column_name VARCHAR, "
    "flag VARCHAR, earliest DATE, latest DATE, stand_in DATE"
)


def bound_dates(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `current.bounded_date` from the records in force without their day; most studies have none."""
    connection.execute(f"CREATE OR REPLACE TABLE current.bounded_date ({BOUNDED})")
    undated = " UNION ALL ".join(_undated(*item) for item in COUNTED.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE undated AS {undated}")
    # What a relapse or a response can't come after is a death, so that deaths and infusions come first.
    for domains in ("('subject', 'infusion')", "('death')", None):
        chosen = f"domain IN {domains}" if domains else "domain NOT IN ('subject', 'infusion', 'death')"
        if connection.execute(f"SELECT count(*) FROM undated WHERE {chosen}").fetchall()[0][0]:
            connection.execute(
                f"INSERT INTO current.bounded_date BY NAME WITH found AS ({read_sql('bounded_date.sql')}) "
                f"SELECT * FROM found WHERE {chosen}"
            )


def stand_in_for(name: str, domain: type[Domain]) -> str:
    """The day of a domain's records `r` as endpoints count it, of its bounds `b`; core's own where no day stands in."""
    return f"coalesce(r.{domain.clinical_date()}, b.stand_in)" if name in COUNTED else f"r.{domain.clinical_date()}"


def take_stand_ins_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Blank the days of the `cut` tables that no site reported: it is asked about what it said alone."""
    for (name,) in connection.execute("SELECT DISTINCT domain FROM current.bounded_date").fetchall():
        connection.execute(
            f"UPDATE cut.{name} SET {DOMAINS[name].clinical_date()} = NULL WHERE record_id IN "
            f"(SELECT record_id FROM current.bounded_date WHERE domain = '{name}')"
        )


def _undated(name: str, domain: type[Domain]) -> str:
    """The records in force without their day; own_last: no later than the end they bear themselves."""
    day, own = domain.clinical_date(), domain.columns()
    number = "infusion_number" if "infusion_number" in own else "CAST(NULL AS BIGINT) AS infusion_number"
    last = "end_date AS own_last" if "end_date" in own else "CAST(NULL AS DATE) AS own_last"
    return (
        f"SELECT study_id, site_id, subject_id, '{name}' AS domain, record_id, '{day}' AS column_name, extract_date, "
        f"{number}, {last} FROM current.{name} WHERE {day} IS NULL"
    )
