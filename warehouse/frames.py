"""Frames into tables, values into variables, and the SQL files of this package."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from schemas.sql_file import read_sql_file
from warehouse.ddl import quoted

FOLDER = Path(__file__).parent / "sql"
SQL_TYPES: dict[pl.DataType | type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Date: "DATE",
    pl.Int64: "BIGINT",
    pl.UInt64: "UBIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
}


def read_sql(name: str, **parts: str) -> str:
    """The text of one of this package's SQL files, its parts put in."""
    return read_sql_file(FOLDER / name, **parts).text


def set_variables(connection: duckdb.DuckDBPyConnection, **values: object) -> None:
    """Give values to the SQL files, which read them by `getvariable`."""
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])


def insert_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, columns matched by name."""
    if frame.height:
        connection.register("incoming", frame.to_arrow())
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")


def create_from_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Create a working table that holds a frame."""
    if frame.is_empty() and set(frame.dtypes) <= SQL_TYPES.keys():
        # Most domains of most studies: to hand over an arrow table of nothing takes ten times as long.
        columns = ", ".join(f"{quoted(name)} {SQL_TYPES[kind]}" for name, kind in frame.schema.items())
        connection.execute(f"CREATE TABLE {table} ({columns})")
        return
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    connection.unregister("incoming")


def frame_of(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> pl.DataFrame:
    """The result of a query as a polars frame. values: of its parameters."""
    frame: pl.DataFrame = connection.sql(sql, params=list(values) or None).pl()
    return frame
