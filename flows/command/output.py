"""Where a command writes: a terminal without Chinese, a pipe that has seen enough, a full disk. None of them is a traceback."""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

from schemas.errors import RunFailed


class Unheeded:
    """Standard output that goes nowhere from the moment nobody reads it any more: what the command did counts, not who looked on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    @property
    def heeded(self) -> TextIO:
        """The output itself, for who stops when nobody reads any more."""
        return self._out

    def write(self, text: str) -> int:
        """As a file's."""
        return int(self._kept(self._out.write, text) or 0)

    def writelines(self, lines: Any) -> None:
        """As a file's."""
        self._kept(self._out.writelines, lines)

    def flush(self) -> None:
        """As a file's."""
        self._kept(self._out.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    def _kept(self, call: Any, *values: Any) -> Any:
        try:
            return call(*values)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())
            return None
        except OSError as error:
            raise not_written(self._out, error) from None


def not_written(out: TextIO, error: OSError) -> RunFailed:
    """What is told of output that finds no room; nothing more is written there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return RunFailed(f"could not write the output ({error.strerror}); redirect it elsewhere")


def open_output() -> None:
    """Have signs a terminal does not know written by their number, and a pipe that closes be no error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not isinstance(sys.stdout, Unheeded):
        sys.stdout = Unheeded(sys.stdout)  # type: ignore[assignment]
