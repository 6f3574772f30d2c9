"""The processes of the box: started with a log each, watched, and ended with whatever they leave behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.runs.local_server import end_with_parent
from flows.settings import REPOSITORY
from schemas.errors import RunFailed

STOP_TIMEOUT_SECONDS = 30
ON_LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class Child:
    """A process of the box."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def lives(self) -> bool:
        """Whether it is still there."""
        return self.process.poll() is None

    def tell_end(self) -> None:
        """Tell that it has ended, which it should not.

        Raises
        ------
        RunFailed: it has.
        """
        if not self.lives():
            raise RunFailed(f"the {self.name} ended by itself with exit code {self.process.returncode}; see {self.log}")


def start(name: str, home: Path, words: Sequence[str]) -> Child:
    """Start a command of Prefect; what it prints is added to its log."""
    path = home / f"{name}.log"
    with path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - there is no second thread yet
        )
    return Child(name, process, path)


def wait_for(children: Sequence[Child], until: Callable[[], bool] = lambda: False) -> None:
    """Wait until something holds; without it, as long as all live.

    Raises
    ------
    RunFailed: one of the processes ended, which none should.
    """
    while not until():
        for child in children:
            child.tell_end()
        time.sleep(0.5)


def adopt_orphans() -> None:
    """On Linux, have the run of a worker that was killed become a child of this process, so that it can be ended."""
    if ON_LINUX:
        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1)


def stop(children: Sequence[Child]) -> None:
    """End processes, the last one first."""
    for child in reversed(children):
        child.process.terminate()
        try:
            child.process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def end_orphans(living: Sequence[Child]) -> None:
    """End what a worker left behind: a run that is told to end tells its server so; one that goes on is killed."""
    own = {child.process.pid for child in living}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _orphans() - own:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        give_up = time.monotonic() + STOP_TIMEOUT_SECONDS
        while (left := _orphans() - own) and time.monotonic() < give_up:
            for pid in left:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            time.sleep(0.1)


def _orphans() -> set[int]:
    if not ON_LINUX:
        return set()
    return {int(pid) for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}
