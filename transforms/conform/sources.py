"""The text a canonical column starts from: a column, a constant, the first given of several, several joined."""

from __future__ import annotations

import polars as pl

from schemas.mapping import ColumnSource
from transforms.conform.conditions import all_hold


def source_text(rows: pl.DataFrame, source: ColumnSource) -> pl.Series:
    """One text or blank per row."""
    text = (
        rows.select(_expression(source).alias("text")).to_series()
        if source.constant is None
        else _constant(rows, source)
    )
    if source.only_where:
        holds = rows.select(all_hold(source.only_where)).to_series()
        text = pl.select(pl.when(holds).then(text)).to_series()
    return text


def _constant(rows: pl.DataFrame, source: ColumnSource) -> pl.Series:
    return pl.repeat(source.constant, rows.height, dtype=pl.String, eager=True)


def _expression(source: ColumnSource) -> pl.Expr:
    if source.first_of is not None:
        return pl.coalesce(source.first_of)
    if source.joined is not None:
        return pl.concat_str(source.joined, separator=source.separator)
    return pl.col(source.column or "")
