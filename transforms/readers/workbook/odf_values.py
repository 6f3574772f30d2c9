"""A cell of an OpenDocument file as the text a person sees: its stored value under its format."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from transforms.readers.workbook.days import render_day
from transforms.readers.workbook.number_format import render_number, render_text, stored_number
from transforms.readers.workbook.odf_names import CALC, OFFICE

# LibreOffice before 4.1 wrote an error as the number 0 with this text.
ERROR = re.compile(r"#[A-ZÄÖÜÉ/0-9]+[!?]?|(Err|错误|Fehler|Erreur):\s?\d{3}")
SPAN = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
DAY_SECONDS = 86_400
DEFAULT = {"percentage": "0%", "time": "[h]:mm:ss"}
# The result of a formula is a number that its program shows as a word.
BOOLEANS = {"TRUE", "FALSE"}
NUMBERS = {"float", "percentage", "currency"}


def cell_kind(cell: etree._Element) -> str | None:
    """The type of the stored value, as the file names it."""
    kind: str | None = cell.get(f"{OFFICE}value-type")
    return kind


def shown(cell: etree._Element, text: str, code: str | None, *, date_1904: bool) -> str:
    """What a person sees of a cell, given the text that is written in it and its format code.

    Raises
    ------
    ValueError: that can't be known.
    """
    kind = cell_kind(cell)
    if is_error(cell):
        return text or "#N/A"
    if kind == "boolean":
        return "TRUE" if cell.get(f"{OFFICE}boolean-value") == "true" else "FALSE"
    if kind == "date":
        value = cell.get(f"{OFFICE}date-value", "")
        return render_day(value, code) or text or value
    if kind == "time":
        return _time(cell.get(f"{OFFICE}time-value", ""), text, code)
    if kind in NUMBERS:
        return _rendered(cell.get(f"{OFFICE}value", ""), text, _code(code, kind), date_1904=date_1904)
    stored = cell.get(f"{OFFICE}string-value", "")
    # Where the stored text stands beside it, the written one is what its format has made of it.
    return text if text and stored else render_text(text or stored, code or "")


def is_error(cell: etree._Element) -> bool:
    """Whether the result is an error; LibreOffice says so in an attribute of its own."""
    return bool(cell.get(f"{CALC}value-type") == "error")


def holds_nothing(cell: etree._Element) -> bool:
    """Whether the stored result is what a program that computes nothing leaves: none, 0 or an empty text."""
    kind = cell_kind(cell)
    if kind in NUMBERS:
        return cell.get(f"{OFFICE}value") in {None, "", "0", "0.0"}
    if kind in {"date", "time", "boolean"}:
        return cell.get(f"{OFFICE}{kind}-value") is None
    return not cell.get(f"{OFFICE}string-value")


def _code(code: str | None, kind: str | None) -> str:
    """A type with a format of its own has it where the style gives none."""
    if code in {None, "General"} and kind == "percentage":
        return DEFAULT["percentage"]
    return code or "General"


@lru_cache(maxsize=65_536)
def _render(number: float, code: str, *, date_1904: bool) -> str:
    """Grades and days are few, however many cells hold them."""
    return render_number(number, code, date_1904=date_1904)


def _rendered(value: str, text: str, code: str, *, date_1904: bool) -> str:
    if ERROR.fullmatch(text.strip()):
        return text.strip()
    number = stored_number(value)
    if number is None:
        return text
    if text in BOOLEANS and number in {0, 1}:
        return text
    rendered = _render(number, code, date_1904=date_1904)
    if text.rstrip().endswith("%") and "%" not in rendered:
        raise ValueError("a text in percent over a number that is none")
    return rendered


def _time(value: str, text: str, code: str | None) -> str:
    found = SPAN.fullmatch(value)
    if found is None:
        return text or value
    days, hours, minutes = (int(found[i] or 0) for i in (2, 3, 4))
    seconds = float((found[5] or "0").replace(",", ".")) + 60 * (minutes + 60 * (hours + 24 * days))
    signed = -seconds if found[1] else seconds
    return render_number(signed / DAY_SECONDS, code if code not in {None, "General"} else DEFAULT["time"])
