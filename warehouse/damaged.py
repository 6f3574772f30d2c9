"""A published file that can no longer be read: put aside, so that the next night is published as the first one was.

Belongs here: how it is recognized. What had been published follows from the exports, so nothing is lost with it.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.locked import OF_ANOTHER_VERSION, open_published


def put_aside_damaged(published: Path) -> Path | None:
    """Move a published file aside that does not open or whose blocks do not have their checksums. Gives where it went.

    A write-ahead log beside it is put aside in any case: no run leaves one, and a reader would apply it.
    """
    log = published.with_name(f"{published.name}.wal")
    if log.exists():
        os.replace(log, log.with_name(f"{log.name}.damaged"))
    if not published.exists() or _is_sound(published):
        return None
    aside = published.with_name(f"{published.name}.damaged")
    os.replace(published, aside)
    return aside


def _is_sound(published: Path) -> bool:
    """Whether every block of every table can be read."""
    try:
        with open_published(published) as connection:
            tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for schema, table in tables:
                connection.execute(f'SELECT bit_xor(hash(t)) FROM "{schema}"."{table}" AS t').fetchall()
    except OF_ANOTHER_VERSION:
        return True
    except duckdb.Error:
        return False
    return True
