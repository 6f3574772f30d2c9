"""Excel 5 to 2003 (.xls): each cell with its format, by the one library that knows both."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from schemas.errors import DataRejected
from transforms.readers.kinds import OLE, refuse_no_workbook
from transforms.readers.workbook.biff_formulas import formulas_never_computed
from transforms.readers.workbook.error_codes import ERRORS
from transforms.readers.workbook.found_cells import NEVER_COMPUTED, UNKNOWN_FORMAT, FoundCells
from transforms.readers.workbook.number_format import render_number, render_text
from transforms.readers.workbook.rich_text import lowered, raised
from transforms.readers.workbook.seen_twice import second_reading_of_all
from transforms.readers.workbook.worksheet import Place, Worksheet
from transforms.readers.workbook.xls_styles import Font, Styles

TEXT = xlrd.XL_CELL_TEXT
STREAMS = ("Workbook", "Book")
BLANK = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}
UNICODE_FROM = 80
DAMAGED = "{file}: expected an Excel workbook that is whole; open it in Excel, save it as .xlsx and send it again"
CODE_PAGE = "text in a code page that the file does not name; save it as .xlsx and send it again"

Part = tuple[str, Font]


def read_xls(path: Path) -> list[Worksheet]:
    """The worksheets of an .xls file, in their order; charts and macros are none.

    Raises
    ------
    DataRejected: encrypted, damaged, another kind of file, or text whose code page the file does not name.
    """
    content = path.read_bytes()
    refuse_no_workbook(path.name, content)
    with _one_sentence(path.name):
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), verbosity=0
        )
        uncomputed = formulas_never_computed(_stream(content))
        styles = Styles(book)
        sheets = [
            _Sheet(book, sheet, styles).read(uncomputed.get(position, ()))
            for position, sheet in enumerate(book.sheets())
        ]
    second = second_reading_of_all(path, [(found.bottom, found.right) for found in sheets])
    return [found.worksheet(lambda found: second.counts(found.name) if second else None) for found in sheets]


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


def _stream(content: bytes) -> bytes:
    """The records of the workbook, out of their container where they have one."""
    if not content.startswith(OLE):
        return content
    container = CompDoc(content, logfile=io.StringIO())
    streams = (container.get_named_stream(name) for name in STREAMS)
    return next((bytes(stream) for stream in streams if stream), b"")


class _Sheet:
    """One sheet of the library's, on its way to a worksheet."""

    def __init__(self, book: Any, sheet: Any, styles: Styles) -> None:
        self.book, self.sheet, self.styles = book, sheet, styles
        self.found = FoundCells(sheet.name, hidden=sheet.visibility != 0, comments=set(sheet.cell_note_map))
        self.found.merged = [(top, left, below - 1, right - 1) for top, below, left, right in sheet.merged_cells]
        self.found.hidden_rows = [(row, row) for row, how in sheet.rowinfo_map.items() if how.hidden]
        self.found.hidden_columns = [(column, column) for column, how in sheet.colinfo_map.items() if how.hidden]
        # Days and grades are few, however many cells hold them.
        self.rendered: dict[tuple[float, int], str] = {}

    def read(self, uncomputed: Iterable[Place]) -> FoundCells:
        """All cells; those at `uncomputed` hold formulas that were never computed."""
        self.found.reach(self.sheet.nrows - 1, self.sheet.ncols - 1)
        for place in uncomputed:
            self.found.question(place, NEVER_COMPUTED)
        for row in range(self.sheet.nrows):
            kinds, values = self.sheet.row_types(row), self.sheet.row_values(row)
            for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
                if kind not in BLANK:
                    self._read((row, column), kind, value, self.sheet.cell_xf_index(row, column))
        return self.found

    def _read(self, place: Place, kind: int, value: Any, style: int) -> None:
        parts = self._parts(place, value, style) if kind == TEXT else []
        try:
            text = self._shown(place, kind, value, style, parts)
        except ValueError as unclear:
            self.found.question(place, UNKNOWN_FORMAT.format(unclear))
            return
        look = self.styles.style(style)
        fonts = [font for part, font in parts if part] or [look.font]
        colors = [look.fill, *sorted({font.color for font in fonts})]
        self.found.put(
            place,
            text,
            is_error=kind == xlrd.XL_CELL_ERROR,
            struck=any(font.struck for font in fonts),
            look="/".join(filter(None, colors)),
        )

    def _shown(self, place: Place, kind: int, value: Any, style: int, parts: list[Part]) -> str:
        if kind == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if value else "FALSE"
        if kind == xlrd.XL_CELL_ERROR:
            return str(ERRORS.get(value, "#ERROR!"))
        if kind == TEXT:
            if self.book.codepage is None and self.book.biff_version < UNICODE_FROM and not value.isascii():
                self.found.question(place, CODE_PAGE)
            return render_text("".join(_scripted(part, font) for part, font in parts), self._code(style))
        if (value, style) not in self.rendered:
            self.rendered[value, style] = render_number(value, self._code(style), date_1904=self.book.datemode == 1)
        return self.rendered[value, style]

    def _code(self, style: int) -> str:
        code = self.styles.style(style).code
        if code is None:
            raise ValueError("a number format that only the language of its Excel tells")
        return code

    def _parts(self, place: Place, text: str, style: int) -> list[Part]:
        """The parts of a text, each with its font. Places in it are counted in units of UTF-16."""
        changes = self.sheet.rich_text_runlist_map.get(place)
        own = self.styles.style(style).font
        if not changes:
            return [(text, own)]
        units = text.encode("utf-16-le", "surrogatepass")
        fonts = [own, *(self.styles.font(font) for _, font in changes)]
        starts = [0, *(2 * start for start, _ in changes)]
        return [
            (units[start:end].decode("utf-16-le", "surrogatepass"), font)
            for start, end, font in zip(starts, [*starts[1:], len(units)], fonts, strict=True)
        ]


def _scripted(part: str, font: Font) -> str:
    return raised(part) if font.script == 1 else lowered(part) if font.script == 2 else part
