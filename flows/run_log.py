"""The run log: one line per run, who started it, what for, and how it ended. Counts and ids only."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RunRecord:
    """A line of the run log."""

    run_id: str
    started_at: datetime
    ended_at: datetime
    started_by: str
    parameters: dict[str, Any]
    studies: dict[str, str]
    manifest_hash: str | None
    published: bool
    exit_code: int
    message: str


def append_run(folder: Path, record: RunRecord) -> None:
    """Add a line to runs.jsonl and have it on the disk before returning."""
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(record), default=str, ensure_ascii=False)
    with (folder / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
        log.flush()
        os.fsync(log.fileno())
