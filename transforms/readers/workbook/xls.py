"""Excel 5 to 2003 (.xls): each cell with its format, by the one library that knows both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from schemas.errors import DataRejected
from transforms.readers.kinds import refuse_kind
from transforms.readers.workbook.biff_formulas import formulas_never_computed
from transforms.readers.workbook.builtin_formats import format_code
from transforms.readers.workbook.colors import telling_colors
from transforms.readers.workbook.number_format import render_number, render_text
from transforms.readers.workbook.recount import recounted
from transforms.readers.workbook.rich_text import lowered, raised
from transforms.readers.workbook.worksheet import Mark, Worksheet, cell_name

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
TEXT = xlrd.XL_CELL_TEXT
STREAMS = ("Workbook", "Book")
ERRORS = {**xlrd.error_text_from_code, 0x2B: "#GETTING_DATA"}
BLACK_OR_WHITE = {(0, 0, 0), (255, 255, 255)}
UNICODE_FROM = 80


def read_xls(path: Path) -> list[Worksheet]:
    """The worksheets of an .xls file, in their order; charts and macros are none.

    Raises
    ------
    DataRejected: encrypted, damaged, another kind of file, or text whose code page the file does not name.
    """
    content = path.read_bytes()
    refuse_kind(path.name, content)
    with _one_sentence(path.name):
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), verbosity=0
        )
        uncomputed = formulas_never_computed(_stream(content))
        sheets = [_Sheet(book, sheet) for sheet in book.sheets()]
        worksheets = [sheet.worksheet(uncomputed.get(position)) for position, sheet in enumerate(sheets)]
    return recounted(path, worksheets, {sheet.sheet.name: sheet.errors for sheet in sheets})


@contextmanager
def _one_sentence(file: str) -> Iterator[None]:
    """The library meets damaged bytes with asserts, struct and index errors and more."""
    try:
        yield
    except DataRejected:
        raise
    except xlrd.XLRDError as fault:
        if "encrypted" in str(fault):
            raise DataRejected(
                f"{file}: expected a workbook without password; save it without password and send it over the secured share instead"
            ) from None
        raise DataRejected(DAMAGED.format(file=file)) from None
    except Exception:  # noqa: BLE001 - see above
        raise DataRejected(DAMAGED.format(file=file)) from None


REMEDY = "format it as a number or a date, save the workbook and send it again"
DAMAGED = "{file}: expected an Excel workbook that is whole; open it in Excel, save it as .xlsx and send it again"


def _stream(content: bytes) -> bytes:
    """The records of the workbook, out of their container where they have one."""
    if not content.startswith(OLE2):
        return content
    container = CompDoc(content, logfile=io.StringIO())
    streams = (container.get_named_stream(name) for name in STREAMS)
    return next((bytes(stream) for stream in streams if stream), b"")


class _Sheet:
    """One sheet of the library's, on its way to a worksheet."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.cells: dict[tuple[int, int], str] = {}
        self.looks: dict[tuple[int, int], str] = {}
        self.errors: set[tuple[int, int]] = set()
        self.marks = [Mark("comment", row, column) for row, column in sheet.cell_note_map]
        self.refused: str | None = None

    def worksheet(self, uncomputed: tuple[int, int] | None) -> Worksheet:
        if uncomputed:
            self._refuse(
                uncomputed, "holds formulas that were never computed; open it in Excel, save it and send it again"
            )
        for row in range(self.sheet.nrows):
            for column, cell in enumerate(self.sheet.row(row)):
                if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    self._read(row, column, cell)
        self.marks += [Mark("colored", *place) for place in telling_colors(self.cells, self.looks)]
        merged = tuple((top, left, below - 1, right - 1) for top, below, left, right in self.sheet.merged_cells)
        hidden = self.sheet.visibility != 0
        return Worksheet(self.sheet.name, hidden, self.cells, merged, tuple(self.marks), self.refused)

    def _read(self, row: int, column: int, cell: Any) -> None:
        try:
            text = self._shown(row, column, cell)
        except ValueError as unclear:
            self._refuse((row, column), f"expected a cell that shows what it holds; found {unclear}; {REMEDY}")
            return
        if text:
            self.cells[row, column] = text
            self._note_look(row, column, cell)

    def _refuse(self, cell: tuple[int, int], why: str) -> None:
        self.refused = self.refused or f"{self.sheet.name} {cell_name(*cell)}: {why}"

    def _shown(self, row: int, column: int, cell: Any) -> str:
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        if cell.ctype == xlrd.XL_CELL_ERROR:
            self.errors.add((row, column))
            return str(ERRORS.get(cell.value, "#ERROR!"))
        if cell.ctype == TEXT:
            self._refuse_unknown_code_page(row, column, cell.value)
            text = "".join(self._script(part, font) for part, font in self._runs(row, column, cell))
            return render_text(text, self._code(cell))
        return render_number(cell.value, self._code(cell), date_1904=self.book.datemode == 1)

    def _refuse_unknown_code_page(self, row: int, column: int, text: str) -> None:
        if self.book.codepage is None and self.book.biff_version < UNICODE_FROM and not text.isascii():
            self._refuse(
                (row, column), "text in a code page that the file does not name; save it as .xlsx and send it again"
            )

    def _code(self, cell: Any) -> str:
        key = self.book.xf_list[cell.xf_index].format_key
        code = self.book.format_map[key].format_str or format_code(key, {})
        if code is None:
            raise ValueError("a number format that only the language of its Excel tells")
        return str(code)

    def _runs(self, row: int, column: int, cell: Any) -> list[tuple[str, Any]]:
        """The parts of a text, each with its font. Places in it are counted in units of UTF-16."""
        fonts = self.book.font_list
        changes = [(0, self.book.xf_list[cell.xf_index].font_index)]
        changes += self.sheet.rich_text_runlist_map.get((row, column), [])
        units = cell.value.encode("utf-16-le", "surrogatepass")
        ends = [2 * start for start, _ in changes[1:]] + [len(units)]
        return [
            (units[2 * start : end].decode("utf-16-le", "surrogatepass"), fonts[font])
            for (start, font), end in zip(changes, ends, strict=True)
        ]

    def _script(self, part: str, font: Any) -> str:
        return raised(part) if font.escapement == 1 else lowered(part) if font.escapement == 2 else part

    def _note_look(self, row: int, column: int, cell: Any) -> None:
        style = self.book.xf_list[cell.xf_index]
        own = self.book.font_list[style.font_index]
        fonts = [font for part, font in self._runs(row, column, cell) if part] if cell.ctype == TEXT else [own]
        if any(font.struck_out for font in fonts):
            self.marks.append(Mark("struck", row, column))
        fill = self._color(style.background.pattern_colour_index) if style.background.fill_pattern else ""
        colors = sorted({self._color(font.colour_index) for font in fonts} - {""})
        if look := "/".join(filter(None, [fill, *colors])):
            self.looks[row, column] = look

    def _color(self, index: int) -> str:
        """A colour of the palette; empty for what is black, white or left to Windows."""
        color = self.book.colour_map.get(index)
        return "" if color is None or color in BLACK_OR_WHITE else str(color)
