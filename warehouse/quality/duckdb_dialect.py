"""DuckDB as Great Expectations can use it, read-only.

duckdb-engine opens a transaction around every statement; Great Expectations then fails quietly ("list index out of
range", success False). A read-only connection needs no transaction, so this dialect does nothing there.
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy.dialects import registry


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


def register_dialect() -> None:
    """Have `duckdb://` addresses use this dialect in this process."""
    registry.register("duckdb", __name__, ReadOnlyDuckDB.__name__)
