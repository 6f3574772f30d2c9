"""A process that has everything imported that reading needs, and forks one that reads whenever it is asked to.

It reads nothing itself and starts no thread, so that its children may: polars, forked after its first query, hangs. A byte on
its socket, with a socket beside it, asks for a child at that socket's other end. It ends when nobody holds the other
end of its own, and its children with it. How a child ended is reported on its own socket.
"""

from __future__ import annotations

import array
import os
import select
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flows.reading import sandbox
from flows.reading.jobs import Job, receive_job, send_answer
from schemas.errors import CartroveError

KINDS = {kind.__name__: kind for kind in CartroveError.__subclasses__()}


@dataclass(frozen=True)
class _Child:
    connection: socket.socket
    said: int


def serve(descriptor: int) -> None:
    """Fork children until nobody is left to ask for one."""
    _import_what_reading_needs()
    asked = socket.socket(fileno=descriptor)
    ended, wakes = socket.socketpair()
    for end in (ended, wakes):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
    children: dict[int, _Child] = {}
    while True:
        ready, _, _ = select.select([asked, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            _tell_ends(children)
        if asked in ready:
            connection = _receive_socket(asked)
            if connection is None:
                break
            _fork(connection, children, asked)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _import_what_reading_needs() -> None:
    """Imports alone: no frame is made here."""
    import pandera.backends.polars.builtin_checks  # noqa: F401 - pandera itself imports them at the first check

    import transforms.stage  # noqa: F401
    import warehouse.frame_store  # noqa: F401
    from schemas.domains import DOMAINS

    for domain in DOMAINS.values():
        domain.to_schema()


def _receive_socket(asked: socket.socket) -> socket.socket | None:
    """The socket a child is wanted for; None where nobody is left to ask."""
    size = array.array("i").itemsize
    asking, passed, _, _ = asked.recvmsg(1, socket.CMSG_LEN(size))
    if not asking:
        return None
    (descriptor,) = array.array("i", passed[0][2][:size])
    return socket.socket(fileno=descriptor)


def _fork(connection: socket.socket, children: dict[int, _Child], asked: socket.socket) -> None:
    said = sandbox.room_to_print()
    pid = os.fork()
    if pid:
        children[pid] = _Child(connection, said)
        return
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asked.close()
        for other in children.values():
            other.connection.close()
            os.close(other.said)
        sandbox.enter(said)
        _read(connection)
    finally:
        os._exit(0)


def _tell_ends(children: dict[int, _Child]) -> None:
    """Tell of each child that has ended how it did."""
    for pid in list(children):
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            continue
        child = children.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        with suppress(OSError), child.connection:
            send_answer(child.connection, {"ended": code, "memory": sandbox.lacked_memory(child.said)})
        os.close(child.said)


def _read(connection: socket.socket) -> None:
    """Do one job after the other, as long as any come and this process has kept little of them."""
    before = sandbox.written_memory()
    while job := receive_job(connection):
        os.chdir(job.folder)
        sandbox.limit(job.limits)
        answer = _answer(job)
        sandbox.stop_the_clock()
        kept = sandbox.written_memory() - before
        send_answer(connection, {**answer, "stays": kept < sandbox.KEPT_AT_MOST})
        if kept >= sandbox.KEPT_AT_MOST:
            return


def _answer(job: Job) -> dict[str, Any]:
    """What came of a job. Of an exception nobody foresaw its kind and place alone: its words may quote a cell."""
    try:
        return {"done": job.work.do()}
    except CartroveError as error:
        return {"raised": type(error).__name__, "words": str(error)}
    except OSError as error:
        return {"os": [error.errno, error.strerror, os.fspath(error.filename) if error.filename else None]}
    except MemoryError:
        return {"ended": 0, "memory": True}
    except BaseException as fault:  # noqa: BLE001 - a panic of Rust is no Exception
        from flows.faults import lack_of_the_machine, place_of

        lacking = lack_of_the_machine(fault, "reading an export", job.work.workspace)
        if lacking:
            return {"raised": type(lacking).__name__, "words": str(lacking)}
        return {"fault": type(fault).__name__, "place": place_of(fault)}
