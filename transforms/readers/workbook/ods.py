"""OpenDocument spreadsheets, packed (.ods) and flat (.fods): each cell by its value and its style, row by row."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from schemas.errors import DataRejected
from transforms.readers.compressed import refuse_inflating
from transforms.readers.kinds import refuse_no_workbook
from transforms.readers.workbook.found_cells import NEVER_COMPUTED, UNKNOWN_FORMAT, FoundCells
from transforms.readers.workbook.odf_names import META, OFFICE, TABLE
from transforms.readers.workbook.odf_styles import Look, Styles
from transforms.readers.workbook.odf_text import cell_runs, written
from transforms.readers.workbook.odf_values import holds_nothing, is_error, shown
from transforms.readers.workbook.safe_xml import forget, read_elements
from transforms.readers.workbook.seen_twice import second_reading_of_all
from transforms.readers.workbook.worksheet import Place, Worksheet

CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
GROUPS = {f"{TABLE}{name}" for name in ("table-rows", "table-row-group", "table-header-rows")}
COLUMN_GROUPS = {f"{TABLE}{name}" for name in ("table-columns", "table-column-group", "table-header-columns")}
PARTS = [
    f"{OFFICE}styles", f"{OFFICE}automatic-styles", f"{TABLE}null-date", f"{TABLE}table-column", f"{TABLE}table-row",
    f"{TABLE}table", f"{META}generator",
]  # fmt: skip
# Programs that compute what they write; of any other, a formula whose result is 0 or nothing may never have been computed.
COMPUTING = re.compile(
    r"libreoffice|openoffice|staroffice|collabora|microsoft|gnumeric|calligra|koffice|kspread|wps|onlyoffice",
    re.IGNORECASE,
)
# A row of a few letters can be repeated a million times.
MOST_CELLS = 10_000_000
EPOCH_1904 = "1904-01-01"
# The sheets of other files that LibreOffice keeps for formulas which refer to them.
OF_ANOTHER_FILE = "'file:"


def read_ods(path: Path) -> list[Worksheet]:
    """The sheets of an OpenDocument spreadsheet, in their order.

    Raises
    ------
    DataRejected: encrypted, damaged, another kind of file, or it holds more cells than memory.
    """
    content = path.read_bytes()
    refuse_no_workbook(path.name, content)
    file = _File(path.name)
    for part in _parts(path.name, path) if content.startswith(b"PK") else [content]:
        file.read(part)
    tables = file.sheets()
    second = second_reading_of_all(path, [(table.bottom, table.right) for table in file.tables.values()])
    return [table.worksheet(lambda found: second.counts(found.name) if second else None) for table in tables]


def _parts(name: str, path: Path) -> list[bytes]:
    """What the package says of its program, its styles and its content, in this order."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_inflating(name, archive)
            there = set(archive.namelist())
            return [archive.read(part) for part in ("meta.xml", "styles.xml", "content.xml") if part in there]
    except DataRejected:
        raise
    except Exception:  # noqa: BLE001 - a damaged archive fails in many ways
        raise DataRejected(f"{name}: expected a complete workbook; create and send it again") from None


@dataclass
class _Table(FoundCells):
    """One sheet on its way to a worksheet. next_row: where the next row stands. column_ends, column_styles: of groups of columns."""

    next_row: int = 0
    column_ends: list[int] = field(default_factory=list)
    column_styles: list[str] = field(default_factory=list)

    def add_columns(self, column: etree._Element) -> None:
        """The style that cells of these columns have where they give none."""
        last = (self.column_ends or [-1])[-1]
        self.column_ends.append(last + _count(column, "number-columns-repeated"))
        if _is_hidden(column):
            self.hidden_columns.append((last + 1, self.column_ends[-1]))
        self.column_styles.append(column.get(f"{TABLE}default-cell-style-name", ""))

    def column_style(self, column: int) -> str:
        """That style, for one column."""
        at = bisect_left(self.column_ends, column)
        return self.column_styles[at] if at < len(self.column_styles) else ""


