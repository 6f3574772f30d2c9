"""Alarms of a night: what became of exports that were due, sites that fail a rule too often, boundaries that a trial reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path

import polars as pl

from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.frames import create_from_frame, frame_of, insert_frame, read_sql, set_variables
from warehouse.working import open_working

SOURCES = (
    "meta.site",
    "meta.source_file",
    "meta.rule_failure",
    "meta.site_query",
    "meta.site_answer",
    "results.reason",
)
REJECTED = {"study_id": pl.String, "site_id": pl.String, "kind": pl.String, "why": pl.String}


def find_alarms(products: Sequence[Path], as_of: date, rejected: Sequence[tuple[str, str, str, str]]) -> pl.DataFrame:
    """Rows of meta.alarm without their words, ordered.

    Parameters
    ----------
    products: the folders of the studies' products.
    as_of: the day on which exports are due or not.
    rejected: study, site, kind and reason of each export that was left out.
    """
    with open_working() as connection:
        create_tables(connection, [TABLES[name] for name in SOURCES], comments=False)
        for name, folder in product(SOURCES, products):
            # A product whose results were not computed has none to be alarmed by.
            if name.startswith("meta.") or (folder / f"{name}.parquet").exists():
                insert_frame(connection, name, pl.read_parquet(folder / f"{name}.parquet"))
        create_from_frame(connection, "rejected", pl.DataFrame(list(rejected), schema=REJECTED, orient="row"))
        set_variables(connection, as_of=as_of)
        return frame_of(connection, read_sql("alarm.sql"))


def no_alarms() -> pl.DataFrame:
    """No row of meta.alarm: a night that did not come so far as to look."""
    return pl.DataFrame(schema=TABLES["meta.alarm"].polars_schema)
