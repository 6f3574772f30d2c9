"""Columns of which few texts differ, asked, converted and typed text by text instead of row by row.

Such a column is a polars Categorical. All columns of a sheet share its categories, so that they can stand beside each
other; the numbers of the categories mean nothing beyond the sheet. Any other column is text, and every function here
takes both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from transforms.side_by_side import chosen, side_by_side

# So many texts are asked in one thread before others would have begun.
FEW = 50_000


def new_categories() -> pl.Categorical:
    """The type of the columns of one sheet, forgotten with the last of them."""
    return pl.Categorical(pl.Categories.random())


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every such column as text."""
    return frame.with_columns(by_text(column, lambda texts: texts) for column in frame.select(pl.col(pl.Categorical)))


def distinct(column: pl.Series, *, unlike: str | None = None) -> pl.Series:
    """The distinct texts of a column, in no order; with `unlike` only those this pattern is not found in."""
    if column.dtype == pl.String:
        asked = column if unlike is None else column.filter(~column.str.contains(unlike))
        return asked.drop_nulls().unique()
    texts = _texts(_used(column), column.dtype)
    return texts if unlike is None else texts.filter(~texts.str.contains(unlike))


def by_text(column: pl.Series, expression: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What an expression makes of each row's text; null where the row is blank.

    expression: makes of texts as many values, each of its text alone.
    """
    if column.null_count() == column.len():
        kind = expression(pl.Series([], dtype=pl.String)).dtype
        return pl.repeat(None, column.len(), dtype=kind, eager=True).alias(column.name)
    if column.dtype == pl.String:
        return expression(column).alias(column.name)
    used = _used(column)
    place = np.zeros(int(used[-1]) + 1, dtype=np.uint32)
    place[used.to_numpy()] = np.arange(used.len(), dtype=np.uint32)
    values = expression(_texts(used, column.dtype)).gather(pl.Series(place))
    return values.gather(column.to_physical()).alias(column.name)


def changed(column: pl.Series, expression: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The column with other texts, of the type it was."""
    return by_text(column, lambda texts: expression(texts).cast(column.dtype))


def has(column: pl.Series, pattern: str) -> bool:
    """Whether some text has the pattern."""
    texts = column if column.dtype == pl.String else distinct(column)
    if texts.len() <= FEW:
        return _any_has(texts, pattern)
    part = -(-texts.len() // pl.thread_pool_size())
    parts = [texts.slice(start, part) for start in range(0, texts.len(), part)]
    return any(side_by_side(lambda texts: _any_has(texts, pattern), parts, texts.len()))


def having(frame: pl.DataFrame, pattern: str, names: Iterable[str]) -> list[str]:
    """Of the named columns those in which some text has the pattern, in their order."""
    asked = list(names)
    kinds = {kind for name in asked if isinstance(kind := frame.schema[name], pl.Categorical)}
    # Columns of one kind share their categories: where none has it, no column has.
    without = {kind for kind in kinds if not _any_has(kind.categories.to_series(), pattern)}
    undecided = [name for name in asked if frame.schema[name] not in without]
    return chosen(lambda name: has(frame[name], pattern), undecided, frame.height)


def _any_has(texts: pl.Series, pattern: str) -> bool:
    return bool(texts.str.contains(pattern).any())


def contains(column: pl.Series, pattern: str) -> pl.Series:
    """Where the text has the pattern; false where it is blank."""
    return by_text(column, lambda found: found.str.contains(pattern)).fill_null(value=False)


def _used(column: pl.Series) -> pl.Series:
    """The numbers of the categories that stand in the column, ascending."""
    numbers = column.to_physical().drop_nulls().to_numpy()
    return pl.Series(np.flatnonzero(np.bincount(numbers)), dtype=pl.UInt32)


def _texts(numbers: pl.Series, kind: pl.DataType) -> pl.Series:
    return numbers.cat.to(kind).cast(pl.String)