class _File:
    """The parts of a file as they are read."""

    def __init__(self, name: str) -> None:
        self.name, self.generator, self.date_1904 = name, "", False
        self.styles = Styles([])
        self.tables: dict[etree._Element, _Table] = {}
        self.count = 0

    def read(self, content: bytes) -> None:
        for element in read_elements(self.name, content, PARTS):
            kind = element.tag.split("}")[1]
            if kind in {"styles", "automatic-styles"} and _styles_cells(element):
                self.styles = Styles(list(element), behind=self.styles)
            elif kind == "generator":
                self.generator = element.text or ""
            elif kind == "null-date":
                self.date_1904 = element.get(f"{TABLE}date-value") == EPOCH_1904
            elif kind.startswith("table") and (table := _table_of(element)) is not None:
                self._sheet_part(table, element, kind)

    def sheets(self) -> list[_Table]:
        tables = [table for table in self.tables.values() if not table.name.startswith(OF_ANOTHER_FILE)]
        if not tables:
            raise DataRejected(
                f"{self.name}: expected a spreadsheet; found a document without one; save it as .xlsx and send it again"
            )
        if not COMPUTING.search(self.generator) and not any(table.results for table in tables):
            for table in tables:
                table.question_zeros()
        return tables

    def _sheet_part(self, table: etree._Element, element: etree._Element, kind: str) -> None:
        if table not in self.tables:
            look = self.styles.look("table", table.get(f"{TABLE}style-name", ""))
            self.tables[table] = _Table(table.get(f"{TABLE}name", ""), look.hidden)
        if kind == "table-column":
            self.tables[table].add_columns(element)
        elif kind == "table-row":
            self._row(self.tables[table], element)
            forget(element)

    def _row(self, table: _Table, element: etree._Element) -> None:
        repeated, column, is_filled = _count(element, "number-rows-repeated"), 0, False
        row_style = element.get(f"{TABLE}default-cell-style-name", "")
        for cell in element:
            if cell.tag not in CELLS:
                continue
            times = _count(cell, "number-columns-repeated")
            if len(cell) or cell.get(f"{OFFICE}value-type") or cell.get(f"{TABLE}formula"):
                table.reach(table.next_row + repeated - 1, column + times - 1)
                is_filled = True
                name = cell.get(f"{TABLE}style-name") or row_style or table.column_style(column)
                self._cell(table, cell, self.styles.look("table-cell", name), (repeated, times), column)
            column += times
        if is_filled and _is_hidden(element):
            table.hidden_rows.append((table.next_row, table.next_row + repeated - 1))
        table.next_row += repeated

    def _cell(self, table: _Table, cell: etree._Element, look: Look, repeated: Place, column: int) -> None:
        place = table.next_row, column
        paragraphs = cell_runs(cell, look, self.styles)
        text = written(paragraphs)
        self._merge(table, cell, place)
        if cell.find(f"{OFFICE}annotation") is not None:
            table.comments.add(place)
        if cell.get(f"{TABLE}formula"):
            self._formula(table, cell, text, place)
        try:
            seen = shown(cell, text, look.code, date_1904=self.date_1904)
        except ValueError as unclear:
            for one in self._places(place, repeated):
                table.question(one, UNKNOWN_FORMAT.format(unclear))
            return
        if seen.strip():
            struck = look.struck or any(part.struck for runs in paragraphs for piece, part in runs if piece)
            for one in self._places(place, repeated):
                table.put(one, seen, is_error=is_error(cell), struck=struck, look=look.colors)

    def _places(self, place: Place, repeated: Place) -> list[Place]:
        """All places of a cell that the file writes once for several."""
        (row, column), (rows, columns) = place, repeated
        self.count += rows * columns
        if self.count > MOST_CELLS:
            raise DataRejected(f"{self.name}: holds more than {MOST_CELLS:,} cells; send it in parts")
        return [
            (at_row, at_column) for at_row in range(row, row + rows) for at_column in range(column, column + columns)
        ]

    def _formula(self, table: _Table, cell: etree._Element, text: str, place: Place) -> None:
        """A formula without any result was never computed; what a 0 means is known at the end of the file alone."""
        is_zero = holds_nothing(cell) and not text.strip(" 0.")
        table.note_formula(place, is_zero=is_zero)
        if (
            is_zero
            and not len(cell)
            and cell.get(f"{OFFICE}value-type") is None
            and not COMPUTING.search(self.generator)
        ):
            table.question(place, NEVER_COMPUTED)

    def _merge(self, table: _Table, cell: etree._Element, place: Place) -> None:
        rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if (rows, columns) != (1, 1):
            table.merged.append((*place, place[0] + rows - 1, place[1] + columns - 1))


def _count(element: etree._Element, name: str) -> int:
    """How often something is repeated; what is no number is once."""
    text = element.get(f"{TABLE}{name}")
    if text is None:
        return 1
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1


def _is_hidden(element: etree._Element) -> bool:
    """Whether a row or column is folded away or filtered out."""
    return element.get(f"{TABLE}visibility") in {"collapse", "filter"}


def _table_of(element: etree._Element) -> etree._Element | None:
    """The sheet a row or column belongs to; none within a chart, a tracked change or a table in a cell."""
    if element.tag == f"{TABLE}table":
        return element if _is_sheet(element) else None
    for around in element.iterancestors():
        if around.tag == f"{TABLE}table":
            return around if _is_sheet(around) else None
        if around.tag not in GROUPS | COLUMN_GROUPS:
            return None
    return None


def _styles_cells(styles: etree._Element) -> bool:
    """Not those of page headers, nor those of a document within a drawing."""
    around = [element.tag.removeprefix(OFFICE) for element in styles.iterancestors()]
    return around in (["document-content"], ["document"]) or (
        around == ["document-styles"] and styles.tag == f"{OFFICE}styles"
    )


def _is_sheet(table: etree._Element) -> bool:
    """Of the document itself, not of one within a drawing."""
    around = [element.tag.removeprefix(OFFICE) for element in table.iterancestors()]
    return around in (["spreadsheet", "body", "document-content"], ["spreadsheet", "body", "document"])
