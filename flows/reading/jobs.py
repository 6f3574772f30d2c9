"""What a process that reads can be asked, its answer, and how both travel.

A job goes as a pickle, since both sides are this code. An answer comes from a process that has read a stranger's file, so
it is plain JSON; tables go through the store, never through the socket. A key goes this way alone, never by argument or
environment, which others on the machine may see.
"""

from __future__ import annotations

import json
import pickle
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    # They import half of what reading needs, which a process that only asks for it need not wait for.
    from schemas.mapping import AnswerList, FileMapping, SiteMapping

LENGTH_BYTES = 8


@dataclass(frozen=True)
class Limits:
    """What one export may take: bytes of memory, seconds."""

    memory: int
    seconds: float


class Work(Protocol):
    """What can be done with a file in a process that reads. Gives text, or nothing where tables were stored."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def workspace(self) -> Path:
        """Where it writes, for what is told of a disk without room."""

    def do(self) -> str | None:
        """Do it."""


@dataclass(frozen=True)
class Stage:
    """Stage an export file, and keep its frames in a store under a key."""

    store: Path
    key: str
    path: Path
    entry: FileMapping
    site: SiteMapping
    dictionary: Path | None
    subject_key: bytes | None

    @property
    def workspace(self) -> Path:
        """Where the frames are kept."""
        return self.store

    def do(self) -> None:
        """Read, conform, validate, store."""
        from transforms.stage import stage_export
        from warehouse.frame_store import FrameStore

        frames = stage_export(self.path, self.entry, self.site, self.dictionary, self.subject_key)
        FrameStore(self.store).save(self.key, frames)


@dataclass(frozen=True)
class ReadAnswers:
    """Read a list of questions that a site has answered, and keep its rows in a store under a key.

    declared: how the site's mapping says that its own system writes the list; None where it is one of ours.
    """

    store: Path
    key: str
    path: Path
    declared: AnswerList | None

    @property
    def workspace(self) -> Path:
        """Where the rows are kept."""
        return self.store

    def do(self) -> None:
        """Read, store; of one that is no list what is wrong with it."""
        from schemas.errors import DataRejected
        from transforms.answers.read import read_answered, unread
        from warehouse.frame_store import FrameStore

        try:
            rows = read_answered(self.path, self.declared)
        except DataRejected as refusal:
            rows = unread(str(refusal))
        FrameStore(self.store).save(self.key, {"answered": rows})


@dataclass(frozen=True)
class Draft:
    """Draft a mapping for an export."""

    path: Path
    site_id: str

    @property
    def workspace(self) -> Path:
        """It writes nothing; where the export lies."""
        return self.path.parent

    def do(self) -> str:
        """The mapping as YAML."""
        from transforms.drafts import draft_mapping

        return draft_mapping(self.path, self.site_id)


@dataclass(frozen=True)
class Job:
    """Work, the folder its relative paths start from, and what it may take."""

    work: Work
    folder: str
    limits: Limits


def send_job(connection: socket.socket, job: Job) -> None:
    """Send a job."""
    _send(connection, pickle.dumps(job))


def receive_job(connection: socket.socket) -> Job | None:
    """The next job; None where nobody is left to send one."""
    found = _receive(connection)
    return pickle.loads(found) if found else None  # noqa: S301 - from the process that started this one


def send_answer(connection: socket.socket, answer: dict[str, Any]) -> None:
    """Send an answer."""
    _send(connection, json.dumps(answer).encode())


def receive_answer(connection: socket.socket) -> dict[str, Any] | None:
    """The answer; None where none came, or a part of one."""
    found = _receive(connection)
    try:
        answer = json.loads(found) if found else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _send(connection: socket.socket, content: bytes) -> None:
    connection.sendall(len(content).to_bytes(LENGTH_BYTES, "big") + content)


def _receive(connection: socket.socket) -> bytes | None:
    head = _receive_bytes(connection, LENGTH_BYTES)
    return _receive_bytes(connection, int.from_bytes(head, "big")) if head else None


def _receive_bytes(connection: socket.socket, count: int) -> bytes | None:
    parts = []
    while count:
        part = connection.recv(min(count, 2**20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
