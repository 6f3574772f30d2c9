"""Views the endpoint SQL reads: the current records up to the data cut, and all current records by name.

`cut.<domain>` holds the current state of each record, without those dated after the study's data cut.
`current.record` names every current record; `current.dated_record` adds the day it happened, after the cut too.
"""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS

NAMES = "study_id, site_id, subject_id, record_id, source_file, source_sheet, source_row, extract_date"


def create_current_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schemas `cut` and `current` over schema core."""
    connection.execute("CREATE SCHEMA cut; CREATE SCHEMA current")
    for name, domain in DOMAINS.items():
        seen = f"AND ({domain.clinical_date()} IS NULL OR {domain.clinical_date()} <= (SELECT coalesce(data_cut, DATE '9999-12-31') FROM meta.study))"
        connection.execute(
            f"CREATE VIEW cut.{name} AS SELECT * EXCLUDE (valid_from, valid_to) FROM core.{name} "
            f"WHERE valid_to IS NULL {seen if domain.clinical_date() else ''}"
        )
    connection.execute("CREATE VIEW current.record AS " + " UNION ALL ".join(_named(name) for name in DOMAINS))
    connection.execute(
        "CREATE VIEW current.dated_record AS "
        + " UNION ALL ".join(
            _dated(name, domain.clinical_date()) for name, domain in DOMAINS.items() if domain.clinical_date()
        )
    )


def _named(domain: str) -> str:
    return f"SELECT '{domain}' AS domain, {NAMES} FROM core.{domain} WHERE valid_to IS NULL"


def _dated(domain: str, date_column: str | None) -> str:
    return (
        f"SELECT '{domain}' AS domain, '{date_column}' AS date_column, {date_column} AS clinical_date, {NAMES} "
        f"FROM core.{domain} WHERE valid_to IS NULL AND {date_column} IS NOT NULL"
    )
