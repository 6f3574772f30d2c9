"""A published file opened for an analyst."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.settings import Settings
from schemas.errors import UsageError
from warehouse.locked import open_published


def open_for_analyst(settings: Settings, path: Path) -> duckdb.DuckDBPyConnection:
    """A locked-down connection within the memory an analyst may take.

    Raises
    ------
    UsageError: the file can't be opened.
    """
    try:
        return open_published(path, settings.sql_memory)
    except duckdb.Error as error:
        raise UsageError(f"{path}: {str(error).splitlines()[0]}") from None
