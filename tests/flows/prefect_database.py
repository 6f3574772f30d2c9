"""An empty database of a Prefect server, kept from the first server of a test session for those after it.

Its migrations take as long as the server's imports: half of what a cold server costs. That a server makes its own is
shown by every command in a workspace of its own (tests/breakage/test_commands.py, tests/flows/runs/test_environment.py).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path


def put_database(home: Path) -> bool:
    """Put the kept database into the folder of a server that is not started yet; False where none is kept."""
    kept = _kept()
    if kept is None or not kept.exists():
        return False
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, home / "prefect.db")
    return True


def keep_database(home: Path) -> None:
    """Keep the database of a server that has just started; a copy of what it has written, whole or not at all."""
    kept = _kept()
    if kept is None:
        return
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(home / "prefect.db")) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    os.replace(unfinished, kept)


def _kept() -> Path | None:
    shared = os.environ.get("TESTS_SHARED_FOLDER")
    return Path(shared) / "empty_prefect.db" if shared else None
