"""One run at a time in a workspace: a second one is told so instead of waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import RunBusy


@contextmanager
def hold_workspace(workspace: Path) -> Iterator[None]:
    """Hold the workspace for one run.

    The lock is the operating system's: it goes with the process, so a killed run leaves nothing to clear.

    Raises
    ------
    RunBusy: another run holds it.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace / "run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(f"another run is working in {workspace}; wait until it has ended and run again") from None
    try:
        yield
    finally:
        lock.release()


def refuse_while_busy(workspace: Path) -> None:
    """See at once that no other run holds the workspace, before anything slow is started.

    Raises
    ------
    RunBusy: another run holds it.
    """
    with hold_workspace(workspace):
        pass
