"""A study's finished tables, saved under its build key so that any later night can be assembled from them."""

from __future__ import annotations

import duckdb
import polars as pl

from schemas.tables import ADAM, ADAM_COMPUTED, CORE, RESULTS, TABLES
from warehouse.frames import frame_of

STUDY_META = (
    "meta.study",
    "meta.planned_infusion",
    "meta.response_window",
    "meta.responder",
    "meta.population",
    "meta.origin",
    "meta.endpoint",
    "meta.endpoint_role",
    "meta.toxicity",
    "meta.risk_factor",
    "meta.risk_level",
    "meta.source_file",
    "meta.reconciliation",
    "meta.record_count",
    "meta.quarantine",
    "meta.site_query",
)
STUDY_TABLES = (*(table.full_name for table in (*CORE, *ADAM)), *STUDY_META)
PRODUCT_TABLES = (*STUDY_TABLES, *(table.full_name for table in (*ADAM_COMPUTED, *RESULTS)))


def read_study_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every table of a built study by full name, rows in key order so that equal inputs give equal files."""
    return {name: _read_ordered(connection, name) for name in STUDY_TABLES}


def _read_ordered(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    order = ", ".join(TABLES[name].key)
    return frame_of(connection, f"SELECT * FROM {name} ORDER BY {order}")
