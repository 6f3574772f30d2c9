"""Which rows of a frame are equal to others: cell by cell only where their hashes are, which is where hardly any are."""

from __future__ import annotations

import polars as pl


def first_of_its_kind(frame: pl.DataFrame) -> pl.Series:
    """True for the first of equal rows, and for a row without its like."""
    suspect = _may_be_shared(frame)
    first = frame.filter(suspect).select(pl.struct(pl.all()).is_first_distinct()).to_series()
    return _spread(suspect, first, otherwise=True)


def has_its_like(frame: pl.DataFrame) -> pl.Series:
    """True for every row that equals another."""
    suspect = _may_be_shared(frame)
    shared = frame.filter(suspect).select(pl.struct(pl.all()).is_duplicated()).to_series()
    return _spread(suspect, shared, otherwise=False)


def _may_be_shared(frame: pl.DataFrame) -> pl.Series:
    """Rows whose hash another row has; unequal rows may be among them."""
    hashes = frame.hash_rows()
    if hashes.n_unique() == frame.height:
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return hashes.is_duplicated()


def _spread(where: pl.Series, values: pl.Series, *, otherwise: bool) -> pl.Series:
    """A series of all rows: the values where given, in order, and one value elsewhere."""
    spread = pl.repeat(value=otherwise, n=where.len(), dtype=pl.Boolean, eager=True)
    return spread.scatter(where.arg_true(), values) if values.len() else spread
