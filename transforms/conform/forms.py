"""Declared forms of numbers, read: `3.2×10^6/kg`, `200万/kg`, `<0.01 %`, `6岁4月`, `D28`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from schemas.columns import ColumnSpec
from schemas.mapping import ColumnSource, Form, width_folded
from schemas.units import conversion_factor, is_log10
from transforms.conform.doubts import SIDES, Limit

# How many of an age's part make a year.
PARTS_OF_A_YEAR = {"n:years": Decimal(1), "n:months": Decimal(12), "n:days": Decimal("365.25")}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
DIGITS = "[+-]?[0-9]+"
FRACTION = {False: r"(?:\.[0-9]+)?", True: r"(?:,[0-9]+)?"}
# Between thousands: a comma (or point, where the comma is the decimal one), a blank of any width, an apostrophe.
THOUSANDS = {False: ", \u00a0\u2009\u202f'", True: ". \u00a0\u2009\u202f'"}
POWER = r"[+-]?[0-9]{1,2}"
RAISED_POWER = "[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}"
SIGNS_OF_TIMES = "×xX*✕"
TIMES = f"[{SIGNS_OF_TIMES}]"
MINUS = "\N{MINUS SIGN}"

FormReader = Callable[[str], "Decimal | Limit | None"]


def form_readers(source: ColumnSource, spec: ColumnSpec, *, decimal_comma: bool) -> list[FormReader]:
    """One reader per declared form: a text to a number in the column's unit, to a limit, or to None where it is written otherwise."""
    return [_reader(form, source, spec, decimal_comma=decimal_comma) for form in source.forms]


def read_alike(text: str, readers: Sequence[FormReader]) -> set[Decimal | Limit]:
    """All that declared forms make of a text: one, unless they contradict each other."""
    return {found for read in readers if (found := read(text)) is not None}


def _reader(form: Form, source: ColumnSource, spec: ColumnSpec, *, decimal_comma: bool) -> FormReader:
    pattern = re.compile(_pattern(form, decimal_comma=decimal_comma), re.IGNORECASE)
    # The parts of an age say their unit themselves.
    unit = form.unit or (None if any(hole in PARTS_OF_A_YEAR for hole in form.holes) else source.unit)
    factor = (conversion_factor(unit, spec.unit) if unit and spec.unit else Decimal(1)) * (form.times or 1)
    logarithm = unit is not None and is_log10(unit)

    def read(text: str) -> Decimal | Limit | None:
        found = pattern.fullmatch(width_folded(text).replace(MINUS, "-"))
        if found is None:
            return None
        try:
            number = _number(form, found, decimal_comma=decimal_comma)
            if number is None:
                return None
            value = (Decimal(repr(10.0 ** float(number))) if logarithm else number) * factor
        except ArithmeticError:
            return None
        return Limit(form.means, value) if form.means in SIDES else value

    return read


def _number(form: Form, found: re.Match[str], *, decimal_comma: bool) -> Decimal | None:
    parts = dict(zip(form.holes, found.groups(), strict=True))
    if "n:years" in parts and "n:months" in parts and int(parts["n:months"]) > 11:
        return None
    if any(hole in PARTS_OF_A_YEAR for hole in parts):
        return sum((Decimal(text) / PARTS_OF_A_YEAR[hole] for hole, text in parts.items()), Decimal(0))
    (text,) = (text for hole, text in parts.items() if hole != "e")
    if "n:thousands" in parts:
        text = text.translate(dict.fromkeys(map(ord, THOUSANDS[decimal_comma])))
    number = Decimal(text.replace(",", "."))
    power = int(parts["e"].translate(RAISED)) if "e" in parts else 0
    return number * Decimal(10) ** power


def _pattern(form: Form, *, decimal_comma: bool) -> str:
    """The form as a regular expression with one group per hole; bounded, without nested repetition."""
    written, before = "", ""
    for part, is_hole in form.pieces:
        written += f"({_hole(part, before, decimal_comma=decimal_comma)})" if is_hole else rf"\s*{_literal(part)}\s*"
        before = part
    return written


def _hole(hole: str, before: str, *, decimal_comma: bool) -> str:
    if hole == "e":
        # 3.2×106 may be a lost superscript or a number: after a digit, only raised digits are a power.
        return RAISED_POWER if before[-1:].isdigit() else f"(?:{POWER}|{RAISED_POWER})"
    if hole in PARTS_OF_A_YEAR:
        return "[0-9]{1,5}"
    if hole == "n:thousands":
        between = f"[{THOUSANDS[decimal_comma]}]"
        return f"(?:[+-]?[0-9]{{1,3}}(?:{between}[0-9]{{3}})+|{DIGITS}){FRACTION[decimal_comma]}"
    return f"{DIGITS}{FRACTION[decimal_comma]}"


def _literal(text: str) -> str:
    """A text of a form; blanks around a sign may come and go, and a sign of multiplication is written in any way."""
    written, before = "", ""
    for sign in text:
        apart = before and not (_in_words(before) and _in_words(sign))
        written += r"\s*" if apart and not written.endswith(r"\s*") else ""
        written += "" if sign.isspace() else TIMES if sign in SIGNS_OF_TIMES else re.escape(sign)
        before = sign
    return written


def _in_words(sign: str) -> bool:
    return sign.isalnum() and sign not in SIGNS_OF_TIMES
