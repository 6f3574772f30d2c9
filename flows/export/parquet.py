"""The warehouse as a folder of Parquet files, one a table, with a datapackage.json that describes them."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import polars as pl

from flows.export.source import private_folder, read_provenance
from schemas.tables import TABLES, Table
from transforms.exports.data_package import TableFile, describe_package
from warehouse.published import read_tables

STUDY = "study_id"


def export_parquet(source: Path, folder: Path, study_id: str | None, exported: datetime) -> tuple[int, int]:
    """Write every table of a warehouse file, or of one study what is its own; how many tables and rows there are.

    Raises
    ------
    UsageError: the study is not in the file, or the folder holds something already.
    """
    provenance = read_provenance(source, study_id, exported)
    with private_folder(folder):
        rows = read_tables(source, list(TABLES))
        files = [
            _write_table(table, of_it, folder, study_id) for table, of_it in zip(TABLES.values(), rows, strict=True)
        ]
        package = json.dumps(describe_package(files, provenance), ensure_ascii=False, indent=2)
        (folder / "datapackage.json").write_text(f"{package}\n", "utf-8")
    return len(files), sum(file.rows for file in files)


def _write_table(table: Table, rows: pl.DataFrame, folder: Path, study_id: str | None) -> TableFile:
    if study_id is not None and STUDY in rows.columns:
        rows = rows.filter(pl.col(STUDY) == study_id)
    path = folder / table.schema / f"{table.name}.parquet"
    path.parent.mkdir(exist_ok=True)
    rows.select(table.column_names).write_parquet(path)
    content = path.read_bytes()
    return TableFile(
        table, path.relative_to(folder).as_posix(), rows.height, len(content), hashlib.sha256(content).hexdigest()
    )
