"""The SQL that a printed number can be checked with: what the report shows beside each table and figure.

Each query runs as it stands on the published file and returns the rows that were printed, or the rows of subjects they rest on.
It is text for readers; the pipeline itself never runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

ENDPOINTS = "transforms/endpoints"
RESULTS = "results.analysis"
Value = str | int | bool | Sequence[str]


@dataclass(frozen=True)
class Quoted:
    """A result by the id it can be traced by, and the words that tell it from the others of its part."""

    result_id: str
    words: Sequence[str]
    statistic: str


@dataclass(frozen=True)
class Query:
    """One query. kind: printed (the numbers as printed), curve (what is drawn) or rows (what they rest on).

    file: the SQL file that derives those rows, in the repository; empty for tables no endpoint SQL makes.
    results: the results it finds; none of a table whose rows have no id.
    """

    kind: Literal["printed", "curve", "rows"]
    sql: str
    file: str = ""
    results: Sequence[Quoted] = ()

    @property
    def trace(self) -> str:
        """The command that walks the first of the results back to the cells of exports."""
        return f"cartrove trace {self.results[0].result_id}"


@dataclass(frozen=True)
class Queries:
    """The queries of one study. analysis: its results, so that each query can name those it finds."""

    study_id: str
    analysis: pl.DataFrame = field(default_factory=pl.DataFrame)

    def printed(self, table: str = RESULTS, order: str = "position", **which: Value) -> Query:
        """Rows of a table of results, as printed."""
        found = self._quoted(which) if table == RESULTS else ()
        return Query("printed", self._select(table, order, which), results=found)

    def curve(self, **which: Value) -> Query:
        """What a curve is drawn from."""
        return Query("curve", self._select("results.curve", "statistic, level, time_months", which))

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

    def _quoted(self, which: dict[str, Value]) -> Sequence[Quoted]:
        if self.analysis.is_empty():
            return ()
        wanted = [
            pl.col(column) == value if isinstance(value, str | int) else pl.col(column).is_in(list(value))
            for column, value in which.items()
        ]
        rows = self.analysis.filter(*wanted).sort("position")
        told = ["label"]
        for column in ("group_level", "population", "group_name"):
            if rows.n_unique([*told, "statistic"]) < rows.height:
                told.append(column)
        return [
            Quoted(row["result_id"], [row[column] for column in told if row[column]], row["statistic"])
            for row in rows.iter_rows(named=True)
        ]

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
