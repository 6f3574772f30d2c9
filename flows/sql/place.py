"""Which published file is meant, opened for an analyst."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.settings import Settings
from schemas.errors import UsageError
from warehouse.locked import open_published


def published_file(settings: Settings, snapshot: str | None) -> Path:
    """The file of the night, or of a snapshot by name.

    Raises
    ------
    UsageError: nothing is published there; it names the snapshots there are.
    """
    if snapshot is None:
        if not settings.published.exists():
            raise UsageError(f"{settings.published}: nothing is published yet; run cartrove run first")
        return settings.published
    found = {path.stem: path for path in sorted(settings.snapshots.glob("*.duckdb"))}
    if snapshot not in found:
        there = f"there are {', '.join(found)}" if found else "there is none; cartrove run --as-of makes one"
        raise UsageError(f"snapshot {snapshot}: expected a snapshot below {settings.snapshots}; {there}")
    return found[snapshot]


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
