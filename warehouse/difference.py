"""Records added, changed and removed between two states: two days of one warehouse, or two warehouse files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from warehouse.ddl import literal, quoted
from warehouse.frames import frame_of, read_sql

IDENTITY = ("study_id", "site_id", "record_id")


@dataclass(frozen=True)
class State:
    """The records of a warehouse file: those of its last exports, or of those received up to a day."""

    path: Path
    day: date | None = None

    @property
    def condition(self) -> str:
        """Which rows of a core table are in force."""
        if self.day is None:
            return "valid_to IS NULL"
        day = f"DATE '{self.day}'"
        return f"valid_from <= {day} AND (valid_to IS NULL OR valid_to > {day})"


def find_differences(before: State, after: State) -> pl.DataFrame:
    """study_id, site_id, domain, record_id, difference (added, changed, removed), column_name, value_before, value_after.

    Raises
    ------
    duckdb.IOException, duckdb.CatalogException, duckdb.BinderException: a file is no warehouse of this version.
    """
    with _attached(before.path, after.path) as connection:
        for name, state in (("before", before), ("after", after)):
            parts = " UNION ALL ".join(_long(f"night_{name}", domain, state) for domain in DOMAINS)
            connection.execute(f"CREATE TABLE state_{name} AS {parts}")
        return frame_of(connection, read_sql("difference.sql"))


def moved_results(before: Path, after: Path) -> pl.DataFrame:
    """study_id, and how many of its results moved, came and went between two warehouse files.

    Raises
    ------
    duckdb.IOException, duckdb.CatalogException, duckdb.BinderException: a file is no warehouse of this version.
    """
    with _attached(before, after) as connection:
        return frame_of(connection, read_sql("moved_results.sql"))


@contextmanager
def _attached(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"ATTACH {literal(str(path))} AS night_{name} (READ_ONLY)")
        yield connection


def _long(database: str, domain: str, state: State) -> str:
    """One row per record and column of a domain, values as text."""
    columns = [quoted(name) for name in DOMAINS[domain].columns()]
    as_text = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in columns)
    return (
        f"SELECT '{domain}' AS domain, {', '.join(IDENTITY)}, column_name, value "
        f"FROM (SELECT {', '.join(IDENTITY)}, {as_text} FROM {database}.core.{domain} WHERE {state.condition}) "
        f"UNPIVOT INCLUDE NULLS (value FOR column_name IN ({', '.join(columns)}))"
    )
