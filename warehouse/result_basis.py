"""What results rest on, written beside an export of them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from warehouse.ddl import literal
from warehouse.frames import create_from_frame, read_sql
from warehouse.locked import check_published
from warehouse.selected_rows import selecting


def write_result_basis(source: Path, results: pl.DataFrame, path: Path) -> int:
    """Write endpoint rows and source cells of results as Parquet, with what names each result elsewhere; how many rows.

    Rows go from the database to the file: what exceeds memory is kept beside it meanwhile.

    Parameters
    ----------
    source: a published file.
    results: result_id, analysis_id, operation_ids and groups of each result.

    Raises
    ------
    UsageError: nothing is published.
    """
    check_published(source)
    with (
        TemporaryDirectory(dir=path.parent) as spilled,
        duckdb.connect(config={"temp_directory": spilled}) as connection,
    ):
        create_from_frame(connection, "told_result", results)
        connection.execute(f"ATTACH {literal(str(source))} AS published (READ_ONLY)")
        connection.execute("CREATE TEMP TABLE told_result AS FROM memory.told_result; USE published")
        query = read_sql("result_basis.sql", **selecting())
        written = connection.execute(
            f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
    return int(written[0]) if written else 0
