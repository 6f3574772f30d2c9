"""Web pages that are named workbooks: each table a sheet, as exports of hospital systems and Excel's own pages have them.

A page whose tables have no names of their own has Sheet1, Sheet2 ... in their order; a table around others is only their frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from lxml import etree, html

from schemas.errors import DataRejected
from transforms.readers.workbook.declared_text import declared_text
from transforms.readers.workbook.found_cells import FoundCells
from transforms.readers.workbook.web_cell import WebCell, css_formats, read_cell
from transforms.readers.workbook.worksheet import Place, Worksheet

OPENING, CLOSING = re.compile(r"<table[\s>]", re.IGNORECASE), re.compile(r"</table\s*>", re.IGNORECASE)
NAMES = re.compile(r"<x:Name>\s*([^<]*?)\s*</x:Name>")
ELSEWHERE = re.compile(r"<frameset[\s>]|<x:WorksheetSource\s", re.IGNORECASE)
PASSWORD = re.compile(r"""<input[^>]*type\s*=\s*["']?password""", re.IGNORECASE)
TOO_DEEP = "{file}: expected texts in cells; found elements nested too deep; save it as .xlsx and send it again"
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:collapse|hidden)", re.IGNORECASE)
MOST_SPAN, MOST_CELLS = 1_000, 10_000_000


def read_web_page(file: str, content: bytes) -> list[Worksheet]:
    """The tables of a page that hold something.

    Raises
    ------
    DataRejected: no table, a page to log in, sheets in files of their own, cut short, or its encoding can't be told.
    """
    text = declared_text(file, content)
    _refuse(file, text)
    # Without huge_tree the library leaves out, without a word, what follows elements nested too deep for it.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=True)
    root = html.document_fromstring(text.encode(), parser=parser) if text.strip() else None
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise DataRejected(TOO_DEEP.format(file=file))
    tables = [] if root is None else [table for table in root.iter("table") if not _is_frame(table)]
    _refuse_tables_within(file, root)
    formats = css_formats(text)
    try:
        sheets = [_Grid(formats).read(file, table) for table in tables]
    except RecursionError:
        raise DataRejected(TOO_DEEP.format(file=file)) from None
    filled = [sheet for sheet in sheets if sheet.cells or sheet.doubts]
    if not filled:
        raise DataRejected(
            f"{file}: expected a table; found a web page without any, such as an error page; log in, download the file anew and send it"
        )
    named = [unescape(name) for name in NAMES.findall(text)]
    numbered = len(named) != len(filled)
    for number, sheet in enumerate(filled):
        sheet.name = f"Sheet{number + 1}" if numbered else named[number]
    return [sheet.worksheet(numbered=numbered) for sheet in filled]


def _refuse(file: str, text: str) -> None:
    if PASSWORD.search(text):
        raise DataRejected(
            f"{file}: expected a table; found a page to log in; log in, download the file anew and send it"
        )
    if ELSEWHERE.search(text) and not OPENING.search(text):
        raise DataRejected(
            f"{file}: expected a table; found a page whose sheets are files beside it; open it in Excel, save it as .xlsx and send it"
        )
    if len(OPENING.findall(text)) > len(CLOSING.findall(text)):
        raise DataRejected(f"{file}: expected a table to its end; the file is truncated; export it again")


def _refuse_tables_within(file: str, root: etree._Element | None) -> None:
    """A frame has no rows of texts of its own; one that has is a table with others in its cells."""
    for table in [] if root is None else [table for table in root.iter("table") if _is_frame(table)]:
        own = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        rows = sum(sum(bool(_own_text(cell)) for cell in _cells(row)) > 1 for row in own)
        if rows > 1:
            raise DataRejected(
                f"{file}: expected tables side by side; found one within a cell of another; save it as .xlsx and send it again"
            )


def _own_text(cell: etree._Element) -> str:
    return "" if next(cell.iter("table"), None) is not None else "".join(map(str, cell.itertext())).strip()


def _is_frame(table: etree._Element) -> bool:
    return next((inner for inner in table.iterdescendants("table")), None) is not None


@dataclass
class _Grid:
    """A table laid out: cells that span rows and columns push the others aside."""

    formats: dict[str, str]
    found: FoundCells = field(default_factory=lambda: FoundCells(""))
    taken: set[Place] = field(default_factory=set)

    def read(self, file: str, table: etree._Element) -> FoundCells:
        """All rows of a table."""
        for row, line in enumerate(table.iter("tr")):
            column = 0
            if HIDDEN.search(line.get("style") or "") or line.get("hidden") is not None:
                self.found.hidden_rows.append((row, row))
            for cell in _cells(line):
                while (row, column) in self.taken:
                    column += 1
                self._take(cell, row, column)
                self._put(read_cell(cell, self.formats), row, column)
                column += 1
            if len(self.taken) > MOST_CELLS:
                raise DataRejected(f"{file}: holds more than {MOST_CELLS:,} cells; send it in parts")
        return self.found

    def _take(self, cell: etree._Element, row: int, column: int) -> None:
        down, across = _span(cell, "rowspan"), _span(cell, "colspan")
        if (down, across) != (1, 1):
            self.found.merged.append((row, column, row + down - 1, column + across - 1))
        self.taken.update((row + i, column + j) for i in range(down) for j in range(across))

    def _put(self, cell: WebCell, row: int, column: int) -> None:
        if cell.unclear:
            self.found.question((row, column), cell.unclear)
        if cell.comment:
            self.found.comments.add((row, column))
        self.found.put((row, column), cell.text, struck=cell.struck, look=cell.look)


def _cells(line: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in line.iterchildren("td", "th"))


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return min(max(int(text), 1), MOST_SPAN) if text.isdecimal() and text.isascii() else 1
