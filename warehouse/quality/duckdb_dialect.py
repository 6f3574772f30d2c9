"""DuckDB as Great Expectations can use it, read-only.

duckdb-engine opens a transaction around every statement; Great Expectations then fails quietly ("list index out of
range", success False). A read-only connection needs no transaction, so this dialect does nothing there. It asks DuckDB itself what
columns a table has: by the views of PostgreSQL, as duckdb-engine does, that takes a third of the time of all checks.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from duckdb_engine import Dialect
from sqlalchemy.dialects import registry

TYPES = {
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
        self, connection: Any, table_name: str, schema: str | None = None, **_: Any
    ) -> list[dict[str, Any]]:
        """Name and type of each column of a table."""
        found = connection.execute(COLUMNS, {"schema": schema or "main", "name": str(table_name)})
        return [{"name": name, "type": TYPES.get(kind, sqlalchemy.types.NullType)()} for name, kind in found]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Tables have none: keys are expectations."""
        return {"constrained_columns": [], "name": None}


def register_dialect() -> None:
    """Have `duckdb://` addresses use this dialect in this process."""
    registry.register("duckdb", __name__, ReadOnlyDuckDB.__name__)
