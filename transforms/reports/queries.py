"""The SQL that a printed number can be checked with: what the report shows beside each table and figure.

Each query runs as it stands on the published file and returns the rows that were printed, or the rows of subjects they rest on.
It is text for readers; the pipeline itself never runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ENDPOINTS = "transforms/endpoints"
Value = str | int | bool | Sequence[str]


@dataclass(frozen=True)
class Query:
    """One query. kind: printed (the numbers as printed), curve (what is drawn) or rows (what they rest on).

    file: the SQL file that derives those rows, in the repository; empty for tables no endpoint SQL makes.
    """

    kind: Literal["printed", "curve", "rows"]
    sql: str
    file: str = ""


@dataclass(frozen=True)
class Queries:
    """The queries of one study."""

    study_id: str

    def printed(self, table: str = "results.analysis", order: str = "position", **which: Value) -> Query:
        """Rows of a table of results, as printed."""
        return Query("printed", self._select(table, order, which))

    def curve(self, **which: Value) -> Query:
        """What a curve is drawn from."""
        return Query("curve", self._select("results.curve", "statistic, group_level, time_months", which))

    def rows(self, table: str, order: str = "subject_id", **which: Value) -> Query:
        """Rows of a table of subjects, and the file that derives them."""
        schema, _, name = table.partition(".")
        file = f"{ENDPOINTS}/{name}.sql" if schema == "adam" and name != "adck" else ""
        return Query("rows", self._select(table, order, which), file)

    def of_model(self, endpoint: str) -> Query:
        """Outcome and covariates of every subject of a model, a row per covariate."""
        sql = (
            "SELECT t.subject_id, t.aval, t.event, r.risk_factor, r.level, r.value_number, r.knowndt\n"
            "FROM adam.adtte AS t\nLEFT JOIN adam.adrisk AS r USING (study_id, subject_id)\n"
            f"WHERE t.study_id = {_literal(self.study_id)} AND t.paramcd = {_literal(endpoint)}\n"
            "ORDER BY t.subject_id, r.risk_factor"
        )
        return Query("rows", sql, f"{ENDPOINTS}/adtte.sql, {ENDPOINTS}/adrisk.sql")

    def _select(self, table: str, order: str, which: dict[str, Value]) -> str:
        wanted = {"study_id": self.study_id, **which}
        conditions = "\n    AND ".join(_condition(column, value) for column, value in wanted.items())
        # Of records with a history, those in force.
        in_force = "\n    AND valid_to IS NULL" if table.startswith("core.") else ""
        return f"SELECT *\nFROM {table}\nWHERE {conditions}{in_force}\nORDER BY {order}"


def _condition(column: str, value: Value) -> str:
    if isinstance(value, str | int):
        return f"{column} = {_literal(value)}"
    return f"{column} IN ({', '.join(map(_literal, value))})"


def _literal(value: str | int) -> str:
    """A value as SQL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
