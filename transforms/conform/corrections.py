"""Declared corrections of a site's cells, before anything else is read from them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import Correction
from transforms.conform.conditions import all_hold
from transforms.conform.file_names import fits_name
from transforms.distinct_texts import as_text
from transforms.readers import Sheet


def correct_cells(
    frame: pl.DataFrame, sheet: Sheet, corrections: Sequence[Correction]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The frame with every correction of this sheet applied, and how many rows each changed.

    Raises
    ------
    DataRejected: the sheet lacks a column a correction names.
    """
    counts = {}
    for fix in _of_sheet(sheet, corrections):
        _require_columns(sheet, fix)
        frame = frame.with_columns(as_text(frame.select(fix.column)))
        cell = pl.col(fix.column)
        chosen = frame.select((_is_old(fix) & all_hold(fix.where)).alias(fix.column)).to_series()
        new = pl.lit(fix.new or None, dtype=pl.String)
        frame = frame.with_columns(pl.when(chosen).then(new).otherwise(cell).alias(fix.column))
        counts[fix.id] = int(chosen.sum())
    return frame, counts


def corrected_columns(sheet: Sheet, corrections: Sequence[Correction]) -> set[str]:
    """The columns that corrections of this sheet name."""
    fixes = _of_sheet(sheet, corrections)
    return {name for fix in fixes for name in (fix.column, *(condition.column for condition in fix.where))}


def _of_sheet(sheet: Sheet, corrections: Sequence[Correction]) -> list[Correction]:
    return [fix for fix in corrections if fits_name(sheet.file, fix.match) and fix.sheet in (None, sheet.name)]


def _is_old(fix: Correction) -> pl.Expr:
    cell = pl.col(fix.column)
    if fix.old == "":
        return cell.is_null()
    found = cell == fix.old if fix.old_matches is None else cell.str.contains(fix.old_matches)
    return found.fill_null(value=False)


def _require_columns(sheet: Sheet, fix: Correction) -> None:
    for name in (fix.column, *(condition.column for condition in fix.where)):
        if name not in sheet.header:
            raise DataRejected(
                f"{sheet.place}: expected a column {name}, which correction {fix.id} names; the header has none; "
                "correct or remove the correction"
            )
