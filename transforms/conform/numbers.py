"""Texts to numbers in the canonical unit: decimal commas where declared, percent signs, logarithms, exact factors."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from schemas.columns import ColumnSpec
from schemas.mapping import ColumnSource, normalized
from schemas.units import conversion_factor, is_log10

# Larger or smaller numbers than 10 to this power measure nothing in a hospital, and 1e999999 would fill the memory.
LARGEST_EXPONENT = 30
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
# Texts that are numbers as they stand: most, so they are not looked at one by one.
PLAIN = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$"
PERCENT = "%"

NumberReader = Callable[[str], str | None]


def number_reader(spec: ColumnSpec, source: ColumnSource, *, decimal_comma: bool) -> NumberReader:
    """A function from a text to a plain number in the column's unit, or to None where it is no number.

    45% is 45 percent whatever unit the mapping states: the sign in the cell says so.
    """
    unit = source.unit
    factor = conversion_factor(unit, spec.unit) if unit and spec.unit else Decimal(1)
    logarithm = unit is not None and is_log10(unit)

    def read(text: str) -> str | None:
        plain = normalized(text)
        own_factor = factor
        if plain.endswith(PERCENT):
            if spec.unit != PERCENT:
                return None
            plain, own_factor = plain[:-1].rstrip(), Decimal(1)
        if decimal_comma:
            if "." in plain or plain.count(",") > 1:
                return None
            plain = plain.replace(",", ".")
        if not NUMBER.fullmatch(plain):
            return None
        return _scaled(plain, own_factor, logarithm=logarithm)

    return read


def keeps_plain_numbers(source: ColumnSource, spec: ColumnSpec) -> bool:
    """Whether a number in plain writing stays as it is."""
    return not source.unit or (not is_log10(source.unit) and conversion_factor(source.unit, spec.unit or "") == 1)


def divided(text: pl.Series, by: pl.Series) -> pl.Series:
    """Quotients of plain numbers; blank where either is blank or the divisor is 0."""
    frame = pl.DataFrame({"text": text, "by": by}).select(pl.all().cast(pl.Float64, strict=False))
    quotient = pl.when(pl.col("by") != 0).then(pl.col("text") / pl.col("by"))
    return frame.select(quotient.cast(pl.String)).to_series()


def _scaled(plain: str, factor: Decimal, *, logarithm: bool) -> str | None:
    try:
        number = Decimal(plain)
        if abs(number.adjusted()) > LARGEST_EXPONENT and number:
            return None
        if logarithm:
            number = Decimal(repr(10.0 ** float(number)))
        number = (number * factor).normalize()
    except (ArithmeticError, OverflowError):
        return None
    return format(number, "f") if not number or abs(number.adjusted()) <= LARGEST_EXPONENT else None
