"""Files written in one step: no reader sees half of one, and a power cut leaves the old one or the new one."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Write a file beside its place, have it on the disk, and move it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    write_to_disk(beside, content)
    os.replace(beside, path)


def write_to_disk(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
