"""What a process that reads may take of the machine, and what it may not leave behind.

The kernel keeps the limits, so they hold inside any library: memory by RLIMIT_DATA, which counts what is written to and
not what is only reserved, time by the alarm clock, whose signal ends a process that has no handler for it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from flows.reading.jobs import Limits

# What they print when memory is refused: Rust, C++, threads.
NO_MEMORY = (b"memory allocation of", b"std::bad_alloc", b"MemoryError", b"Cannot allocate memory", b"os error 11",
             b"os error 12", b"capacity overflow")  # fmt: skip
# A process that kept this much from earlier files gives way to a fresh one.
KEPT_AT_MOST = 500 * 2**20
ON_LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
CHOSEN_FIRST = "800"


def enter(said: int) -> None:
    """End with the parent; what libraries print goes into `said`; no memory is written to disk if it breaks."""
    os.dup2(said, 1)
    os.dup2(said, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not ON_LINUX:
        return
    # Where the machine runs out of memory, this process is the one to end, not the night.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(CHOSEN_FIRST, "ascii")
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit(limits: Limits) -> None:
    """Set what the job at hand may take; its time begins now."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = limits.memory if hard == resource.RLIM_INFINITY else min(limits.memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)


def stop_the_clock() -> None:
    """The job is done in time."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def written_memory() -> int:
    """Bytes of memory this process has, as RLIMIT_DATA counts them; 0 where the system does not say."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmData")).split()[1]) * 1024
    return 0


def room_to_print() -> int:
    """A file without a name, in memory where the system has such."""
    if ON_LINUX:
        return os.memfd_create("said")
    return os.open(os.devnull, os.O_RDWR)


def lacked_memory(said: int) -> bool:
    """Whether what was printed tells of memory that was refused. Nothing of it leaves: it may quote a cell."""
    end = os.lseek(said, 0, os.SEEK_END)
    # From a place of its own on: others write to the same file.
    text = os.pread(said, 2**20, max(0, end - 2**20))
    return any(words in text for words in NO_MEMORY)
