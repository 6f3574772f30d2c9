"""A run that takes more memory than it may ends with a sentence and its exit code, before the system ends it without a word.

A thread looks at what the process has, since libraries differ in what they make of memory that is refused: DuckDB raises, polars ends the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path

import typer

from flows.faults import UNTOUCHED
from flows.settings import Settings
from schemas.errors import OutOfMemory

EVERY_SECONDS = 0.1
# Of the machine, where no limit is set: beyond, the system is about to end whatever is largest.
NEARLY_ALL = 0.95
# How long whoever is to be told of it may take.
TELL_SECONDS = 10
CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@contextmanager
def memory_watched(settings: Settings, told: Callable[[OutOfMemory], None]) -> Iterator[None]:
    """Watch the memory of this process meanwhile. told: called before it is ended; it has to leave no file half written."""
    done = threading.Event()
    # Whoever tells of a run asks which one it is, which only its own context says.
    context = copy_context()

    def within(failure: OutOfMemory) -> None:
        context.run(told, failure)

    if own_memory():
        threading.Thread(target=_watch, args=(settings.memory_bytes, within, done), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _watch(limit: int | None, told: Callable[[OutOfMemory], object], done: threading.Event) -> None:
    machine = machine_memory()
    most = min(limit or machine, int(machine * NEARLY_ALL))
    while not done.wait(EVERY_SECONDS):
        if (taken := own_memory()) > most:
            _end(too_much(taken, limit, machine), told)


def _end(error: OutOfMemory, told: Callable[[OutOfMemory], object]) -> None:
    typer.secho(f"cartrove: {error}", err=True, fg=typer.colors.RED)
    telling = threading.Thread(target=told, args=(error,), daemon=True)
    telling.start()
    telling.join(TELL_SECONDS)
    # At once: other threads are at work, and take more.
    os._exit(error.exit_code)


def too_much(taken: int, limit: int | None, machine: int) -> OutOfMemory:
    """The sentence for a run that took more than it may. limit: the one that is set; machine: all there is. In bytes."""
    if limit and limit <= machine:
        return OutOfMemory(
            f"the run took {taken / 1e9:.1f} GB of memory, more than CARTROVE_MEMORY allows ({limit / 1e9:.1f} GB); {UNTOUCHED}; raise it, "
            "or run fewer studies at a time (cartrove run --study), then run again"
        )
    return OutOfMemory(
        f"the run took {taken / 1e9:.1f} GB of memory, nearly all of this machine ({machine / 1e9:.1f} GB); {UNTOUCHED}; close other programs, "
        "add memory, or set CARTROVE_MEMORY so that the database keeps to the disk earlier, then run again"
    )


def own_memory() -> int:
    """Bytes of memory this process has and could not give back; 0 where the system does not say."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        # Not what is only a copy of a file.
        return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) * 1024
    return 0


def machine_memory() -> int:
    """Bytes of memory of this machine, or of the container this is in."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in CGROUPS:
        with suppress(OSError, ValueError):
            limits.append(int(path.read_text("ascii")))
    return min(limits)
