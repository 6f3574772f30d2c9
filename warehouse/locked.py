"""A published file opened so that no query can write, reach another file or the network, or take the machine.

Imports the database alone of what is heavy, since a prompt has to be there at once.
"""

from __future__ import annotations

import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
HELD = re.compile(r"Could not set lock on file.*?(?:held in (?P<by>.*? \(PID \d+\))|$)", re.DOTALL)
_OPENING = threading.Lock()
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
    """A read-only connection to a published file; to a copy of it while another program holds it for writing.

    memory: what its queries may take, as 2GB; one that needs more fails. Nothing goes to disk, whose limit the database
    does not keep (2.0 wrote 677 MB where 50 MB were allowed).
    """
    limits: Config = {"memory_limit": memory, "temp_directory": ""} if memory else {}
    config = {**limits, **LOCKED_DOWN}
    with _OPENING:
        try:
            connection = duckdb.connect(str(path), read_only=True, config=config)
        except duckdb.IOException as refusal:
            if not HELD.search(str(refusal)):
                raise
            connection = _connect_to_copy(path, config)
        # A process has one database for a file, whichever threads opened it: the second finds it locked already.
        # All of the answer is fetched: a connection with an unfinished one takes no other query.
        ((locked,),) = connection.execute("SELECT current_setting('lock_configuration')").fetchall()
        if not locked:
            connection.execute(LOCKS)
    return connection


@contextmanager
def kept_open(*paths: Path) -> Iterator[None]:
    """Published files kept open while several questions are asked of them; one that is not there is passed over.

    Each opening alone reads the whole catalogue anew, some 40 ms. No file may be replaced meanwhile: who opens its path here would be
    given the one that was there before.
    """
    with ExitStack() as files:
        for path in paths:
            if path.exists():
                files.enter_context(open_published(path))
        yield


def holder_of(path: Path) -> str | None:
    """The program that holds a file for writing, as the database names it with its process id; None where none does."""
    try:
        open_file = duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN)
    except duckdb.IOException as refusal:
        found = HELD.search(str(refusal))
        return (found["by"] or "another program") if found else None
    except duckdb.Error:
        return None
    open_file.close()
    return None


def _connect_to_copy(path: Path, config: Config) -> duckdb.DuckDBPyConnection:
    """What is on the disk: what the other program has not written there yet was never published."""
    copy = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        shutil.copyfile(path, copy)
        return duckdb.connect(str(copy), read_only=True, config=config)
    finally:
        # The connection keeps the file it has open.
        copy.unlink(missing_ok=True)
