"""CREATE TABLE and COMMENT statements, made from the one description of each table."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from schemas.tables import Table


def create_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table], *, comments: bool) -> None:
    """Create the tables, and their schemas where missing; with COMMENTs on tables and columns if asked.

    Comments cost time and serve readers, so only the published file has them.
    """
    wanted = list(tables)
    for schema in dict.fromkeys(table.schema for table in wanted):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table in wanted:
        columns = ", ".join(f"{quoted(column.name)} {column.sql_type}" for column in table.columns)
        connection.execute(f"CREATE TABLE {table.full_name} ({columns})")
        if comments:
            connection.execute(comments_on(table))


def quoted(identifier: str) -> str:
    """An identifier quoted for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal for the statements that take no bound parameter."""
    return "'" + text.replace("'", "''") + "'"


def comments_on(table: Table, kind: str = "TABLE") -> str:
    """COMMENT statements of a table, or of a view, and its columns."""
    statements = [f"COMMENT ON {kind} {table.full_name} IS {literal(table.grain)}"]
    statements += [
        f"COMMENT ON COLUMN {table.full_name}.{quoted(column.name)} IS {literal(column.description)}"
        for column in table.columns
    ]
    return "; ".join(statements)
