"""Put a checked warehouse in the published place in one step.

Readers are never blocked and never see half a night: who holds the old file open keeps reading the old night.
"""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import RunFailed


def publish_file(built: Path, published: Path) -> None:
    """Move a finished file over the published one, durably.

    Raises
    ------
    RunFailed: the built file still has a write-ahead log, so that its last writer did not close it.
    """
    if built.with_name(built.name + ".wal").exists():
        raise RunFailed(f"{built.name} was not closed by its writer; nothing is published; run again")
    published.parent.mkdir(parents=True, exist_ok=True)
    _sync(built)
    # Somebody who opened the published file for writing may have left one; a reader would apply it to the new night.
    published.with_name(published.name + ".wal").unlink(missing_ok=True)
    os.replace(built, published)
    _sync(published.parent)


def _sync(path: Path) -> None:
    """Have the operating system write a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
