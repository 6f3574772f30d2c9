"""Views of the published file, each made of the SQL file of its name."""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS
from schemas.tables import VIEWS
from warehouse.ddl import comments_on
from warehouse.frames import read_sql
from warehouse.selected_rows import selecting


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every view over the tables of a warehouse, with its COMMENTs. `{records}` and `{cells}` are of all domains, `{selected_rows}` of all endpoint tables."""
    parts = {"records": f"({_records()})", "cells": f"({_cells()})", **selecting()}
    for view in VIEWS:
        sql = read_sql(f"views/{view.schema}/{view.name}.sql", **parts)
        connection.execute(f"CREATE VIEW {view.full_name} AS {sql}")
        connection.execute(comments_on(view, kind="VIEW"))


def _records() -> str:
    place = "record_id, source_file, source_sheet, source_row, valid_from, valid_to"
    return " UNION ALL ".join(
        f"SELECT study_id, site_id, subject_id, '{name}' AS domain, {place} FROM core.{name}" for name in DOMAINS
    )


def _cells() -> str:
    return " UNION ALL ".join(map(_cells_of, DOMAINS))


def _cells_of(name: str) -> str:
    values = " ".join(f"WHEN '{column}' THEN CAST(r.{column} AS VARCHAR)" for column in DOMAINS[name].columns())
    return (
        f"SELECT r.study_id, r.site_id, r.subject_id, '{name}' AS domain, r.record_id, c.column_name, "
        f"CASE c.column_name {values} END AS value, r.source_file, r.source_sheet, r.source_row, "
        "c.source_column, c.origin, c.conversion, r.valid_from, r.valid_to "
        f"FROM core.{name} AS r INNER JOIN meta.source_column AS c ON r.study_id = c.study_id AND r.site_id = c.site_id "
        "AND r.source_file = c.source_file AND r.source_sheet = c.source_sheet AND r.source_feed = c.source_feed "
        f"AND c.domain = '{name}'"
    )
