"""Prefect artifacts of a run: counts, rule ids and results, never a subject's value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from prefect.artifacts import create_table_artifact

RECONCILIATION_COLUMNS = (
    "site_id", "source_file", "source_sheet", "rows_read", "accepted", "quarantined", "duplicate", "superseded",
    "set_aside", "unclaimed",
)  # fmt: skip
RESULT_STATISTICS = ("survival", "cumulative_incidence", "median_time", "proportion")


def show_reconciliation(study_id: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """What was read, accepted and quarantined, by file and sheet; and the open queries by site and rule."""
    _table(
        f"{study_id} rows",
        "Rows read, and what became of them",
        tables["meta.reconciliation"].select(RECONCILIATION_COLUMNS),
    )
    queries = (
        tables["meta.site_query"]
        .filter(status="open")
        .group_by("site_id", "rule_id", "severity", "remedy")
        .len("records")
    )
    _table(f"{study_id} queries", "Open site queries", queries.sort("site_id", "rule_id"))


def show_results(study_id: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Key results: rates at landmarks, medians, responses."""
    analysis = tables["results.analysis"]
    key = analysis.filter(
        pl.col("section").is_in(["survival", "competing", "response"]),
        pl.col("statistic").is_in(RESULT_STATISTICS),
        pl.col("group_name") == "",
    ).select("label", "population", "n", "events", "estimate", "ci_low", "ci_high", "method", "note")
    _table(f"{study_id} results", "Key results", key)


def show_checks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Every expectation that failed, or how many held."""
    _table("checks", "Checks of the built warehouse", pl.DataFrame(list(rows), infer_schema_length=None))


def show_night(rows: Sequence[Mapping[str, Any]]) -> None:
    """One line per study: its state and its counts."""
    _table("night", "Studies of this night", pl.DataFrame(list(rows), infer_schema_length=None))


def show_alarms(alarms: pl.DataFrame) -> None:
    """Exports that were due, rejected or repeated, and sites beyond their limits; nothing where there are none."""
    if alarms.height:
        _table("alarms", "Alarms of this night", alarms)


def _table(name: str, description: str, frame: pl.DataFrame) -> None:
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    in_json = frame.with_columns(pl.col(pl.Date).cast(pl.String))
    create_table_artifact(table=in_json.to_dicts(), key=key, description=description)
