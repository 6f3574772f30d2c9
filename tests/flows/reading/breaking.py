"""The process that reads, with a reader that breaks as a library may: `python -m tests.flows.reading.breaking <socket>`.

What happens is said in the export's first line: no real file breaks every release of every library.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

import transforms.readers.read
from flows.reading.serve import serve
from schemas.mapping import FileMapping
from transforms.readers import Sheet

read_delimited = transforms.readers.read.READERS["csv"]
A_CELL = "PATIENT-CELL-4711"


def say_and_abort() -> None:
    """As Rust and C++ do: what they last saw on the standard error, then abort."""
    os.write(2, f"assertion failed at {A_CELL}\n".encode())
    ctypes.CDLL(None).abort()


def panic() -> None:
    """As polars does."""
    raise type("PanicException", (BaseException,), {})(A_CELL)


BREAKS = {
    "abort": say_and_abort,
    "segfault": lambda: ctypes.string_at(0),
    "exit": lambda: os._exit(7),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hang": lambda: time.sleep(600),
    "deaf": lambda: ctypes.CDLL(None).pause(),
    "memory of Python": lambda: bytearray(1 << 40),
    "memory bit by bit": lambda: [bytearray(1 << 28) for _ in range(100)],
    "panic": panic,
    "fault": lambda: {}[A_CELL],
}


def read_breaking(path: Path, mapping: FileMapping) -> list[Sheet]:
    """What the first line says, else as ever."""
    said = path.read_text("utf-8").partition("\n")[0]
    if said in BREAKS:
        BREAKS[said]()
    return read_delimited(path, mapping)


if __name__ == "__main__":
    transforms.readers.read.READERS["csv"] = read_breaking
    serve(int(sys.argv[1]))
