"""From what chooses endpoint rows to the rows: SQL made of the closed list of conditions in schemas.basis."""

from __future__ import annotations

from schemas.basis import ABOUT, COMPARING, Operator, conditions_of
from schemas.tables import TABLES
from warehouse.frames import read_sql

SELECTED_ROWS, DOWN_TO_CELLS = "selected_rows.sql", "down_to_cells.sql"
# Which subjects are asked for, of a table t: everybody, or those of the parameters of a macro.
EVERYBODY = "true"
OF_PARAMETERS = (
    "(subject IS NULL OR t.subject_id = subject) AND (from_subject IS NULL OR t.subject_id >= from_subject)"
    " AND (to_subject IS NULL OR t.subject_id <= to_subject)"
)


def selecting(of_subject: str = EVERYBODY) -> dict[str, str]:
    """The parts of a query that lead from selections to endpoint rows and on to cells, for the subjects that are asked for."""
    every = dict.fromkeys(condition for table in ABOUT for condition in conditions_of(table))
    return {
        "selected_rows": read_sql(
            SELECTED_ROWS,
            given_values=", ".join(_given(column, operator) for column, operator in every),
            met_rows=" UNION ALL ".join(_met_rows(table, of_subject) for table in ABOUT),
            of_subject=of_subject,
        ),
        "down_to_cells": read_sql(DOWN_TO_CELLS, of_subject=of_subject),
    }


def _met_rows(table: str, of_subject: str) -> str:
    """The rows of one table under the conditions on it."""
    met = "".join(f" AND {_met(column, operator)}" for column, operator in conditions_of(table))
    return (
        f"SELECT p.study_id, p.rows_id, t.subject_id, {_key(table)} AS endpoint_key "
        f"FROM given AS p INNER JOIN {table} AS t ON p.study_id = t.study_id{met} "
        f"WHERE p.endpoint_table = '{table}' AND {of_subject}"
    )


def _given(column: str, operator: Operator) -> str:
    """The values of a condition, of one that holds none whether it is there."""
    meant = f"FILTER (WHERE c.column_name = '{column}' AND c.operator = '{operator}') AS {column}_{operator}"
    if operator == "is":
        return f"list(c.value) {meant}"
    return f"max({'c.value' if operator in ('known', 'blank') else 'TRY_CAST(c.value AS DOUBLE)'}) {meant}"


def _met(column: str, operator: Operator) -> str:
    given, held = f"p.{column}_{operator}", f"t.{column}"
    met = {
        "is": f"list_contains({given}, CAST({held} AS VARCHAR))",
        "known": f"{held} IS NOT NULL",
        "blank": f"{held} IS NULL",
    }.get(operator) or f"{held} {COMPARING[operator]} {given}"
    return f"({given} IS NULL OR {met})"


def _key(table: str) -> str:
    parts = [f"coalesce(CAST(t.{name} AS VARCHAR), '-')" for name in TABLES[table].key if name != "study_id"]
    return f"concat_ws('|', {', '.join(parts)})"
