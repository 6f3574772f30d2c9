"""Binary workbooks (.xlsb): the same parts as .xlsx in records, of which [MS-XLSB] tells the structure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transforms.readers.workbook.error_codes import ERRORS
from transforms.readers.workbook.found_cells import DAMAGED, FoundCells
from transforms.readers.workbook.package import Package, opened
from transforms.readers.workbook.seen_twice import Counts, SecondReading, can_lay_out
from transforms.readers.workbook.stored_cell import Book, CellTexts
from transforms.readers.workbook.worksheet import Place, Worksheet
from transforms.readers.workbook.xlsb_records import read_records, rk_number, wide_text
from transforms.readers.workbook.xlsb_styles import Font, read_strings, read_styles, rich_text
from transforms.readers.workbook.xlsx import threaded_comments
from transforms.readers.workbook.xlsx_strings import Text

PROPERTIES, SHEET, CALCULATION, MERGED, COMMENT = 153, 156, 157, 176, 635
BEGIN_CELLS, END_CELLS, ROW, COLUMNS = 145, 146, 0, 60
# Of the bits that dress a row.
HIDDEN_ROW = 0x10
BLANK, RK, ERROR, BOOLEAN, REAL, TEXT, LISTED_TEXT, RICH_TEXT = 1, 2, 3, 4, 5, 6, 7, 62
FORMULAS = {8: TEXT, 9: REAL, 10: BOOLEAN, 11: ERROR}
# Cells that follow the last one without a place of their own.
SHORT = {12: BLANK, 13: RK, 14: ERROR, 15: BOOLEAN, 16: REAL, 17: TEXT, 18: LISTED_TEXT}


@dataclass
class _Contents:
    """What the workbook says of itself."""

    sheets: list[tuple[str, bool, str]]
    date_1904: bool = False
    may_be_uncomputed: bool = True


def read_xlsb(path: Path) -> list[Worksheet]:
    """The sheets of cells in the order of the workbook. A sheet too large to be laid out in full is not counted a second time.

    Raises
    ------
    DataRejected: not a whole workbook, or it inflates beyond measure.
    """
    with opened(path) as package:
        contents = _contents(package)
        styles, fonts = read_styles(package)
        book = Book(read_strings(package, fonts), styles, contents.date_1904)
        second = SecondReading(path)

        def count_again(found: FoundCells) -> Counts | None:
            return second.counts(found.name) if can_lay_out(found.bottom, found.right) else None

        worksheets = []
        for name, hidden, part in contents.sheets:
            found = FoundCells(name, hidden=hidden, comments=set(_comments(package, part)))
            _read_cells(package, part, found, book, fonts)
            if contents.may_be_uncomputed:
                found.question_zeros()
            worksheets.append(found.worksheet(count_again))
        return worksheets


def _contents(package: Package) -> _Contents:
    contents, related = _Contents([]), package.related(package.workbook)
    for number, body in read_records(package.open(package.workbook).read()):
        if number == PROPERTIES:
            contents.date_1904 = bool(body[0] & 1)
        elif number == CALCULATION:
            contents.may_be_uncomputed = bool(body[24] & 1)
        elif number == SHEET:
            link, end = wide_text(body, 8)
            kind, part = related.get(link, ("", ""))
            if kind == "worksheet":
                contents.sheets.append((wide_text(body, end)[0], struct.unpack_from("<I", body)[0] != 0, part))
    return contents


def _read_cells(package: Package, part: str, found: FoundCells, book: Book, fonts: list[Font]) -> None:
    in_cells, row, column = False, -1, -1
    texts = CellTexts(found, book)
    for number, body in read_records(package.open(part).read()):
        if number in {BEGIN_CELLS, END_CELLS}:
            in_cells = number == BEGIN_CELLS
        elif number == MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            found.merged.append((top, left, bottom, right))
        elif in_cells and number == ROW:
            (row,), column = struct.unpack_from("<I", body), -1
            if len(body) > 11 and body[11] & HIDDEN_ROW:
                found.hidden_rows.append((row, row))
        elif number == COLUMNS and body[16] & 1:
            found.hidden_columns.append(struct.unpack_from("<2I", body))
        elif in_cells and (number in SHORT or number <= max(FORMULAS) or number == RICH_TEXT):
            is_short = number in SHORT
            column = column + 1 if is_short else struct.unpack_from("<I", body)[0]
            found.reach(row, column)
            _take(texts, (row, column), number, body, 0 if is_short else 4, fonts)


def _take(texts: CellTexts, place: Place, number: int, body: bytes, at: int, fonts: list[Font]) -> None:
    """Take a cell whose style stands at `at` of the record, and its value behind that."""
    kind = FORMULAS.get(number, SHORT.get(number, number))
    if kind == BLANK:
        return
    style = str(int.from_bytes(body[at : at + 3], "little"))
    stored = _stored(kind, body, at + 4, fonts)
    if stored is None:
        texts.found.question(place, DAMAGED.format("holds an error of an unknown kind"))
        return
    kind_name, value, own = stored
    texts.take(*place, kind_name, style, value, own, has_formula=number in FORMULAS)


def _stored(kind: int, body: bytes, at: int, fonts: list[Font]) -> tuple[str, str, Text | None] | None:
    """The type, as .xlsx calls it, and the value of a cell; its text where that has several fonts."""
    if kind == RK:
        return "n", repr(rk_number(struct.unpack_from("<I", body, at)[0])), None
    if kind == REAL:
        return "n", repr(struct.unpack_from("<d", body, at)[0]), None
    if kind == BOOLEAN:
        return "b", str(body[at]), None
    if kind == LISTED_TEXT:
        return "s", str(struct.unpack_from("<I", body, at)[0]), None
    if kind == ERROR:
        return ("e", ERRORS[body[at]], None) if body[at] in ERRORS else None
    own = rich_text(body, at, fonts) if kind == RICH_TEXT else Text(wide_text(body, at)[0])
    return "inlineStr" if kind == RICH_TEXT else "str", own.shown, own


def _comments(package: Package, part: str) -> Iterator[Place]:
    for comments in package.related_of(part, "comments"):
        for number, body in read_records(package.open(comments).read()):
            if number == COMMENT:
                row, _, column, _ = struct.unpack_from("<4I", body, 4)
                yield row, column
    yield from threaded_comments(package, part)
