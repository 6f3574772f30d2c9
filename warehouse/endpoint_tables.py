"""The endpoint tables: filled for a study, for a day of its past, and for records that are in no published warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
import polars as pl

from schemas.tables import ADAM, CORE, META
from warehouse.current_views import create_current_views, hold_records_of_day
from warehouse.ddl import create_tables
from warehouse.frames import insert_frame, set_variables
from warehouse.impute import create_record_states, impute_by_rules
from warehouse.study_product import read_ordered
from warehouse.working import open_working


def derive_endpoint_tables(
    records: Mapping[str, pl.DataFrame],
    definitions: Mapping[str, pl.DataFrame],
    queries: Mapping[str, str],
    partial: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Rows of schema adam, by full table name.

    Parameters
    ----------
    records: the records in force, as rows of the core table, by domain.
    definitions: rows of the meta tables the SQL reads, by full table name.
    queries: the SELECT of each table, in build order.
    partial: rows of meta.partial_date for records whose dates no rule of the protocol has filled yet.
    """
    with open_working() as connection:
        create_tables(connection, (*CORE, *ADAM, *META), comments=False)
        for name, frame in definitions.items():
            insert_frame(connection, name, frame)
        for domain, frame in records.items():
            insert_frame(connection, f"core.{domain}", frame)
        if partial is not None and partial.height:
            insert_frame(connection, "meta.partial_date", partial)
            create_record_states(connection)
            impute_by_rules(connection)
        create_current_views(connection)
        fill_endpoint_tables(connection, queries)
        return read_endpoint_tables(connection, queries)


def fill_endpoint_tables(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str], day: date | None = None
) -> None:
    """Fill tables of schema adam anew from the records in force on a day, by default that of the last export."""
    if day:
        set_variables(connection, as_of=day)
        connection.execute("UPDATE meta.study SET latest_extract = ? WHERE latest_extract IS NOT NULL", [day])
    hold_records_of_day(connection)
    run_endpoint_queries(connection, queries)


def run_endpoint_queries(connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> None:
    """Run the SELECT of each table where all it reads is there: the only place where schema adam is filled."""
    for table, sql in queries.items():
        connection.execute(f"DELETE FROM {table}; INSERT INTO {table} BY NAME {sql}")


def read_endpoint_tables(connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """The tables of some queries, rows in key order, by full table name."""
    return {table: read_ordered(connection, table) for table in queries}
