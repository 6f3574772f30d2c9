"""SpreadsheetML, the XML of Excel 2002 and 2003, which reporting systems still write and call .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from schemas.errors import DataRejected
from transforms.readers.workbook.builtin_formats import code_of
from transforms.readers.workbook.days import render_day
from transforms.readers.workbook.declared_text import declared_text
from transforms.readers.workbook.found_cells import NEVER_COMPUTED, UNKNOWN_FORMAT, FoundCells
from transforms.readers.workbook.number_format import render_number, render_text, stored_number
from transforms.readers.workbook.rich_text import lowered, raised
from transforms.readers.workbook.safe_xml import forget, read_elements
from transforms.readers.workbook.worksheet import Place, Worksheet

SS, X = "{urn:schemas-microsoft-com:office:spreadsheet}", "{urn:schemas-microsoft-com:office:excel}"
XHTML = "{http://www.w3.org/TR/REC-html40}"
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
HIDDEN = {"SheetHidden", "SheetVeryHidden"}
NO_COLOR = {None, "", "#FFFFFF", "#000000", "Automatic"}
NOTHING = {"", "0"}


@dataclass(frozen=True)
class _Style:
    """How cells of a style are shown. script: Superscript, Subscript or nothing."""

    code: str = "General"
    struck: bool = False
    look: str = ""
    script: str = ""


PLAIN = _Style()


@dataclass
class _Table(FoundCells):
    """One sheet on its way to a worksheet. columns: their styles. next_row, next_column: where the next ones stand."""

    columns: dict[int, str] = field(default_factory=dict)
    next_row: int = 0
    next_column: int = 0


def read_spreadsheet_ml(file: str, content: bytes) -> list[Worksheet]:
    """The worksheets of a workbook in XML, in their order.

    Raises
    ------
    DataRejected: no well-formed XML to its end, a document type, or it holds no worksheet.
    """
    text = DECLARATION.sub("", declared_text(file, content).lstrip("\ufeff"), count=1)
    workbook = _Workbook()
    tags = [f"{SS}Style", f"{SS}Column", f"{SS}Row", f"{SS}Worksheet", f"{X}Visible", f"{X}Date1904"]
    for element in read_elements(file, text.strip().encode(), tags):
        workbook.read(element)
    if not workbook.tables:
        raise DataRejected(f"{file}: expected a workbook with a sheet; found none; export it again")
    return workbook.worksheets()


class _Workbook:
    """The parts of a workbook as they are read."""

    def __init__(self) -> None:
        self.styles: dict[str, _Style] = {}
        self.tables: dict[etree._Element, _Table] = {}
        self.date_1904 = False

    def read(self, element: etree._Element) -> None:
        kind = element.tag.split("}")[1]
        if kind == "Style":
            self.styles[_get(element, "ID")] = _style(element, self.styles.get(_get(element, "Parent"), PLAIN))
            return
        if kind == "Date1904":
            self.date_1904 = True
        sheet = next((up for up in (element, *element.iterancestors()) if up.tag == f"{SS}Worksheet"), None)
        if sheet is None:
            return
        table = self.tables.setdefault(sheet, _Table(_get(sheet, "Name")))
        if kind == "Visible":
            table.hidden = (element.text or "").strip() in HIDDEN
        elif kind == "Column":
            _add_column(table, element)
        elif kind == "Row":
            self._row(table, element)
            forget(element)

    def worksheets(self) -> list[Worksheet]:
        if not any(table.results for table in self.tables.values()):
            for table in self.tables.values():
                table.question_zeros()
        return [table.worksheet() for table in self.tables.values()]

    def _row(self, table: _Table, element: etree._Element) -> None:
        row, column = _index(element, table.next_row), 0
        for cell in element.iterchildren(f"{SS}Cell"):
            column = _index(cell, column)
            named = _get(cell, "StyleID") or _get(element, "StyleID") or table.columns.get(column, "Default")
            self._cell(table, cell, self.styles.get(named, PLAIN), (row, column))
            column += 1 + _number(cell, "MergeAcross")
        if _get(element, "Hidden") == "1":
            table.hidden_rows.append((row, row))
        table.next_row = row + 1 + _number(element, "Span")

    def _cell(self, table: _Table, cell: etree._Element, style: _Style, place: Place) -> None:
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        if across or down:
            table.merged.append((*place, place[0] + down, place[1] + across))
        if cell.find(f"{SS}Comment") is not None:
            table.comments.add(place)
        data = cell.find(f"{SS}Data")
        if _get(cell, "Formula"):
            self._formula(table, data, place)
        if data is None:
            return
        try:
            seen = _seen(data, style, date_1904=self.date_1904)
        except ValueError as unclear:
            table.question(place, UNKNOWN_FORMAT.format(unclear))
            return
        struck = style.struck or next(data.iter(f"{XHTML}S"), None) is not None
        table.put(place, seen, is_error=_get(data, "Type") == "Error", struck=struck, look=style.look)

    def _formula(self, table: _Table, data: etree._Element | None, place: Place) -> None:
        """A formula without data was never computed; one that holds 0 or nothing perhaps, where all of the workbook do."""
        is_zero = data is None or "".join(map(str, data.itertext())).strip() in NOTHING
        table.note_formula(place, is_zero=is_zero)
        if data is None:
            table.question(place, NEVER_COMPUTED)


def _seen(data: etree._Element, style: _Style, *, date_1904: bool) -> str:
    kind, text = _get(data, "Type"), "".join(_pieces(data))
    if kind == "Number":
        return _number_seen(text, style.code, date_1904=date_1904) if text.strip() else ""
    if kind == "DateTime":
        return render_day(text, style.code) or text
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "Error":
        return text.strip() or "#N/A"
    whole = raised(text) if style.script == "Superscript" else lowered(text) if style.script == "Subscript" else text
    return render_text(whole, style.code)


def _number_seen(text: str, code: str, *, date_1904: bool) -> str:
    number = stored_number(text)
    if number is None:
        raise ValueError("a text stored as a number")
    return render_number(number, code, date_1904=date_1904)


def _pieces(element: etree._Element) -> Iterator[str]:
    """The text of an element, raised and lowered where it is tagged so."""
    yield element.text or ""
    for child in element:
        inner = "".join(_pieces(child)) if isinstance(child.tag, str) else ""
        kind = str(child.tag).removeprefix(XHTML)
        yield raised(inner) if kind == "Sup" else lowered(inner) if kind == "Sub" else inner
        yield child.tail or ""


def _style(element: etree._Element, parent: _Style) -> _Style:
    found = element.find(f"{SS}NumberFormat")
    code = parent.code if found is None else code_of(_get(found, "Format") or "General")
    font, interior = element.find(f"{SS}Font"), element.find(f"{SS}Interior")
    struck = parent.struck if font is None else _get(font, "StrikeThrough") == "1"
    script = parent.script if font is None else _get(font, "VerticalAlign")
    colors = [_get(part, "Color") for part in (interior, font) if part is not None]
    return _Style(code, struck, "/".join(color for color in colors if color not in NO_COLOR), script)


def _add_column(table: _Table, element: etree._Element) -> None:
    first = _index(element, table.next_column)
    last = first + min(_number(element, "Span"), 16_384)
    if name := _get(element, "StyleID"):
        table.columns.update(dict.fromkeys(range(first, last + 1), name))
    if _get(element, "Hidden") == "1":
        table.hidden_columns.append((first, last))
    table.next_column = last + 1


def _get(element: etree._Element, name: str) -> str:
    return element.get(f"{SS}{name}") or ""


def _number(element: etree._Element, name: str) -> int:
    text = _get(element, name)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _index(element: etree._Element, following: int) -> int:
    """Where a row or cell stands, from 0: at its index, else behind the one before."""
    return _number(element, "Index") - 1 if _number(element, "Index") else following
