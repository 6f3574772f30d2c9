"""The processes that read for this one: started at the first export that has to be read, kept for the next, replaced when one ends."""

from __future__ import annotations

import array
import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import nullcontext, suppress
from functools import cache
from typing import Any

from flows.reading.jobs import Job, Limits, Work, receive_answer, send_job
from flows.reading.serve import KINDS
from flows.settings import REPOSITORY, Settings
from schemas.errors import DataRejected, RunFailed

MODULE = "flows.reading"
AT_ONCE = 4
# Of files from this size on one is read at a time, since each may take all of its memory.
LARGE = 32 * 2**20
SIGALRM, SIGKILL = 14, 9


class Readers:
    """Processes that read. Any thread may ask; as many are at work as the machine has processors, at most AT_ONCE."""

    def __init__(self, module: str = MODULE) -> None:
        """Start nothing yet. module: what is run."""
        self._module = module
        self._asks: socket.socket | None = None
        self._abandoned = False
        self._reset()
        # A fork may ask for readers of its own, and neither use those of its parent nor end them.
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(min(os.cpu_count() or 1, AT_ONCE))
        self._one_large = threading.Lock()
        self._idle: list[socket.socket] = []

    @property
    def started(self) -> bool:
        """Whether there was anything to read yet."""
        return self._asks is not None

    def start(self) -> None:
        """Begin to import, where that has not begun; whoever knows that there will be files to read calls it early."""
        with self._lock:
            self._start()

    def ask(self, place: str, work: Work, limits: Limits) -> str | None:
        """Have work done. place: what the sentence on a file that could not be read begins with.

        Raises
        ------
        DataRejected: it took more than the limits, or ended the process that did it.
        CartroveError, OSError: as the work raised it.
        """
        job = Job(work, os.getcwd(), limits)  # noqa: PTH109 - as text
        with self._one_large if work.path.stat().st_size >= LARGE else nullcontext(), self._places:
            answer = self._answer(job)
            if answer is None and not self._abandoned:
                # Of a reader that breaks its parent tells; of a parent that was ended from outside nobody does.
                answer = self._answer(job)
        return _result(place, answer, limits)

    def _answer(self, job: Job) -> dict[str, Any] | None:
        connection = self._connect()
        answer = None
        try:
            with suppress(OSError):
                send_job(connection, job)
                answer = receive_answer(connection)
        finally:
            if answer and answer.get("stays"):
                with self._lock:
                    self._idle.append(connection)
            else:
                connection.close()
        return answer

    def abandon(self) -> None:
        """End them all at once, from within a handler of a signal: whoever waits for an answer is told there is none."""
        self._abandoned = True
        if self._process:
            self._process.kill()

    def close(self) -> None:
        """End them all, whatever they are doing."""
        with self._lock:
            for connection in (*self._idle, self._asks):
                if connection:
                    connection.close()
            self._idle, self._asks = [], None
            if self._process:
                self._process.kill()
                self._process.wait()
                self._process = None

    def _connect(self) -> socket.socket:
        """A process that waits for a job."""
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if not _has_ended(connection):
                    return connection
                connection.close()
            ours, theirs = socket.socketpair()
            with theirs:
                try:
                    _pass(self._start(), theirs)
                except OSError:
                    # It was ended from outside; another takes its place.
                    self._asks = None
                    _pass(self._start(), theirs)
            return ours

    def _start(self) -> socket.socket:
        if self._asks is None:
            self._abandoned = False
            self._asks, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                    [sys.executable, "-m", self._module, str(theirs.fileno())],
                    cwd=REPOSITORY,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    # Ctrl-C reaches the run alone.
                    start_new_session=True,
                    env=_without_secrets(),
                )
        return self._asks


@cache
def the_readers() -> Readers:
    """Those of this process."""
    readers = Readers()
    atexit.register(readers.close)
    return readers


def limits_of(settings: Settings) -> Limits:
    """What reading one export may take, by the settings."""
    return Limits(settings.read_bytes, settings.read_seconds)


def _without_secrets() -> dict[str, str]:
    """The environment without the settings: a process that reads strangers' files is told what it needs to know by its jobs."""
    own = ("CARTROVE_WORKSPACE",)
    return {
        name: value
        for name, value in os.environ.items()
        if name in own or not name.startswith(("CARTROVE_", "PREFECT_"))
    }


def _pass(asks: socket.socket, connection: socket.socket) -> None:
    descriptor = array.array("i", [connection.fileno()])
    asks.sendmsg([b"+"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)])


def _has_ended(connection: socket.socket) -> bool:
    """Whether an idle process is gone: something is there to be received though nothing was asked."""
    connection.settimeout(0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(None)
    return True


def _result(place: str, answer: dict[str, Any] | None, limits: Limits) -> str | None:
    """What was done, or what went wrong as the exception it is."""
    if answer is None:
        raise RunFailed(f"{place}: the process that reads exports ended before it answered; run again")
    if "raised" in answer:
        raise KINDS[answer["raised"]](answer["words"])
    if "os" in answer:
        raise OSError(*answer["os"])
    if "fault" in answer:
        raise DataRejected(
            f"{place}: reading it ended in {answer['fault']} at {answer['place']}; nothing of this export is used; "
            "this is a bug in Cartrove: please report this line"
        )
    if "ended" in answer:
        raise DataRejected(f"{place}: {_end_in_words(answer, limits)}")
    done: str | None = answer["done"]
    return done


def _end_in_words(answer: dict[str, Any], limits: Limits) -> str:
    code = -answer["ended"]
    if answer["memory"]:
        return (
            f"reading it took more than {limits.memory / 1e9:,.3g} GB of memory; nothing of this export is used; "
            "delete what is far below or next to the table (Ctrl+End shows where a sheet ends) or send it as CSV or in "
            "parts; if it is as large as that, set CARTROVE_READ_MEMORY higher"
        )
    if code == SIGALRM:
        return (
            f"reading it took more than {limits.seconds:,.0f} s; nothing of this export is used; "
            "send it as CSV or in parts; if it needs that long, set CARTROVE_READ_SECONDS higher"
        )
    if code == SIGKILL:
        return (
            "the process that read it was killed, most likely because the machine had no memory left; nothing of this export "
            "is used; give the machine more memory, or send it in parts"
        )
    return (
        f"reading it ended the process that read it ({_signal_name(code)}); nothing of this export is used; "
        "open it in the program it comes from, save it again, or send it as CSV"
    )


def _signal_name(code: int) -> str:
    from signal import Signals

    with suppress(ValueError):
        return f"signal {Signals(code).name}"
    return f"exit code {-code}"
