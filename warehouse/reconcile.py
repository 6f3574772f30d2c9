"""Nothing is lost: rows and cells read, and records conformed, are accounted for to the last one, or the build fails."""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.errors import RunFailed
from warehouse.frames import read_sql
from warehouse.judge_answers import judge_answers
from warehouse.question_id import QUESTION_ID

OFF_BALANCE = {
    "rows": """
        SELECT source_file, source_sheet FROM meta.reconciliation
        WHERE rows_read <> accepted + quarantined + duplicate + superseded + set_aside + unclaimed
    """,
    "cells": """
        SELECT source_file, source_sheet FROM meta.reconciliation
        WHERE cells_read <> cells_used + cells_unknown + cells_set_aside + cells_superseded OR cells_used < 0
    """,
    "records": """
        SELECT source_file, domain FROM meta.record_count WHERE records <> accepted + quarantined
    """,
}

QUARANTINED = """
    UNION ALL
    SELECT DISTINCT
        site_id, extract_date, source_file, source_sheet, source_row, domain, record_key, true AS quarantined
    FROM staged_problem
    WHERE severity = 'quarantine' AND source_row IS NOT NULL
"""


def list_states(connection: duckdb.DuckDBPyConnection) -> None:
    """Every appearance of a record and every problem found when staging, with the export that put an end to it."""
    connection.execute(
        f"CREATE TABLE staged_appearance AS {' UNION ALL '.join(map(_appearances, DOMAINS))}{QUARANTINED}"
    )
    connection.execute(f"CREATE TABLE staged_state AS {read_sql('record_state.sql')}")
    list_problems(connection)


def list_problems(connection: duckdb.DuckDBPyConnection) -> None:
    """Every problem found so far, with the export that put an end to it."""
    sql = read_sql("problem_state.sql", question_id=QUESTION_ID)
    connection.execute(f"CREATE OR REPLACE TABLE problem_state AS {sql}")


def reconcile(connection: duckdb.DuckDBPyConnection, answered: pl.DataFrame) -> None:
    """Fill meta.reconciliation, record_count, quarantine, the tables of questions, disputed and rule_failure, and see that the sums hold.

    answered: see StudyInputs.
    """
    connection.execute(f"CREATE TABLE staged_accepted AS {' UNION ALL '.join(map(_accepted_records, DOMAINS))}")
    list_problems(connection)
    judge_answers(connection, answered)
    for table in (
        "reconciliation", "record_count", "quarantine", "site_query", "question_record", "site_query_event", "site_answer_time", "disputed", "rule_failure",
    ):  # fmt: skip
        connection.execute(f"INSERT INTO meta.{table} BY NAME {read_sql(f'{table}.sql')}")
    for what, sql in OFF_BALANCE.items():
        if off := connection.execute(sql).fetchall():
            files = "; ".join(" ".join(names) for names in off)
            raise RunFailed(f"{what} do not add up in {files}: nothing is published until they do; report this fault")


def _accepted_records(domain: str) -> str:
    return (
        f"SELECT source_file, source_sheet, '{domain}' AS domain, count(*) AS records FROM staged_{domain} GROUP BY ALL"
    )


def _appearances(domain: str) -> str:
    """What accepted rows gave; a record without content is one marked as deleted."""
    return (
        "SELECT site_id, extract_date, source_file, source_sheet, source_row, "
        f"'{domain}' AS domain, record_id AS record_key, false AS quarantined FROM staged_{domain}"
    )
