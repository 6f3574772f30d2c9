"""What staging gives of a site: its files in use, the deliveries that are left out, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from warehouse.shrunk_exports import no_questions
from warehouse.staged_exports import StagedFile

# Kinds of meta.alarm.
REJECTED, HELD, GONE, CHANGED = "rejected export", "held export", "export gone", "export changed"


@dataclass(frozen=True)
class RejectedExport:
    """A delivery that is left out, and why: it can't be read, or is held back until somebody answers."""

    site_id: str
    extract_date: date
    message: str
    kind: str = REJECTED


@dataclass(frozen=True)
class StagedSite:
    """The staged files of a site; `files_read` counts those that had to be read.

    rejected: deliveries left out. questions: about whole exports, as warehouse.shrunk_exports asks them.
    """

    files: tuple[StagedFile, ...]
    files_read: int
    rejected: tuple[RejectedExport, ...] = ()
    questions: pl.DataFrame = field(default_factory=no_questions)
