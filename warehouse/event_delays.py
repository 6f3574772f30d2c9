"""How late sites tell of events: from the day of each to the first of the site's exports that told of it."""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS
from schemas.protocol.lateness import REPORTED, SAME_WITHIN_DAYS
from warehouse.frames import read_sql


def list_delays(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill meta.event_delay, where the protocol asks for it."""
    if not connection.execute("SELECT 1 FROM meta.lateness LIMIT 1").fetchall():
        return
    states = " UNION ALL ".join(_states(domain) for domain in REPORTED)
    connection.execute(f"CREATE TEMP VIEW stated AS {states}")
    connection.execute(f"INSERT INTO meta.event_delay BY NAME {read_sql('event_delay.sql')}")
    connection.execute("DROP VIEW stated")


def _states(domain: str) -> str:
    """Every state of the records of a domain."""
    return (
        f"SELECT '{domain}' AS domain, study_id, site_id, subject_id, record_id, {DOMAINS[domain].clinical_date()} AS event_date, "
        f"valid_from, valid_to, {SAME_WITHIN_DAYS.get(domain, -1)} AS same_within FROM core.{domain}"
    )
