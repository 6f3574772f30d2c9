"""The run log: what every run was for, who started it, what it published and how it ended. Counts and ids only.

One line per event in `log/runs.jsonl`, chained: each holds the hash of the line before it, so that none can be
changed, left out or put between later without breaking every hash that follows. `log/head.json` holds the hash of the
last line; the published file holds that of the line with which its run began. So a log that was cut short is found too.
Against somebody who can write to all three, only a copy of the head kept elsewhere helps, or a key he does not have
(CARTROVE_AUDIT_KEY).

Events: begun, publishing (written before the published file is replaced), ended; mended (what a killed run left behind);
cleaned (files removed on purpose); withdrawn (a study or a subject), renamed; accepted (findings somebody has looked into);
signer (a public key and its owner), signature (on a published night); pack (of a data monitoring committee), pack signature; time stamp (of a third party). Only who holds the workspace appends.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pwd
import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.settings import Settings
from warehouse.durable import write_durably

Line = dict[str, Any]
# Of a study, or of one subject, whose hash stands beside it.
WITHDRAWN = "withdrawn"
RENAMED = "renamed"
# A run may be ended by the thread that watches its memory, while another writes.
_APPENDING = threading.Lock()


def hash_line(line: Mapping[str, Any], key: bytes | None = None) -> str:
    """The hash of a line without its own: SHA-256 of its canonical JSON, or HMAC under a key."""
    content = {name: value for name, value in line.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest() if key else hashlib.sha256(text).hexdigest()


def split_log(content: bytes) -> tuple[bytes, list[Line], bytes]:
    """What stands before the chain (the lines of an earlier version), the lines of the chain, and a torn last line."""
    whole, torn = content[: content.rfind(b"\n") + 1], content[content.rfind(b"\n") + 1 :]
    before, lines = b"", list[Line]()
    for text in whole.splitlines(keepends=True):
        line = _parsed(text)
        if line is None and not lines:
            before += text
        else:
            lines.append(line or {"unreadable": text.decode("utf-8", "replace").rstrip("\n")})
    return before, lines, torn


def _parsed(text: bytes) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "hash" in line else None


def published_runs(lines: Iterable[Line]) -> set[str]:
    """The runs that replaced a published file and lived to say so."""
    return {line["run_id"] for line in lines if line.get("event") == "ended" and line.get("published")}


def withdrawn_studies(lines: Iterable[Line]) -> set[str]:
    """The studies that somebody took out on purpose, or gave another name."""
    return {
        str(line["study"]) for line in lines if line.get("event") in (WITHDRAWN, RENAMED) and "subject_hash" not in line
    }


def published_hashes(lines: Iterable[Line], place: str) -> set[str]:
    """The hashes of all files that were published, or about to be, at a place below the workspace."""
    files = (line.get("files") or {} for line in lines if line.get("event") == "publishing")
    return {of_night[place] for of_night in files if place in of_night}


def who_runs() -> dict[str, str]:
    """The account and the host a process runs under, as the operating system knows them."""
    return {"user": pwd.getpwuid(os.getuid()).pw_name, "host": socket.gethostname()}


@dataclass(frozen=True)
class RunLog:
    """The log of a workspace. key: under which its lines are signed, if any."""

    folder: Path
    key: bytes | None = None

    @classmethod
    def of(cls, settings: Settings) -> RunLog:
        """The log of the workspace in use."""
        return cls(settings.log, settings.signing_key)

    @property
    def path(self) -> Path:
        """The log itself."""
        return self.folder / "runs.jsonl"

    @property
    def head_path(self) -> Path:
        """Where the hash of the last line stands a second time."""
        return self.folder / "head.json"

    def content(self) -> bytes:
        """All of the log; nothing where there is none."""
        return self.path.read_bytes() if self.path.exists() else b""

    def lines(self) -> list[Line]:
        """The lines of the chain."""
        return split_log(self.content())[1]

    def head(self) -> Line | None:
        """`seq` and `hash` of the last line as the head file has them; None where there is none that can be read."""
        return _parsed(self.head_path.read_bytes()) if self.head_path.exists() else None

    def append(self, event: str, run_id: str, details: Mapping[str, Any], *, last: bool = False) -> str:
        """Add a line and have it on the disk before returning. Gives its hash.

        last: the process is about to end at once, and no other thread of it may say anything after this.
        """
        _APPENDING.acquire()
        try:
            before, lines, torn = split_log(self.content())
            if found := self._damage(lines, torn):
                self._cut(len(torn))
                self._add(before, lines, "mended", run_id, found)
            return self._add(before, lines, event, run_id, details)
        finally:
            if not last:
                _APPENDING.release()

    def _damage(self, lines: list[Line], torn: bytes) -> dict[str, Any]:
        """What a killed run or somebody else did to the end of the log: said in the log, since it can't be undone."""
        found: dict[str, Any] = {}
        if torn:
            found["torn"] = torn.decode("utf-8", "replace")
        head = self.head()
        if head and all((line.get("seq"), line.get("hash")) != (head["seq"], head["hash"]) for line in lines):
            found["gone"] = head
        return found

    def _cut(self, size: int) -> None:
        if size:
            os.truncate(self.path, self.path.stat().st_size - size)

    def _add(self, before: bytes, lines: list[Line], event: str, run_id: str, details: Mapping[str, Any]) -> str:
        previous = lines[-1].get("hash", "") if lines else hashlib.sha256(before).hexdigest()
        line: Line = {
            "seq": len(lines) + 1,
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "event": event,
            "run_id": run_id,
            **details,
            **({"signed": True} if self.key else {}),
            "previous": previous,
        }
        line["hash"] = hash_line(line, self.key)
        text = json.dumps(line, ensure_ascii=False, default=str)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(text + "\n")
            log.flush()
            os.fsync(log.fileno())
        write_durably(self.head_path, json.dumps({"seq": line["seq"], "hash": line["hash"]}).encode())
        lines.append(json.loads(text))
        return str(line["hash"])
