"""Texts to numbers in the canonical unit: decimal commas where declared, percent signs, logarithms, exact factors, declared forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from schemas.columns import ColumnSpec
from schemas.mapping import ColumnSource, Form, width_folded
from schemas.units import conversion_factor, is_log10
from transforms.conform.doubts import Doubt, Limit
from transforms.conform.forms import FormReader, form_readers, read_alike

# Larger or smaller numbers than 10 to this power measure nothing in a hospital, and 1e999999 would fill the memory.
LARGEST_EXPONENT = 30
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
# Texts that are numbers as they stand: most, so they are not looked at one by one.
PLAIN = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
PERCENT = "%"
MINUS = "\N{MINUS SIGN}"
# A limit, and a number with more than a number: what to ask about a text that is none.
BOUND = re.compile(r"(?:[<>≤≥≦≧]|大于|小于|低于|高于|不足|超过)\s*=?\s*[+-]?[0-9]")
WITH_MORE = re.compile(r"[+-]?[0-9]")

NumberReader = Callable[[str], "str | Doubt | Limit | None"]


def number_reader(spec: ColumnSpec, source: ColumnSource, *, decimal_comma: bool) -> NumberReader:
    """A function from a text to a plain number in the column's unit, to a declared limit, or to why it is neither.

    45% is 45 percent whatever unit the mapping states: the sign in the cell says so.
    """
    forms = form_readers(source, spec, decimal_comma=decimal_comma)
    bare = _bare_reader(source, spec, decimal_comma=decimal_comma)

    def read(text: str) -> str | Doubt | Limit | None:
        found = read_alike(text, [bare, *forms])
        if len(found) != 1:
            return _doubt(width_folded(text))
        (number,) = found
        return number if isinstance(number, Limit) else plain(number)

    return read


def keeps_plain_numbers(source: ColumnSource, spec: ColumnSpec) -> bool:
    """Whether a number in plain writing stays as it is."""
    if source.forms:
        return False
    return not source.unit or (not is_log10(source.unit) and conversion_factor(source.unit, spec.unit or "") == 1)


def divided(text: pl.Series, by: pl.Series) -> pl.Series:
    """Quotients of plain numbers; blank where either is blank or the divisor is 0."""
    frame = pl.DataFrame({"text": text, "by": by}).select(pl.all().cast(pl.Float64, strict=False))
    quotient = pl.when(pl.col("by") != 0).then(pl.col("text") / pl.col("by"))
    return frame.select(quotient.cast(pl.String)).to_series()


def _bare_reader(source: ColumnSource, spec: ColumnSpec, *, decimal_comma: bool) -> FormReader:
    """A number alone, or with the percent sign of a column of percentages."""
    unit = source.unit
    factor = conversion_factor(unit, spec.unit) if unit and spec.unit else Decimal(1)
    logarithm = unit is not None and is_log10(unit)
    # Beside forms that bring a unit of their own, a number without any could be in each of them.
    unit_unknown = unit is None and any(_is_other_unit(form, spec) for form in source.forms)

    def read(text: str) -> Decimal | None:
        digits, in_percent = width_folded(text).replace(MINUS, "-"), False
        if spec.unit == PERCENT and digits.endswith(PERCENT):
            digits, in_percent = digits[:-1].rstrip(), True
        if decimal_comma:
            digits = "" if "." in digits or digits.count(",") > 1 else digits.replace(",", ".")
        if not NUMBER.fullmatch(digits) or (unit_unknown and not in_percent):
            return None
        return _scaled(digits, Decimal(1) if in_percent else factor, logarithm=logarithm and not in_percent)

    return read


def _is_other_unit(form: Form, spec: ColumnSpec) -> bool:
    return bool(form.unit) and conversion_factor(form.unit or "", spec.unit or "") != 1


def _scaled(plain: str, factor: Decimal, *, logarithm: bool) -> Decimal | None:
    try:
        number = Decimal(plain)
        if abs(number.adjusted()) > LARGEST_EXPONENT and number:
            return None
        if logarithm:
            number = Decimal(repr(10.0 ** float(number)))
        return number * factor
    except (ArithmeticError, OverflowError):
        return None


def plain(number: Decimal) -> str | None:
    """A number in digits alone; None where it is larger or smaller than anything measured."""
    small_enough = not number or abs(number.adjusted()) <= LARGEST_EXPONENT
    return format(number.normalize(), "f") if small_enough else None


def _doubt(text: str) -> Doubt | None:
    """What is to be asked about a text that is no number, or more than one."""
    if BOUND.match(text):
        return Doubt.BOUND
    return Doubt.FORM if WITH_MORE.match(text) else None
