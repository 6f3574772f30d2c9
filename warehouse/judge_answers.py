"""What sites answered, held against what they were asked: which answers count, and which waivers follow from them."""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.answers import NO_REMARK
from schemas.tables import TABLES
from warehouse.frames import create_from_frame, frame_of, read_sql, set_variables
from warehouse.working import open_working

# What a confirmation counts for is taken back where it was refused, replaced, or its record has changed since.
TAKEN_BACK = """
    DELETE FROM meta.waiver AS w
    WHERE EXISTS (
        SELECT 1 FROM site_answer AS a
        WHERE a.query_id = w.query_id AND a.answer = 'confirmed' AND a.answered_by = w.decided_by
            AND a.answered_on = w.decided_on
    ) AND w.query_id NOT IN (
        SELECT a.query_id FROM site_answer AS a ANTI JOIN site_answer_stale AS s ON a.query_id = s.query_id
        WHERE a.state = 'counts' AND a.answer = 'confirmed'
    )
"""


def judge_answers(connection: duckdb.DuckDBPyConnection, answered: pl.DataFrame) -> None:
    """Create question_row, site_answer and site_answer_stale, fill meta.site_answer, and leave in meta.waiver what holds."""
    create_from_frame(connection, "answered", answered)
    for table in ("question_row", "site_answer", "site_answer_stale"):
        connection.execute(f"CREATE TABLE {table} AS {read_sql(f'{table}.sql')}")
    columns = ", ".join(TABLES["meta.site_answer"].column_names)
    connection.execute(f"INSERT INTO meta.site_answer BY NAME SELECT {columns} FROM site_answer")
    connection.execute(TAKEN_BACK)
    waivers = read_sql("answer_waiver.sql", no_remark=NO_REMARK)
    connection.execute(f"INSERT INTO meta.waiver BY NAME {waivers}")


def judge_beside(answered: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Answers held against what a published night asked, with `state` and `refusal`, in the order of their rows.

    asked: query_id, site_id, sets_aside, first_asked of one study.
    """
    questions = asked.select(
        "query_id", "site_id", "first_asked", rule_id="sets_aside",
        severity=pl.when(pl.col("sets_aside") == "record").then(pl.lit("quarantine")).otherwise(pl.lit("query")),
    )  # fmt: skip
    with open_working() as connection:
        set_variables(connection, study_id="")
        create_from_frame(connection, "question_row", questions)
        connection.execute("CREATE SCHEMA meta; CREATE TABLE meta.rule (rule_id VARCHAR, sets_aside VARCHAR)")
        create_from_frame(connection, "answered", answered)
        return frame_of(connection, f"{read_sql('site_answer.sql')} ORDER BY source_sheet, source_row")
