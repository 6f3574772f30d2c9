"""Staged exports of a study as working tables: what was read, how each row ended, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from schemas import staged as staged_schemas
from warehouse.frame_store import FrameStore
from warehouse.frames import create_from_frame, insert_frame, read_sql

# By name of the frame: the working table it becomes, and its columns.
WORKING_TABLES: Mapping[str, tuple[str, Mapping[str, pl.DataType | type[pl.DataType]]]] = {
    "sheets": ("staged_sheet", staged_schemas.SHEETS),
    "rows": ("staged_row", staged_schemas.ROWS),
    "record_counts": ("staged_count", staged_schemas.RECORD_COUNTS),
    "subject_looks": ("staged_look", staged_schemas.SUBJECT_LOOKS),
    "partials": ("staged_partial", staged_schemas.PARTIALS),
    "unknown_cells": ("staged_unknown", staged_schemas.UNKNOWN_CELLS),
    "corrections": ("staged_correction", staged_schemas.CORRECTIONS),
    "columns": ("staged_column", staged_schemas.COLUMNS),
    "problems": ("staged_problem", staged_schemas.PROBLEMS),
}


@dataclass(frozen=True)
class StagedFile:
    """A staged export and where it came from; `source_file` is its path below the study's landing folder.

    incremental: it holds only what is new or changed since the export before.
    """

    site_id: str
    extract_date: date
    source_file: str
    sha256: str
    size_bytes: int
    staging_key: str
    incremental: bool = False


def since_full(files: Sequence[StagedFile]) -> list[StagedFile]:
    """Of a site's files those in force: of the last full export, and of what came after it."""
    full = max((file.extract_date for file in files if not file.incremental), default=date.min)
    return [file for file in files if file.extract_date >= full]


def load_staged_exports(
    connection: duckdb.DuckDBPyConnection, study_id: str, staged: Sequence[StagedFile], store: FrameStore
) -> None:
    """Fill meta.source_file; create staged_export, export_order, mended and the WORKING_TABLES."""
    sources = pl.DataFrame(
        {
            "study_id": [study_id for _ in staged],
            "site_id": [file.site_id for file in staged],
            "source_file": [file.source_file for file in staged],
            "extract_date": [file.extract_date for file in staged],
            "sha256": [file.sha256 for file in staged],
            "bytes": [file.size_bytes for file in staged],
            "staging_key": [file.staging_key for file in staged],
            "incremental": [file.incremental for file in staged],
        }
    )
    insert_frame(connection, "meta.source_file", sources)
    create_from_frame(connection, "staged_export", sources.select("site_id", "extract_date", "incremental").unique())
    connection.execute(f"CREATE TABLE export_order AS {read_sql('export_order.sql')}")
    for name, (table, schema) in WORKING_TABLES.items():
        create_from_frame(connection, table, read_staged(name, staged, store, schema))
    connection.execute("CREATE TABLE mended (domain VARCHAR, site_id VARCHAR, record_id VARCHAR, extract_date DATE)")
    # What rules over several records find lasts until the next export, whatever becomes of the record.
    connection.execute("ALTER TABLE staged_problem ADD COLUMN of_several_records BOOLEAN DEFAULT false")


def read_staged(
    name: str,
    staged: Sequence[StagedFile],
    store: FrameStore,
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
) -> pl.DataFrame:
    """One kind of staged frame over all files, with site_id, extract_date and source_file of each."""
    origin = {"site_id": pl.String, "extract_date": pl.Date, "source_file": pl.String}
    frames = [pl.DataFrame(schema={**origin, **schema})]
    for file in staged:
        path = store.folder(file.staging_key) / f"{name}.parquet"
        if path.exists():
            frames.append(
                pl.read_parquet(path).select(
                    pl.lit(file.site_id).alias("site_id"),
                    pl.lit(file.extract_date).alias("extract_date"),
                    pl.lit(file.source_file).alias("source_file"),
                    *(pl.col(column).cast(kind) for column, kind in schema.items()),
                )
            )
    return pl.concat(frames)


def count_corrected(store: FrameStore, file: StagedFile, correction_id: str) -> int:
    """How many rows of a staged file a correction changed."""
    frame = pl.read_parquet(store.folder(file.staging_key) / "corrections.parquet")
    return int(frame.filter(correction_id=correction_id)["rows"].sum())
