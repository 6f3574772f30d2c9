"""A study's finished tables, saved under its build key so that any later night can be assembled from them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from schemas.tables import ADAM, ADAM_COMPUTED, CORE, RESULTS, TABLES
from warehouse.frames import frame_of

STUDY_META = (
    "meta.study",
    "meta.site",
    "meta.planned_infusion",
    "meta.planned_target",
    "meta.response_window",
    "meta.responder",
    "meta.population",
    "meta.origin",
    "meta.endpoint",
    "meta.endpoint_role",
    "meta.toxicity",
    "meta.recovery",
    "meta.imputation",
    "meta.accepted_fall",
    "meta.risk_factor",
    "meta.risk_level",
    "meta.source_file",
    "meta.source_column",
    "meta.reconciliation",
    "meta.record_count",
    "meta.quarantine",
    "meta.site_query",
    "meta.waiver",
    "meta.partial_date",
    "meta.correction",
    "meta.rule_limit",
    "meta.rule_failure",
)
STUDY_TABLES = (*(table.full_name for table in (*CORE, *ADAM)), *STUDY_META)
PRODUCT_TABLES = (
    *STUDY_TABLES,
    *(table.full_name for table in (*ADAM_COMPUTED, *RESULTS)),
    "meta.published_figure",
)


def fits_the_tables(folder: Path) -> bool:
    """Whether a saved product has the tables and columns of today: one of an earlier version can't be published again."""
    for name in PRODUCT_TABLES:
        path = folder / f"{name}.parquet"
        if not path.exists() or set(pl.read_parquet_schema(path)) != set(TABLES[name].column_names):
            return False
    return True


def read_study_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every table of a built study by full name, rows in key order so that equal inputs give equal files."""
    return {name: read_ordered(connection, name) for name in STUDY_TABLES}


def read_ordered(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """A table by its full name, rows in key order."""
    order = ", ".join(TABLES[name].key)
    return frame_of(connection, f"SELECT * FROM {name} ORDER BY {order}")
