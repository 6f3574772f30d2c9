"""What came, changed and went between two nights, told by study, site and table; values only where asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.settings import Settings
from schemas.errors import UsageError
from transforms.exports.spreadsheet_cells import escape_formula
from warehouse.difference import State, find_differences
from warehouse.locked import OF_ANOTHER_VERSION, check_published

KINDS = ("added", "changed", "removed")


def compare_nights(settings: Settings, before: str, after: str) -> pl.DataFrame:
    """The differences between two nights, each a day or a warehouse file; see warehouse.difference.

    Raises
    ------
    UsageError: a night is neither, or its file is no warehouse of this version.
    """
    try:
        return find_differences(_state(settings, before), _state(settings, after))
    except (duckdb.IOException, *OF_ANOTHER_VERSION):
        raise UsageError(
            f"{before}, {after}: expected warehouse files of this version; publish them again with cartrove run"
        ) from None


def difference_lines(differences: pl.DataFrame) -> Iterator[str]:
    """One line per study, site and table: how many records, and of the changed ones which columns."""
    keys = ("study_id", "site_id", "domain")
    for (study_id, site_id, domain), rows in differences.group_by(keys, maintain_order=True):
        counts = dict(rows.group_by("difference").agg(pl.col("record_id").n_unique()).iter_rows())
        counted = ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in KINDS)
        columns = rows.filter(difference="changed").group_by("column_name").len().sort("column_name")
        detail = ", ".join(f"{name} {number:,}" for name, number in columns.iter_rows())
        yield f"{study_id}  {site_id}  {domain}: {counted}" + (f" ({detail})" if detail else "")


def write_differences(differences: pl.DataFrame, path: Path) -> None:
    """Every difference with its values, as CSV for a spreadsheet."""
    escaped = differences.with_columns(pl.col(pl.String).map_elements(escape_formula, return_dtype=pl.String))
    path.write_text(escaped.write_csv(), "utf-8-sig")


def _state(settings: Settings, night: str) -> State:
    if Path(night).is_file():
        return State(Path(night))
    try:
        day = date.fromisoformat(night)
    except ValueError:
        raise UsageError(f"{night}: expected a day, as in 2024-03-05, or a warehouse file") from None
    check_published(settings.published)
    return State(settings.published, day)
