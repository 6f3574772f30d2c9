"""What the stored value of a cell shows, by its type and style; the same for workbooks of XML and of records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.readers.workbook.days import render_day
from transforms.readers.workbook.found_cells import DAMAGED, NEVER_COMPUTED, UNKNOWN_FORMAT, FoundCells
from transforms.readers.workbook.number_format import plain_number, render_number, render_text, stored_number
from transforms.readers.workbook.worksheet import Place
from transforms.readers.workbook.xlsx_strings import Text, unescaped
from transforms.readers.workbook.xlsx_styles import Style

PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?0*([1-9][0-9]{0,6})", re.ASCII)
TEXTS = {"s", "str", "inlineStr"}
BOOLEANS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
# Texts remembered at a time; a sheet of a million different numbers need not keep them twice.
REMEMBERED = 2**17


@dataclass(frozen=True)
class Book:
    """What the sheets of a workbook share."""

    strings: Sequence[Text]
    styles: Sequence[Style]
    date_1904: bool


@dataclass(frozen=True)
class _Marked:
    """A text that is struck through or coloured, or that of an error cell."""

    text: str
    struck: bool
    look: str


def place_of(name: str) -> Place:
    """Row and column, from 0, of a cell's name."""
    found = PLACE.fullmatch(name)
    if found is None:
        raise ValueError(f"no cell {name}")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


class CellTexts:
    """Takes stored cells into a sheet as the texts they show; each distinct one is worked out once."""

    def __init__(self, found: FoundCells, book: Book) -> None:
        self.found, self.book = found, book
        self.known: dict[tuple[str, str, str], str | _Marked] = {}

    def take(
        self, row: int, column: int, kind: str, style: str, value: str | None, own: Text | None = None, *, has_formula: bool = False
    ) -> None:  # fmt: skip
        """Take one cell: its type, the number of its style and its stored value; `own` is a text of several fonts."""
        if has_formula:
            self._formula(row, column, kind, value)
        if not value:
            return
        shown = self.known.get((kind, style, value)) if own is None else None
        if shown is None:
            shown = self._shown(row, column, kind, style, value, own)
        if isinstance(shown, str):
            self.found.put((row, column), shown)
        else:
            self.found.put((row, column), shown.text, is_error=kind == "e", struck=shown.struck, look=shown.look)

    def _formula(self, row: int, column: int, kind: str, value: str | None) -> None:
        # A formula whose result is the empty text has a value, which is empty.
        is_blank = not (value or "").strip()
        if is_blank and not (kind == "str" and value is not None):
            self.found.question((row, column), NEVER_COMPUTED)
        is_zero = is_blank or (kind == "n" and stored_number(value or "") == 0)
        self.found.note_formula((row, column), is_zero=is_zero)

    def _shown(self, row: int, column: int, kind: str, number: str, value: str, own: Text | None) -> str | _Marked:
        """What a cell shows; of one in doubt, its stored value, so that it is counted as filled."""
        try:
            style = self._style(number)
            stored = own or self._stored_text(kind, value)
            text = self._text(kind, style, stored.shown)
        except (ValueError, OverflowError) as fault:
            self.found.question((row, column), _doubt(str(fault)))
            return value
        struck, look = style.struck or stored.struck, style.look or stored.look
        text = text if text.strip() else ""
        shown = _Marked(text, struck, look) if struck or look or kind == "e" else text
        if own is None:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[kind, number, value] = shown
        return shown

    def _style(self, number: str) -> Style:
        styles = self.book.styles
        index = int(number) if number.isdecimal() else -1 if number else 0
        return styles[index] if 0 <= index < len(styles) else Style(None)

    def _stored_text(self, kind: str, value: str) -> Text:
        if kind != "s":
            return Text(unescaped(value) if kind in TEXTS else value)
        # Python's own words on a text that is no number would quote it.
        index = int(value) if value.strip().isdecimal() else -1
        if not 0 <= index < len(self.book.strings):
            raise ValueError("refers to a text that is missing")
        return self.book.strings[index]

    def _text(self, kind: str, style: Style, value: str) -> str:
        if kind == "n":
            return self._number(value.strip(), style.code)
        if kind in TEXTS:
            return render_text(value, style.code or "")
        if kind == "b":
            return _true_or_false(value.strip().lower())
        if kind == "d":
            # A time or a span of time stays as it stands.
            return render_day(value, style.code) or value.strip()
        if kind == "e":
            return value
        raise ValueError(f"is of type {kind}")

    def _number(self, value: str, code: str | None) -> str:
        if not value:
            return ""
        number = stored_number(value)
        if number is None:
            raise ValueError("is said to be a number and is none")
        if code is None:
            raise ValueError("a number format the file does not describe")
        return plain_number(number) if code == "General" else render_number(number, code, date_1904=self.book.date_1904)


def _true_or_false(value: str) -> str:
    if value not in BOOLEANS:
        raise ValueError("is said to be true or false and is neither")
    return BOOLEANS[value]


def _doubt(reason: str) -> str:
    """A format nobody knows has another remedy than a cell that breaks the rules of the file."""
    return (UNKNOWN_FORMAT if reason.startswith("a ") else DAMAGED).format(reason)
