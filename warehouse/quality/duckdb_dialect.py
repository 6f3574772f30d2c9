"""DuckDB as Great Expectations can use it, read-only.

duckdb-sqlalchemy opens a transaction around every statement; Great Expectations then fails quietly ("list index out of
range", success False). A read-only connection needs no transaction, so this dialect does nothing there. It asks DuckDB itself what
columns a table has: by the views of PostgreSQL, as duckdb-sqlalchemy does, that takes a third of the time of all checks.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.types import NullType, TypeEngine

TYPES: dict[str, type[TypeEngine[Any]]] = {
    "VARCHAR": sqlalchemy.String,
    "DATE": sqlalchemy.Date,
    "BIGINT": sqlalchemy.BigInteger,
    "DOUBLE": sqlalchemy.Double,
    "BOOLEAN": sqlalchemy.Boolean,
    "TIMESTAMP": sqlalchemy.DateTime,
}
COLUMNS = sqlalchemy.text(
    "SELECT column_name, data_type FROM duckdb_columns() "
    "WHERE schema_name = :schema AND table_name = :name ORDER BY column_index"
)


class ReadOnlyDuckDB(Dialect):
    """The duckdb dialect without transactions."""

    # The library looks dialects up by this name to choose its SQL.
    name = "duckdb"
    supports_statement_cache = False

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back."""

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """Name and type of each column of a table."""
        found = connection.execute(COLUMNS, {"schema": schema or "main", "name": str(table_name)})
        return [
            {"name": name, "type": TYPES.get(kind, NullType)(), "nullable": True, "default": None}
            for name, kind in found
        ]

    def get_pk_constraint(
        self,
        connection: Connection,  # noqa: ARG002 - as the library calls it
        table_name: str,  # noqa: ARG002
        schema: str | None = None,  # noqa: ARG002
        **_: Any,
    ) -> ReflectedPrimaryKeyConstraint:
        """Tables have none: keys are expectations."""
        return {"constrained_columns": [], "name": None}


def register_dialect() -> None:
    """Have `duckdb://` addresses use this dialect in this process."""
    registry.register("duckdb", __name__, ReadOnlyDuckDB.__name__)
