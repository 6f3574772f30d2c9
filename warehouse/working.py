"""Databases in memory, for the time of a piece of work: how much of the machine each may take, and where it puts what exceeds that.

Belongs here: opening one. Published files are opened by warehouse.locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Room:
    """What each database of this process may take.

    memory: bytes; the database's own limit (four fifths of the machine) where there is none. spill: folder for what exceeds it, which
    need not be there; without one the database uses a folder where the process happens to be.
    """

    memory: int | None = None
    spill: Path | None = None

    @classmethod
    def within(cls, process: int | None, spill: Path) -> Room:
        """What is left for a database of what the process may take: half, since tables are worked on beside it."""
        return cls(process // 2 if process else None, spill)


_given: list[Room] = [Room()]


@contextmanager
def working_within(room: Room) -> Iterator[None]:
    """Have databases that are opened meanwhile, by any thread, keep to this room."""
    _given.append(room)
    try:
        yield
    finally:
        _given.remove(room)


def open_working() -> duckdb.DuckDBPyConnection:
    """A new, empty database in memory, within the room given to this process."""
    room = _given[-1]
    connection = duckdb.connect(":memory:")
    if room.spill:
        # The database makes the last folder alone, and only once it needs it.
        room.spill.parent.mkdir(parents=True, exist_ok=True)
        connection.execute("SET temp_directory = $1", [str(room.spill)])
    if room.memory:
        connection.execute("SET memory_limit = $1", [f"{room.memory} bytes"])
    return connection
