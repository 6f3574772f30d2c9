"""One run at a time in a workspace: a second one is told so instead of waiting."""

from __future__ import annotations

import os
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
    keep_private(workspace)
    busy = f"another run is working in {workspace}; wait until it has ended and run again"
    with hold_file(workspace / "run.lock", busy):
        yield


def keep_private(workspace: Path) -> None:
    """Have what this process writes be its user's alone, whatever the umask was; the setting readers opens the published file.

    A workspace that is there already stays as open as it is.
    """
    os.umask(0o077)
    if not workspace.exists():
        workspace.mkdir(parents=True, mode=0o700)


@contextmanager
def hold_file(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock file; who finds it held is told `busy`.

    Raises
    ------
    RunBusy: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(busy) from None
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
