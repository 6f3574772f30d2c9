"""What became of an export that was tried, and the lines that tell of it; no value of a subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

ORDER = ("severity", "source_sheet", "source_row", "source_column")


@dataclass(frozen=True)
class TriedFile:
    """What one file would become.

    unknown: cells of accepted records that are set aside. problems: severity, source_sheet, source_row, source_column,
    rule_id, question, status.
    """

    file: str
    rows_read: int
    records: int
    unknown: int
    problems: pl.DataFrame

    @property
    def asked(self) -> pl.DataFrame:
        """Problems that the site would be asked about."""
        return self.problems.filter(pl.col("status") != "waived")

    @property
    def quarantined(self) -> int:
        """Problems that keep a record out."""
        return self.asked.filter(severity="quarantine").height


@dataclass(frozen=True)
class TriedExport:
    """The files of a delivery, and what is to be known besides.

    refusals: why the night would fail with it. held: why the night would hold it back, and stand at the export before.
    """

    files: list[TriedFile]
    notes: list[str]
    refusals: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether a night would use every cell and record."""
        return not self.refusals and not self.held and not any(file.quarantined or file.unknown for file in self.files)


def problem_lines(tried: TriedFile) -> Iterator[str]:
    """Each problem in a line: where, which rule, how to mend it."""
    for severity, sheet, row, column, rule, question, status in tried.problems.iter_rows():
        place = " ".join(part for part in (sheet, f"row {row}" if row else "", column) if part)
        kind = "waived" if status == "waived" else severity
        yield f"{kind:<10}  {place}: {question} ({rule})"
