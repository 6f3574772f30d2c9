"""One export file from cells to staged records: read, conform, validate, name each record.

The result depends on the file, the site's mapping and this code alone: not on where the file lies or when it came,
which the build adds. So an unchanged file needs no second reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.domains import DOMAINS, Domain
from schemas.mapping import FileMapping, SiteMapping
from transforms.conform import Conformed, conform_sheet
from transforms.readers import read_file
from transforms.validate import Validated, validate_records

BLANK_IN_KEY = "-"
CONTENT_SEPARATOR = "\x1f"

ROW_SCHEMA = {"source_sheet": pl.String, "source_row": pl.Int64, "status": pl.String}
PROBLEM_SCHEMA = {
    "domain": pl.String,
    "source_sheet": pl.String,
    "source_row": pl.Int64,
    "source_column": pl.String,
    "column_name": pl.String,
    "rule_id": pl.String,
    "severity": pl.String,
    "record": pl.String,
}
RECORD_COUNT_SCHEMA = {
    "source_sheet": pl.String,
    "domain": pl.String,
    "records": pl.Int64,
    "accepted": pl.Int64,
    "quarantined": pl.Int64,
}


@dataclass(frozen=True)
class StagedExport:
    """What one file became.

    accepted: by domain, typed records with record_id, content (equal for equal records), source_sheet, source_row.
    rows: one per row read, with its status: accepted, quarantined, duplicate, set_aside or unclaimed.
    problems: one per failure; `record` holds the conformed record of quarantined ones as JSON.
    record_counts: per sheet and domain, records = accepted + quarantined.
    unmapped_columns: headers the mapping neither uses nor declares ignored, as `sheet: header`.
    """

    accepted: dict[str, pl.DataFrame]
    rows: pl.DataFrame
    problems: pl.DataFrame
    record_counts: pl.DataFrame
    unmapped_columns: list[str]

    def frames(self) -> dict[str, pl.DataFrame]:
        """All frames by the name they are staged under."""
        accepted = {f"accepted.{domain}": frame for domain, frame in self.accepted.items()}
        return {"rows": self.rows, "problems": self.problems, "record_counts": self.record_counts, **accepted}


def stage_export(path: Path, file_mapping: FileMapping, site: SiteMapping) -> StagedExport:
    """Read one export file and validate every record in it.

    Raises
    ------
    schemas.errors.DataRejected: the file can't be read, or lacks a column its mapping names.
    """
    raise NotImplementedError
