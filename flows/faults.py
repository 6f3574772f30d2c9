"""Unexpected exceptions without what they say: a library's message may quote a subject's value.

What a site or an administrator can mend is a CartroveError and passes as it is; so does an OSError of the landing
share, which may go away by itself. What the machine lacks (room, memory, rights) is told with what to do about it,
whichever library met it. Anything else is a fault of ours and is told by its place in the code.
"""

from __future__ import annotations

import errno
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.settings import REPOSITORY
from schemas.errors import CartroveError, OutOfMemory, RunFailed

# Libraries turn the error of the operating system into one of their own and keep only its words.
DISK_FULL = ("No space left on device", "Disk quota exceeded", "database or disk is full")
NOT_WRITABLE = ("Permission denied", "Read-only file system")
# What DuckDB makes of the exception of a signal that meets it within a query; the run would go on otherwise.
INTERRUPTED = "Query interrupted"
UNTOUCHED = "the published night is untouched"
# A run writes a log and the server's database before anything else; with less room than this it need not begin.
ROOM_TO_BEGIN = 10_000_000


@contextmanager
def faults_without_values(what: str, workspace: Path) -> Iterator[None]:
    """Turn an unexpected exception into RunFailed that names the stage and the place in the code, and no value."""
    try:
        yield
    except CartroveError:
        raise
    except Exception as fault:
        if isinstance(fault, RuntimeError) and str(fault) == INTERRUPTED:
            raise KeyboardInterrupt from None
        if lack := lack_of_the_machine(fault, what, workspace):
            raise lack from None
        if isinstance(fault, OSError):
            raise
        raise RunFailed(
            f"{what}: {type(fault).__name__} at {place_of(fault)}; this is a bug in Cartrove: please report this line"
        ) from None


def lack_of_the_machine(fault: object, what: str, workspace: Path) -> RunFailed | None:
    """What the machine lacks and what to do about it: room, memory, the right to write; None for any other fault."""
    words = str(fault)
    if (isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)) or _says(words, DISK_FULL):
        return disk_is_full(what, workspace)
    if isinstance(fault, MemoryError | duckdb.OutOfMemoryException):
        return OutOfMemory(
            f"{what}: not enough memory; {UNTOUCHED}; close other programs, add memory, or raise CARTROVE_MEMORY where it is set, then run again"
        )
    of_the_workspace = not isinstance(fault, OSError) or _is_below(fault.filename, workspace)
    if of_the_workspace and _says(words, NOT_WRITABLE):
        return RunFailed(
            f"{what}: can't write below {workspace.resolve()}; {UNTOUCHED}; "
            "give the user who runs Cartrove write permission there, then run again"
        )
    return None


def disk_is_full(what: str, workspace: Path) -> RunFailed:
    """The sentence for a workspace without room."""
    workspace = workspace.resolve()
    return RunFailed(
        f"{what}: can't write: the disk of {workspace} is full ({_free_bytes(workspace) / 1e6:,.1f} MB free); {UNTOUCHED}; "
        "free some space there, then run again"
    )


def refuse_without_room(workspace: Path) -> None:
    """See that there is room to begin with.

    Raises
    ------
    RunFailed: there is not.
    """
    if _free_bytes(workspace.resolve()) < ROOM_TO_BEGIN:
        raise disk_is_full("the run did not begin", workspace)


def _free_bytes(folder: Path) -> int:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


def _says(words: str, known: tuple[str, ...]) -> bool:
    return any(one in words for one in known)


def _is_below(path: object, folder: Path) -> bool:
    return isinstance(path, str | Path) and Path(path).resolve().is_relative_to(folder.resolve())


def place_of(fault: BaseException) -> str:
    """The innermost places in our own code, as `file:line`; those of flows, which only call, where there are no others."""
    ours = [
        (Path(frame.filename).relative_to(REPOSITORY).as_posix(), frame.lineno)
        for frame in traceback.extract_tb(fault.__traceback__)
        if Path(frame.filename).is_relative_to(REPOSITORY) and frame.filename != __file__
    ]
    ours = [(file, line) for file, line in ours if not file.startswith(".venv/")]
    called = [place for place in ours if not place[0].startswith("flows/")]
    places = [f"{file}:{line}" for file, line in called or ours]
    return " < ".join(reversed(places[-3:])) or "an unknown place"
