"""What a warehouse table is: a schema, a name, a grain, a key and described columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

SqlType = Literal["VARCHAR", "DATE", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP"]
POLARS_TYPES: dict[SqlType, type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BIGINT": pl.Int64,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "TIMESTAMP": pl.Datetime,
}


@dataclass(frozen=True)
class ColumnDescription:
    """A column as DDL and COMMENT need it."""

    name: str
    sql_type: SqlType
    description: str


@dataclass(frozen=True)
class Table:
    """A warehouse table. `grain` says what one row is; `key` are the columns that tell rows apart.

    addresses: columns that say where rows are kept. They differ by code and settings where the rows do not, and so have no share
    in the hash of the table.
    """

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[ColumnDescription, ...]
    addresses: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """`schema.table`, as SQL writes it."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        """Column names in declared order."""
        return [column.name for column in self.columns]

    @property
    def polars_schema(self) -> dict[str, type[pl.DataType]]:
        """Polars type by column name in declared order: what a frame of the table's rows has."""
        return {column.name: POLARS_TYPES[column.sql_type] for column in self.columns}


def described(*lines: str) -> tuple[ColumnDescription, ...]:
    """Columns from lines of the form `name TYPE description`, so that a table reads like a table."""
    parts = [line.split(maxsplit=2) for line in lines]
    return tuple(ColumnDescription(name, sql_type, text) for name, sql_type, text in parts)  # type: ignore[arg-type]
