"""Which results moved: the same row of results.analysis with another value.

The value of a row is its estimate; of a test between groups, whose statistic nobody quotes, its p value.
"""

from __future__ import annotations

from typing import TypeAlias

import polars as pl

from schemas.tables.results import ANALYSIS

KEY = tuple(name for name in ANALYSIS.key if name != "study_id")
ResultKey: TypeAlias = tuple[str | float | None, ...]
IS_TEST = pl.col("p_value").is_not_null() & (pl.col("method") == pl.col("p_method"))
CURVE = ("analysis_id", "statistic")
TOLERANCE = 1e-9
SHOWN = ("section", "position")


def find_moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows of results.analysis that differ, in print order.

    Gives
    -----
    The key of the row, section, unit (that of the value: `p` for a test) and value_before, value_after;
    a value is blank where the row is absent or not estimable.
    """
    old, new = (_valued(frame) for frame in (before, after))
    joined = new.join(old, on=KEY, how="full", suffix="_before", nulls_equal=True, coalesce=True)
    told = joined.with_columns(pl.coalesce(name, f"{name}_before").alias(name) for name in (*_but_key(SHOWN), "unit"))
    moved = told.filter(~_same(pl.col("value"), pl.col("value_before")))
    return moved.select(*KEY, *_but_key(SHOWN), "unit", "value_before", value_after="value").sort("position", *KEY)


def find_moved_curves(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """analysis_id, statistic, time_months and distance of the place where a curve of all subjects moved most.

    Parameters
    ----------
    before, after: rows of results.curve; a curve holds its value from each of its times to the next.
    """
    old, new = (
        frame.filter(factor="").select(*CURVE, "time_months", "estimate").sort("time_months")
        for frame in (before, after)
    )
    times = (
        pl.concat([old.select(*CURVE, "time_months"), new.select(*CURVE, "time_months")]).unique().sort("time_months")
    )
    both = times
    for frame in (old.rename({"estimate": "estimate_before"}), new):
        both = both.join_asof(frame, on="time_months", by=CURVE, check_sortedness=False)
    moved = both.with_columns(distance=pl.col("estimate") - pl.col("estimate_before"))
    moved = moved.filter(pl.col("distance").abs() > TOLERANCE).sort(pl.col("distance").abs(), descending=True)
    return moved.unique(CURVE, keep="first", maintain_order=True).select(*CURVE, "time_months", "distance").sort(CURVE)


def same_value(one: float | None, other: float | None) -> bool:
    """Whether two values are the same but for the last digits, in which a sum over rows in another order differs."""
    if one is None or other is None:
        return one is other
    return one == other or abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def values_of(analysis: pl.DataFrame) -> dict[ResultKey, float | None]:
    """The value of every row, by its key."""
    return {row[:-1]: row[-1] for row in _valued(analysis).select(*KEY, "value").iter_rows()}


def _same(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    near = (one - other).abs() <= TOLERANCE * pl.max_horizontal(pl.lit(1.0), one.abs(), other.abs())
    return one.eq_missing(other) | near.fill_null(value=False)


def _valued(analysis: pl.DataFrame) -> pl.DataFrame:
    return analysis.with_columns(
        value=pl.when(IS_TEST).then("p_value").otherwise("estimate"),
        unit=pl.when(IS_TEST).then(pl.lit("p")).otherwise("unit"),
    )


def _but_key(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name not in KEY]
