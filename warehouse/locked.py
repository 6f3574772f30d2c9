"""A published file opened so that no query can write, reach another file or the network, or take the machine.

Imports the database alone, since a prompt has to be there at once.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import duckdb

Config = dict[str, str | bool | int | float | list[str]]

LOCKED_DOWN: Config = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}
# After all else: no temporary folder can be named once there is no access, and nothing set once all is locked.
LOCKS = "SET enable_external_access = false; SET lock_configuration = true"


@dataclass(frozen=True)
class Limits:
    """What one analyst's queries may take, in DuckDB's words: memory, and temporary files on disk."""

    memory: str
    spill: str

    def as_config(self) -> Config:
        """Settings of a connection. Temporary files lie in a folder of its own, and not beside the published file."""
        return {
            "memory_limit": self.memory,
            "max_temp_directory_size": self.spill,
            "temp_directory": str(Path(gettempdir()) / f"cartrove-sql-{uuid.uuid4().hex[:12]}"),
        }


def open_published(path: Path, limits: Limits | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a published file."""
    config = {**(limits.as_config() if limits else {}), **LOCKED_DOWN}
    connection = duckdb.connect(str(path), read_only=True, config=config)
    connection.execute(LOCKS)
    return connection
