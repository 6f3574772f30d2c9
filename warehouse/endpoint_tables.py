"""The endpoint tables of records that are in no published warehouse: a past state, or one with a single change made."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from schemas.tables import ADAM, CORE, META
from warehouse.current_views import create_current_views, hold_records_of_day
from warehouse.ddl import create_tables
from warehouse.frames import insert_frame
from warehouse.study_product import read_ordered


def derive_endpoint_tables(
    records: Mapping[str, pl.DataFrame], definitions: Mapping[str, pl.DataFrame], queries: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """Rows of schema adam, by full table name.

    Parameters
    ----------
    records: the records in force, as rows of the core table, by domain.
    definitions: rows of the meta tables the SQL reads, by full table name.
    queries: the SELECT of each table, in build order.
    """
    with duckdb.connect(":memory:") as connection:
        create_tables(connection, (*CORE, *ADAM, *META), comments=False)
        for name, frame in definitions.items():
            insert_frame(connection, name, frame)
        for domain, frame in records.items():
            insert_frame(connection, f"core.{domain}", frame)
        create_current_views(connection)
        return fill_endpoint_tables(connection, queries)


def fill_endpoint_tables(connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Fill schema adam from the records in force. Gives its tables, rows in key order, by full table name."""
    hold_records_of_day(connection)
    for table, sql in queries.items():
        connection.execute(f"INSERT INTO {table} BY NAME {sql}")
    return {table: read_ordered(connection, table) for table in queries}
