"""A hash of what each table holds, so that two nights can be told equal, or which tables differ, without comparing rows.

The order of rows plays no part, every number counts to its last bit. Keys under which rows are kept play none either: other
code, another language of reports give other keys and the same rows. Tables that tell of the run itself, or of what
was due on its day, have hashes too, but no share in that of the content: they may differ where all inputs are the same.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import polars as pl

from schemas.tables import TABLES, Table
from warehouse.ddl import quoted
from warehouse.frames import frame_of, read_sql
from warehouse.locked import open_published

OF_THE_RUN = ("meta.run", "meta.run_study", "meta.publication_hold", "meta.alarm", "meta.reach_score")
ITSELF = "meta.table_hash"
SHOWN_DIGITS = 12  # of a content hash, where people compare two


def hash_tables(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows of meta.table_hash for the tables of the database in use."""
    parts = [_sql_of(table) for name, table in TABLES.items() if name != ITSELF]
    # As a relation the query, 80 kB of SQL, would be planned twice: that took half of the time.
    found = connection.execute(" UNION ALL ".join(f"({part})" for part in parts))
    columns = [name for name, *_ in found.description or ()]
    hashes = pl.DataFrame(found.fetchall(), schema=columns, orient="row").sort("table_name")
    return hashes.with_columns(of_the_run=pl.col("table_name").is_in(OF_THE_RUN))


def _sql_of(table: Table) -> str:
    columns = ", ".join(quoted(name) for name in table.column_names if name not in table.addresses)
    return read_sql("table_hash.sql", table=table.full_name, columns=columns)


def content_hash(hashes: pl.DataFrame) -> str:
    """One hash of all tables that follow from the inputs alone. `hashes`: rows of meta.table_hash."""
    told = hashes.filter(~pl.col("of_the_run")).sort("table_name")
    lines = (f"{name} {rows} {value}\n" for name, rows, value in told["table_name", "rows", "hash"].iter_rows())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_content_hash(path: Path) -> str:
    """The content hash of a built or published warehouse file."""
    with open_published(path) as connection:
        return content_hash(frame_of(connection, f"FROM {ITSELF}"))
