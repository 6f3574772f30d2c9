"""How many filled cells each row of a sheet has, and how many of them no record is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from schemas.mapping import SheetMapping
from transforms.conform.records import FeedRecords
from transforms.readers import Sheet
from transforms.readers.sheet import ROW


def cell_counts(
    sheet: Sheet, mapping: SheetMapping, fed: Sequence[FeedRecords], data: pl.Series, personal: pl.DataFrame
) -> pl.DataFrame:
    """source_row, cells, cells_aside of every row of the sheet's frame.

    cells: as read. cells_aside: in columns that the mapping ignores, drops as personal or does not know; in columns it uses,
    but for no record of this row; blanked since they seem to hold personal data.

    Parameters
    ----------
    fed: what each entry of the mapping made, in its order. data: the source rows that were offered to them.
    personal: source_row and column of the blanked cells.
    """
    used = _rows_by_column(mapping, fed, data.len())
    filled = {name: _filled(sheet.frame[name]) for name in sheet.header}
    read = {name: used.get(name, ()) for name in sheet.header}
    aside = [_not_among(filled[name], rows) for name, rows in read.items() if rows is not None]
    counted = sheet.frame.select(
        ROW, cells=pl.sum_horizontal(filled.values()), cells_aside=pl.sum_horizontal(aside) if aside else pl.lit(0)
    ).cast({"cells": pl.Int32, "cells_aside": pl.Int32})
    if personal.is_empty():
        return counted
    blanked = personal.unique().group_by(ROW).agg(blanked=pl.len().cast(pl.Int32))
    return counted.join(blanked, on=ROW, how="left", maintain_order="left").select(
        ROW, "cells", cells_aside=pl.col("cells_aside") + pl.col("blanked").fill_null(0)
    )


def _filled(cells: pl.Series) -> pl.Expr:
    """1 where there is a cell, else 0; most columns are the same all the way down, and need no look at each cell."""
    if not cells.null_count():
        return pl.lit(1, dtype=pl.Int32)
    return pl.col(cells.name).is_not_null().cast(pl.Int32)


def _not_among(filled: pl.Expr, rows: Sequence[pl.Series]) -> pl.Expr:
    """The cells outside the given rows."""
    if not rows:
        return filled
    return filled * (~pl.col(ROW).is_in(pl.concat(rows).unique().implode())).cast(pl.Int32)


def _rows_by_column(
    mapping: SheetMapping, fed: Sequence[FeedRecords], data_rows: int
) -> Mapping[str, Sequence[pl.Series] | None]:
    """By header the source rows in which an entry reads it, None where that is every row offered; others are not read."""
    found: dict[str, list[pl.Series] | None] = dict.fromkeys(_of_conditions(mapping))
    entries = [entry for feed in mapping.feeds for entry in feed.entries()]
    for entry, records in zip(entries, fed, strict=True):
        for name in {name for source in entry.values() for name in source.used_columns()}:
            rows = found.setdefault(name, [])
            if records.used_rows.len() == data_rows:
                found[name] = None
            elif rows is not None:
                rows.append(records.used_rows)
    return found


def _of_conditions(mapping: SheetMapping) -> Iterator[str]:
    """Headers by which the mapping tells rows apart."""
    wheres = [condition for feed in mapping.feeds for condition in feed.where]
    yield from (condition.column for condition in (*mapping.set_aside, *mapping.deleted, *wheres))
