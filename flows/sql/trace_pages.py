"""Whose steps of a trace are wanted: those of one subject, of all, or page by page, so that a figure of a million is no longer to read."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from schemas.errors import UsageError
from warehouse.ddl import literal

# Subjects of a result after one and up to another, by id; and where to look up to, so many subjects of the study on.
NEXT = """
    SELECT DISTINCT subject_id FROM meta.basis_of({result}, from_subject := {after}, to_subject := {end})
    WHERE {after} IS NULL OR subject_id > {after} ORDER BY subject_id LIMIT {first}
"""
END = """
    SELECT s.subject_id FROM adam.adsl AS s INNER JOIN results.analysis AS a ON s.study_id = a.study_id
    WHERE a.result_id = {result} AND ({after} IS NULL OR s.subject_id > {after}) ORDER BY s.subject_id LIMIT 1 OFFSET {ahead}
"""
# A row that two parts choose is one: only then they have to be looked at. Rows of two endpoints or two risk factors are never the same.
ROWS = """
    WITH about AS (
        SELECT study_id, rows_id, any_value(value) AS said FROM results.condition
        WHERE column_name IN ('paramcd', 'risk_factor') GROUP BY ALL HAVING count(*) = 1
    ), part AS (
        SELECT s.row_count, count(*) OVER (PARTITION BY s.role, s.endpoint_table, s.endpoint_column, o.said) AS parts
        FROM results.selection AS s INNER JOIN results.analysis AS a ON s.study_id = a.study_id AND s.basis_id = a.basis_id
        LEFT JOIN about AS o ON s.study_id = o.study_id AND s.rows_id = o.rows_id
        WHERE a.result_id = {result}
    )
    SELECT sum(row_count)::BIGINT, max(parts) FROM part
"""
EVERY_ROW = "SELECT count(*) FROM meta.basis_of({result})"
AHEAD, FARTHER = 200, 20


@dataclass(frozen=True)
class Asked:
    """Whose steps are wanted: of one subject, or of the `first` so many by id, those after `after`; of all where neither is said."""

    subject: str | None = None
    first: int | None = None
    after: str | None = None


@dataclass(frozen=True)
class Page:
    """The subjects whose steps are written, by the ids of the first and the last; whether more come after, and all endpoint rows there are."""

    first: str | None = None
    last: str | None = None
    goes_on: bool = False
    rows: int | None = None


def page_of(connection: duckdb.DuckDBPyConnection, result: str, asked: Asked) -> Page:
    """The subjects that are wanted; of a result that rests on no row all, who are none.

    Raises
    ------
    UsageError: no subject comes after the one that is named.
    """
    found = _next_subjects(connection, result, asked.after, asked.first or 1)
    if not found and asked.after is not None:
        raise UsageError(f"--after {asked.after}: result {result} has no subject after this one")
    rows, parts = connection.execute(ROWS.format(result=said(result))).fetchall()[0]
    if parts is not None and parts > 1:
        ((rows,),) = connection.execute(EVERY_ROW.format(result=said(result))).fetchall()
    first = found[0] if found else None
    if asked.first is None or len(found) <= asked.first:
        return Page(first, rows=rows)
    return Page(first, found[-2], goes_on=True, rows=rows)


def _next_subjects(connection: duckdb.DuckDBPyConnection, result: str, after: str | None, count: int) -> list[str]:
    """The next so many subjects of a result and one more, by id. Among so many of the study as are likely to hold them, then among more."""
    ahead = AHEAD + count
    while True:
        ends = {"result": said(result), "after": said(after)}
        end = connection.execute(END.format(**ends, ahead=ahead)).fetchone()
        wanted = NEXT.format(**ends, end=said(end[0] if end else None), first=count + 1)
        found = [str(subject) for (subject,) in connection.execute(wanted).fetchall()]
        if len(found) > count or end is None:
            return found
        ahead *= FARTHER


def said(value: str | None) -> str:
    """A text in SQL: DuckDB plans for what stands there, and reads no other subject's rows."""
    return "null" if value is None else literal(value)
