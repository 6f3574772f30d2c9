"""A published file opened so that no query can write, reach another file or the network, or take the machine.

Imports the database alone of what is heavy, since a prompt has to be there at once.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from schemas.errors import UsageError

Config = dict[str, str | bool | int | float | list[str]]

LOCKED_DOWN: Config = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}
# After all else: no limit can be set once there is no access.
LOCKS = "SET enable_external_access = false; SET lock_configuration = true"
# A file that an earlier version published may lack tables and columns of today; that is no damage.
OF_ANOTHER_VERSION = (duckdb.CatalogException, duckdb.BinderException)


def check_published(path: Path) -> None:
    """See that something is published in a place.

    Raises
    ------
    UsageError: nothing is.
    """
    if not path.exists():
        raise UsageError(f"{path}: nothing is published yet; run cartrove run first")


def open_published(path: Path, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a published file.

    memory: what its queries may take, as 2GB; one that needs more fails. Nothing goes to disk, whose limit the database
    does not keep (2.0 wrote 677 MB where 50 MB were allowed).
    """
    limits: Config = {"memory_limit": memory, "temp_directory": ""} if memory else {}
    connection = duckdb.connect(str(path), read_only=True, config={**limits, **LOCKED_DOWN})
    connection.execute(LOCKS)
    return connection
