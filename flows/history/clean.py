"""Cached tables that no published night needs: staged exports, what was asked as of each, and finished tables.

All can be made again from the landing folder, so removing them costs time, never data. What is published or signed, each
snapshot, the run log and the lists of queries are never touched, and snapshots only where that is asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.history.holds import waiting_holds
from flows.history.nights import candidate_staging
from flows.history.run_log import RunLog, who_runs
from flows.settings import BUILDING, Settings
from schemas.errors import UsageError
from warehouse.frame_store import FrameStore
from warehouse.published import read_keys

SNAPSHOT = "snapshot"


@dataclass(frozen=True)
class Unused:
    """Something that may go: a folder of staged or finished tables, or a snapshot with its reports. size: in bytes."""

    kind: str
    path: Path
    size: int

    def remove(self) -> None:
        """Remove it."""
        if self.path.is_dir():
            shutil.rmtree(self.path)
        else:
            self.path.unlink()


def find_unused(settings: Settings, older_than: timedelta, now: datetime, *, snapshots: bool) -> list[Unused]:
    """What no run has needed since a time, and nothing published rests on.

    Parameters
    ----------
    snapshots: whether snapshots as old as that may go too; what they rest on goes with the next call.

    Raises
    ------
    UsageError: a warehouse file can't be read, so that nobody knows what it rests on.
    """
    limit, used = (now - older_than).timestamp(), _keys_in_use(settings)
    unused = [
        (kind, store.folder(key))
        for kind, store in (
            ("staged", FrameStore(settings.staging)),
            ("study's tables", FrameStore(settings.products)),
        )
        for key in sorted(set(store) - used)
        if store.last_used(key) < limit
    ]
    if snapshots:
        files = settings.snapshots.glob("*.duckdb")
        reports = (settings.reports / "snapshots").glob("*")
        found = [*sorted(files), *sorted(reports)]
        unused += [(SNAPSHOT, path) for path in found if path.stat().st_mtime < limit]
    return [Unused(kind, path, _size(path)) for kind, path in unused]


def remove_unused(settings: Settings, unused: Sequence[Unused]) -> None:
    """Remove what was found. Of snapshots the run log is told, which holds their hashes and would miss them."""
    published = [file for each in unused if each.kind == SNAPSHOT for file in _files(each.path)]
    places = [file.relative_to(settings.workspace).as_posix() for file in published]
    for each in unused:
        each.remove()
    if places:
        RunLog.of(settings).append("cleaned", "", {"files": places, **who_runs()})


def _keys_in_use(settings: Settings) -> set[str]:
    """The keys that the published night, a snapshot, a signed night, or any other warehouse file beside them rests on, and what waits for a person."""
    used = _keys_waiting(settings)
    for path in sorted(settings.published.parent.rglob("*.duckdb")):
        if path.parent.name == BUILDING:  # left by a killed run; the next one removes it
            continue
        found = read_keys(path)
        if found is None:
            raise UsageError(f"{path}: can't be read, so it is unknown what it needs, so nothing was removed")
        used |= found
    return used


def _keys_waiting(settings: Settings) -> set[str]:
    """The keys of studies whose publication is held, and of their staged exports."""
    waiting = [hold.candidate for hold in waiting_holds(settings)]
    return {*waiting, *(key for candidate in waiting for key in candidate_staging(settings, candidate))}


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in _files(path))


def _files(path: Path) -> list[Path]:
    """A file, or every file of a folder."""
    return [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]
