"""A study's finished tables, saved under its build key so that any later night can be assembled from them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from schemas.tables import ADAM, ADAM_COMPUTED, CORE, META, RESULTS, TABLES
from warehouse.ddl import quoted
from warehouse.frames import frame_of

# Tables of meta that are kept by study and yet not made when it is built: the night makes the first three, and what a
# paper prints is kept beside what is computed.
_MADE_LATER = {"meta.run_study", "meta.publication_hold", "meta.alarm", "meta.reach_score", "meta.paper_figure"}
_META_BY_STUDY = [table.full_name for table in META if "study_id" in table.column_names]
STUDY_TABLES = (
    *(table.full_name for table in (*CORE, *ADAM)),
    *(name for name in _META_BY_STUDY if name not in _MADE_LATER),
)
# Tables of a build that are none of the study's.
WORKED_WITH = "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name NOT IN ('core', 'adam', 'meta')"
PRODUCT_TABLES = (
    *STUDY_TABLES,
    *(table.full_name for table in (*ADAM_COMPUTED, *RESULTS)),
    "meta.paper_figure",
)


def fits_the_tables(folder: Path) -> bool:
    """Whether a saved product has the tables and columns of today: one of an earlier version can't be published again."""
    for name in PRODUCT_TABLES:
        path = folder / f"{name}.parquet"
        if not path.exists() or set(pl.read_parquet_schema(path)) != set(TABLES[name].column_names):
            return False
    return True


def take_study_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every table of a built study by full name, rows in key order so that equal inputs give equal files.

    Each is dropped once it is read, and what the build worked with before: a large study is not in memory twice.
    """
    for name in connection.execute(WORKED_WITH).fetchall():
        connection.execute(f"DROP TABLE {'.'.join(map(quoted, name))}")
    return {name: _take(connection, name) for name in STUDY_TABLES}


def _take(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    frame = read_ordered(connection, name)
    connection.execute(f"DROP TABLE {name}")
    return frame


def read_ordered(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """A table by its full name, rows in key order."""
    order = ", ".join(TABLES[name].key)
    return frame_of(connection, f"SELECT * FROM {name} ORDER BY {order}")
