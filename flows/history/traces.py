"""Where a name still stands in a workspace: the proof that what was withdrawn is gone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from warehouse.locked import open_published

TEXTS = (pl.String, pl.Categorical)


def traces_of(folder: Path, text: str, *, beside: tuple[str, ...] = ()) -> Iterator[Path]:
    """The files below a folder that hold a text, in whatever way they are packed. beside: places below it that are not searched."""
    left_out = [folder / place for place in beside]
    # s-1 does not stand in s-10.
    whole = rf"(?:^|[^A-Za-z0-9_-]){re.escape(text)}(?:[^A-Za-z0-9_-]|$)"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(place) for place in left_out) and _holds(path, whole):
            yield path


def _holds(path: Path, whole: str) -> bool:
    if path.suffix == ".duckdb":
        return _in_warehouse(path, whole)
    if path.suffix == ".parquet":
        return _in_frame(pl.read_parquet(path), whole)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return any(_in_bytes(packed.read(name), whole) for name in packed.namelist())
    return _in_bytes(path.read_bytes(), whole) or re.search(whole, path.name) is not None


def _in_bytes(content: bytes, whole: str) -> bool:
    return re.search(whole.encode(), content) is not None


def _in_warehouse(path: Path, whole: str) -> bool:
    with open_published(path) as connection:
        columns = connection.execute(
            "SELECT c.schema_name, c.table_name, c.column_name FROM duckdb_columns() AS c "
            "INNER JOIN duckdb_tables() AS t ON c.table_oid = t.table_oid WHERE c.data_type = 'VARCHAR'"
        ).fetchall()
        return any(
            connection.execute(
                f'SELECT count(*) FROM "{schema}"."{table}" WHERE regexp_matches("{column}", ?)', [whole]
            ).fetchall()
            != [(0,)]
            for schema, table, column in columns
        )


def _in_frame(frame: pl.DataFrame, whole: str) -> bool:
    names = [name for name, kind in frame.schema.items() if kind in TEXTS]
    held = (pl.col(name).cast(pl.String).str.contains(whole).any() for name in names)
    return bool(names) and any(frame.select(one.fill_null(value=False)).item() for one in held)
