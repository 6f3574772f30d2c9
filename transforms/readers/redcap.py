"""REDCap's raw CSV export: the event and repeat columns are always there, also where the project has none."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.mapping import FileMapping
from transforms.readers.delimited import read_delimited
from transforms.readers.sheet import ROW, Sheet

STRUCTURE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
)


def read_redcap(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a REDCap export, with every structural column (blank where the project has none)."""
    return [_with_structure(sheet) for sheet in read_delimited(path, mapping)]


def _with_structure(sheet: Sheet) -> Sheet:
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in STRUCTURE if name not in sheet.header]
    frame = sheet.frame.with_columns(absent)
    return Sheet(sheet.file, sheet.name, frame.select(pl.exclude(ROW), ROW))
