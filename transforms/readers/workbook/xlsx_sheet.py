"""The cells of one sheet of an .xlsx file, row by row, each as a person sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from transforms.readers.workbook.found_cells import NEVER_COMPUTED, UNKNOWN_FORMAT, FoundCells
from transforms.readers.workbook.moment_format import serial_of
from transforms.readers.workbook.number_format import render_number, render_text
from transforms.readers.workbook.package import Package, child, local
from transforms.readers.workbook.xlsx_strings import Text, forget, read_text, unescaped
from transforms.readers.workbook.xlsx_styles import Style

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)")
DAMAGED = "can't be read ({}); open the workbook in Excel, save it and send it again"
TEXTS = {"s", "str", "inlineStr"}
Merged = tuple[int, int, int, int]


@dataclass(frozen=True)
class Book:
    """What the sheets of a workbook share."""

    strings: Sequence[Text]
    styles: Sequence[Style]
    date_1904: bool


def read_cells(package: Package, part: str, name: str, book: Book) -> tuple[FoundCells, list[Merged]]:
    """The cells of a sheet, and its merged ranges."""
    walk, merged = _Walk(name, book), []
    for _, element in package.elements(part, "end", "row", "mergeCell"):
        kind = local(element)
        if kind == "row":
            walk.row(element)
            forget(element)
        elif kind == "mergeCell":
            merged.append(merged_range(element.get("ref", "")))
    return walk.found, [area for area in merged if area]


def place_of(name: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell's name."""
    found = PLACE.fullmatch(name)
    if found is None or found[2].strip("0") == "":
        raise ValueError(f"no cell {name}")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def merged_range(reference: str) -> Merged | None:
    """Top, left, bottom and right of a range such as A1:B2; nothing for what is none."""
    try:
        (top, left), (bottom, right) = (place_of(cell) for cell in reference.split(":"))
    except ValueError:
        return None
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


class _Walk:
    """A sheet on the way: the place of the last cell, since a cell may leave its own out, and the texts met so far."""

    def __init__(self, name: str, book: Book) -> None:
        self.found, self.book = FoundCells(name), book
        self.at_row, self.written = -1, 0
        self.texts: dict[tuple[str | None, str | None, str], str] = {}
        self.columns: dict[str, int] = {}

    def row(self, element: etree._Element) -> None:
        digits = element.get("r", "")
        self.at_row = int(digits) - 1 if digits.isascii() and digits.isdigit() else self.at_row + 1
        column = -1
        for cell in element:
            row, column = self._place(cell, digits, column)
            # A value alone is nearly every cell there is.
            value = cell[0].text if len(cell) == 1 and cell[0].tag.endswith("}v") else None
            self._cell(cell, row, column, value)
        self.found.reach(self.at_row, column)

    def _place(self, cell: etree._Element, digits: str, last: int) -> tuple[int, int]:
        name = cell.get("r")
        if not name:
            return self.at_row, last + 1
        column = self.columns.get(name[: -len(digits)]) if digits and name.endswith(digits) else None
        if column is not None:
            return self.at_row, column
        row, column = place_of(name)
        self.found.reach(row, column)
        if row == self.at_row and digits:
            self.columns[name[: -len(digits)]] = column
        return row, column

    def _cell(self, cell: etree._Element, row: int, column: int, value: str | None) -> None:
        kind, style = cell.get("t"), cell.get("s")
        found, inside = self.found, None
        if value is None:
            value, inside = self._content(cell, row, column, kind)
            if not value:
                return
        key = (kind, style, value)
        text = self.texts.get(key)
        if text is None:
            text = self._shown(key, row, column)
        if not text:
            return
        if (row, column) in found.cells:
            found.refuse(row, column, DAMAGED.format("it is there twice"))
        found.cells[row, column] = text
        if kind == "e":
            found.errors.add((row, column))
        self._marks(row, column, kind, style, value, inside)

    def _content(self, cell: etree._Element, row: int, column: int, kind: str | None) -> tuple[str, Text | None]:
        """The stored value of a cell that is more than a value, and its text where it holds one itself."""
        value, formula, own = child(cell, "v"), child(cell, "f"), child(cell, "is")
        text = read_text(own) if own is not None else None
        stored = (text.shown if text else "") or ((value.text or "") if value is not None else "")
        if formula is not None:
            self._formula(row, column, kind, stored, has_value=value is not None or text is not None)
        return stored, text

    def _formula(self, row: int, column: int, kind: str | None, stored: str, *, has_value: bool) -> None:
        # A formula whose result is the empty text has a value, which is empty.
        if not stored.strip() and not (kind == "str" and has_value):
            self.found.refuse(row, column, NEVER_COMPUTED)
        is_zero = not stored.strip() or (kind in {None, "n"} and NUMBER.fullmatch(stored) is not None and not float(stored))
        self.found.note_formula(row, column, is_zero=is_zero)

    def _shown(self, key: tuple[str | None, str | None, str], row: int, column: int) -> str:
        kind, style, value = key
        try:
            text = self._text(kind, self._style(style), value)
        except (ValueError, OverflowError) as fault:
            self.found.refuse(row, column, UNKNOWN_FORMAT.format(fault) if str(fault).startswith("a ") else DAMAGED.format(fault))
            return value
        text = text if text.strip() else ""
        self.texts[key] = text
        return text

    def _style(self, style: str | None) -> Style:
        index = int(style or 0)
        if not style and not self.book.styles:
            return Style()
        return self.book.styles[index] if index < len(self.book.styles) else Style(None)

    def _text(self, kind: str | None, style: Style, value: str) -> str:
        if kind in TEXTS:
            return render_text(self._stored_text(kind, value), style.code or "")
        if kind in {None, "n"}:
            return self._number(value, style)
        if kind == "b":
            return "TRUE" if value.strip().lower() in {"1", "true"} else "FALSE"
        if kind == "d":
            return self._day(value.strip(), style)
        if kind == "e":
            return value
        raise ValueError(f"type {kind}")

    def _stored_text(self, kind: str | None, value: str) -> str:
        if kind != "s":
            return unescaped(value) if kind == "str" else value
        index = int(value)
        if not 0 <= index < len(self.book.strings):
            raise ValueError("its text is missing")
        return self.book.strings[index].shown

    def _number(self, value: str, style: Style) -> str:
        value = value.strip()
        if not value:
            return ""
        if NUMBER.fullmatch(value) is None or abs(float(value)) == float("inf"):
            raise ValueError("no number in a cell of numbers")
        if style.code is None:
            raise ValueError("a number format that the file does not say")
        return render_number(float(value), style.code, date_1904=self.book.date_1904)

    def _day(self, value: str, style: Style) -> str:
        """A date stored as ISO text, in the format of its cell; a time or a span of time stays as it stands."""
        try:
            moment = datetime.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            return value
        code = style.code or "General"
        return render_number(serial_of(moment), "yyyy-mm-dd" if code == "General" else code)

    def _marks(self, row: int, column: int, kind: str | None, style: str | None, value: str, inside: Text | None) -> None:
        shown = self._style(style)
        text = inside or (self.book.strings[int(value)] if kind == "s" and value.isdigit() and int(value) < len(self.book.strings) else None)  # fmt: skip
        if shown.struck or (text and text.struck):
            self.found.struck.append((row, column))
        if look := shown.look or (text.look if text else ""):
            self.found.looks[row, column] = look
