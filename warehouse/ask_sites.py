"""Rules over several records, asked of the records as they stood on the day of each export.

A question so has a first day, and a day on which a later export answered it. What was found on a past day is kept
under a key of all it follows from: a night asks of its own exports only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import polars as pl

from schemas.rules import Rule
from warehouse.bounded_dates import take_stand_ins_out
from warehouse.current_views import domains_of_day
from warehouse.endpoint_tables import fill_endpoint_tables
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import create_from_frame, frame_of, read_sql, set_variables
from warehouse.staged_exports import StagedFile

PARTIAL_DATES = "SELECT * FROM meta.partial_date WHERE valid_from <= getvariable('as_of') ORDER BY ALL"
NAMED_DOMAIN, A_COLUMN = re.compile(r"'(\w+)' as domain\b"), re.compile(r"\.domain\b")
BROKEN = "record_id VARCHAR, domain VARCHAR, column_name VARCHAR, rule_id VARCHAR, severity VARCHAR, about VARCHAR"


def ask_sites(
    connection: duckdb.DuckDBPyConnection,
    staged: Sequence[StagedFile],
    endpoint_queries: Mapping[str, str],
    crosschecks: Sequence[tuple[Rule, str]],
    rules_key: str,
    store: FrameStore,
) -> None:
    """Fill the endpoint tables and meta.bounded_date, and make records that break a rule problems of their source rows.

    The endpoint tables are left as of the last export. `rules_key`: see StudyInputs.
    """
    days = sorted({file.extract_date for file in staged}) or [date.max]
    for day, next_day in zip(days, [*days[1:], None], strict=True):
        set_variables(connection, as_of=day, next_day=next_day)
        known = frame_of(connection, PARTIAL_DATES).write_json()
        files = sorted(f"{file.source_file} {file.staging_key}" for file in staged if file.extract_date <= day)
        key = content_key("asked", rules_key, str(day), known, *files)
        if next_day is None or key not in store:
            fill_endpoint_tables(connection, endpoint_queries, day)
            store.save(key, {"asked": _ask(connection, crosschecks)})
        store.mark_used(key)
        create_from_frame(connection, "asked", pl.read_parquet(store.folder(key) / "asked.parquet"))
        connection.execute(read_sql("ask_sites.sql"))
        connection.execute("DROP TABLE asked")
    connection.execute("INSERT INTO meta.bounded_date BY NAME FROM current.bounded_date")


def domains_asked(sql: str) -> frozenset[str] | None:
    """The domains whose records a rule's SELECT can give, by the names it writes there; None where only the data tell."""
    return None if A_COLUMN.search(sql) else frozenset(NAMED_DOMAIN.findall(sql)) or None


def _ask(connection: duckdb.DuckDBPyConnection, crosschecks: Sequence[tuple[Rule, str]]) -> pl.DataFrame:
    """Every record that breaks a rule, with the row it came from."""
    take_stand_ins_out(connection)
    connection.execute(f"CREATE TABLE broken ({BROKEN})")
    there = domains_of_day(connection)
    for rule, sql in crosschecks:
        about = domains_asked(sql)
        if about is not None and about.isdisjoint(there):
            continue
        set_variables(connection, rule_id=rule.rule_id, severity=rule.severity)
        connection.execute(read_sql("broken.sql", broken=sql))
    # Joined once: a join in each of a hundred statements costs more than the rules do.
    asked = frame_of(connection, read_sql("asked.sql"))
    connection.execute("DROP TABLE broken")
    return asked
