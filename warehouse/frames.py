"""Frames into tables, and the SQL files of this package."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

FOLDER = Path(__file__).parent / "sql"


def read_sql(name: str) -> str:
    """The text of one of this package's SQL files."""
    return (FOLDER / name).read_text("utf-8")


def insert_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, columns matched by name."""
    if frame.height:
        connection.register("incoming", frame.to_arrow())
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")


def create_from_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Create a working table that holds a frame."""
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
    connection.unregister("incoming")


def frame_of(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """The result of a query as a polars frame."""
    frame: pl.DataFrame = connection.sql(sql).pl()
    return frame
