"""A published file opened for an analyst."""

from __future__ import annotations

import resource
from pathlib import Path

import duckdb

from flows.reading.sandbox import written_memory
from flows.settings import Settings
from schemas.errors import UsageError
from warehouse.locked import open_published

# Stacks of the database's threads, the libraries a prompt loads.
BESIDE = 500_000_000


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


def limit_own_memory(room: int) -> None:
    """Let this process take `room` bytes of memory more, and what the database needs beside a query.

    The database counts what it sorts and joins, and not a text it makes: repeat('x', 3e9) took 5.9 GB where 2 were allowed.
    """
    written = written_memory()
    if not written:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = written + room + BESIDE
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
