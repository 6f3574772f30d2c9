"""A published file that can no longer be read: put aside, so that the next night is published as the first one was.

Belongs here: how it is recognized. What had been published follows from the exports, so nothing is lost with it. A file
whose bytes are those that were published is never damaged, whoever holds it, and what the machine lacks (rights, memory, a
lock) damages none.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import duckdb

from warehouse.frame_store import hash_file
from warehouse.locked import OF_ANOTHER_VERSION, holder_of, open_published

# What the words of the database say of the machine rather than of the file.
OF_THE_MACHINE = ("Permission denied", "Cannot open file", "Could not set lock", "Too many open files")


def put_aside_damaged(published: Path, known: Collection[str] = ()) -> Path | None:
    """Move a published file aside that does not open or whose blocks do not have their checksums. Gives where it went.

    known: hashes of the files that were published there. A write-ahead log beside it is put aside but while a program that
    writes to the file holds it: no run leaves one, and a reader would apply it.

    Raises
    ------
    duckdb.Error, OSError: the file can't be read for want of rights, memory or a lock.
    """
    log = published.with_name(f"{published.name}.wal")
    if log.exists() and holder_of(published) is None:
        os.replace(log, log.with_name(f"{log.name}.damaged"))
    if not published.exists() or (known and hash_file(published) in known) or _is_sound(published):
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
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if any(words in str(error) for words in OF_THE_MACHINE):
            raise
        return False
    return True
