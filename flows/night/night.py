"""A night: one run, and where it publishes. Nothing but settings is imported here, so that whatever tells of nights may import it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flows.settings import BUILDING, Settings


@dataclass(frozen=True)
class Night:
    """A run and where it publishes.

    A run as of a past day or with its own data cut is a snapshot: it has a file and reports of its own and leaves the
    published night alone. log_hash: the line in the run log with which it began.
    """

    run_id: str
    started_at: datetime
    started_by: str
    as_of: date
    data_cut: date | None
    snapshot: str | None
    settings: Settings
    log_hash: str = ""

    @property
    def published(self) -> Path:
        """The warehouse file this run publishes."""
        return self.settings.published_places(self.snapshot)[0]

    @property
    def reports(self) -> Path:
        """The reports folder this run publishes."""
        return self.settings.published_places(self.snapshot)[1]

    @property
    def built(self) -> Path:
        """The file being built."""
        return self.published.parent / BUILDING / f"{self.run_id}.duckdb"


def snapshot_name(as_of: date | None, data_cut: date | None) -> str | None:
    """The name under which a run as of a past day or with a data cut of its own publishes; None for the night."""
    parts = [f"as_of_{as_of}" if as_of else "", f"data_cut_{data_cut}" if data_cut else ""]
    return "_".join(part for part in parts if part) or None
