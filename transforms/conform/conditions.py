"""Conditions of a mapping on the cells of a row: by what a cell says, by its pattern, by whether it says anything."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from schemas.mapping import Condition


def all_hold(conditions: Sequence[Condition]) -> pl.Expr:
    """Whether every condition holds of a row; a blank cell equals nothing and differs from everything."""
    return pl.all_horizontal(holds(condition) for condition in conditions)


def holds(condition: Condition) -> pl.Expr:
    """Whether one condition holds of a row, its cell taken as it stands."""
    cell = pl.col(condition.column)
    if condition.equals is not None:
        return cell.is_in(condition.equals).fill_null(value="" in condition.equals)
    if condition.not_equals is not None:
        return (~cell.is_in(condition.not_equals)).fill_null(value="" not in condition.not_equals)
    if condition.matches is not None:
        return cell.cast(pl.String).str.contains(condition.matches).fill_null(value=False)
    if condition.not_matches is not None:
        return ~cell.cast(pl.String).str.contains(condition.not_matches).fill_null(value=False)
    return cell.is_null() if condition.blank or condition.not_blank is False else cell.is_not_null()
