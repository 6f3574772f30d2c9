"""Staged exports of a study as working tables: what was read, how each row ended, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from warehouse.frames import create_from_frame, insert_frame, read_sql
from warehouse.staging import FrameStore

WORKING_TABLES = {
    "sheets": (
        "staged_sheet",
        {"source_sheet": pl.String, "rows_read": pl.Int64},
    ),
    "rows": (
        "staged_row",
        {"source_sheet": pl.String, "source_row": pl.Int64, "status": pl.String},
    ),
    "record_counts": (
        "staged_count",
        {"source_sheet": pl.String, "domain": pl.String, "records": pl.Int64},
    ),
    "partials": (
        "staged_partial",
        {
            "domain": pl.String,
            "row_id": pl.Int64,
            "source_sheet": pl.String,
            "source_row": pl.Int64,
            "record_id": pl.String,
            "column_name": pl.String,
            "sent": pl.String,
            "precision": pl.String,
            "earliest": pl.Date,
            "latest": pl.Date,
        },
    ),
    "corrections": (
        "staged_correction",
        {"correction_id": pl.String, "rows": pl.Int64},
    ),
    "columns": (
        "staged_column",
        {
            "source_sheet": pl.String,
            "source_feed": pl.Int64,
            "domain": pl.String,
            "column_name": pl.String,
            "source_column": pl.String,
            "origin": pl.String,
            "conversion": pl.String,
        },
    ),
    "problems": (
        "staged_problem",
        {
            "domain": pl.String,
            "row_id": pl.Int64,
            "source_sheet": pl.String,
            "source_row": pl.Int64,
            "source_column": pl.String,
            "column_name": pl.String,
            "rule_id": pl.String,
            "severity": pl.String,
            "record": pl.String,
            "subject_id": pl.String,
            "record_key": pl.String,
            "value_hash": pl.String,
        },
    ),
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


def load_staged_exports(
    connection: duckdb.DuckDBPyConnection, study_id: str, staged: Sequence[StagedFile], store: FrameStore
) -> None:
    """Fill meta.source_file and the working tables staged_export, staged_sheet, staged_row, staged_count, staged_problem."""
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
    # What rules over several records find lasts until the next export, whatever becomes of the record.
    connection.execute("ALTER TABLE staged_problem ADD COLUMN of_several_records BOOLEAN DEFAULT false")


def read_staged(
    name: str,
    staged: Sequence[StagedFile],
    store: FrameStore,
    schema: Mapping[str, type[pl.DataType]],
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
