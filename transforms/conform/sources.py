"""The text a canonical column starts from: a column, a constant, the first given of several, several joined.

Whether its conditions hold of a row is in undecided.py.
"""

from __future__ import annotations

import polars as pl

from schemas.mapping import ColumnSource


def source_text(rows: pl.DataFrame, source: ColumnSource) -> pl.Series:
    """One text or blank per row."""
    if source.constant is not None:
        return pl.repeat(source.constant, rows.height, dtype=pl.String, eager=True)
    return rows.select(_expression(source).alias("text")).to_series()


def _expression(source: ColumnSource) -> pl.Expr:
    if source.first_of is not None:
        return pl.coalesce(source.first_of)
    if source.joined is not None:
        return pl.concat_str(source.joined, separator=source.separator)
    return pl.col(source.column or "")
