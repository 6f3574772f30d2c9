"""SpreadsheetML 2003 that is named .xls: cells as a person sees them."""

from __future__ import annotations

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.raw_workbook import doubts
from transforms.readers.workbook.spreadsheet_ml import read_spreadsheet_ml
from transforms.readers.workbook.worksheet import Mark, Worksheet

STYLES = {
    "percent": '<NumberFormat ss:Format="0%"/>', "named": '<NumberFormat ss:Format="Percent"/>',
    "id": '<NumberFormat ss:Format="&quot;BJ-&quot;0000"/>', "short": '<NumberFormat ss:Format="Short Date"/>',
    "month": '<NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/>', "time": '<NumberFormat ss:Format="h:mm"/>',
    "span": '<NumberFormat ss:Format="[h]:mm"/>', "struck": '<Font ss:StrikeThrough="1"/>',
    "yellow": '<Interior ss:Color="#FFFF00" ss:Pattern="Solid"/>', "day": '<NumberFormat ss:Format="dd"/>',
}  # fmt: skip


def workbook(sheets: str, encoding: str = "UTF-8") -> bytes:
    styles = "".join(f'<Style ss:ID="{name}">{body}</Style>' for name, body in STYLES.items())
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40">'
        f'<Styles>{styles}<Style ss:ID="child" ss:Parent="percent"/></Styles>{sheets}</Workbook>'
    ).encode("gb18030" if encoding == "GB2312" else encoding)


def sheet(rows: str, name: str = "S") -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{rows}</Table></Worksheet>'


def read(rows: str) -> Worksheet:
    (found,) = read_spreadsheet_ml("a.xls", workbook(sheet(rows)))
    return found


def cell(value: str, kind: str = "String", style: str = "", index: int = 0, more: str = "") -> str:
    attributes = (f'ss:StyleID="{style}" ' if style else "") + (f'ss:Index="{index}" ' if index else "") + more
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


@pytest.mark.parametrize(
    ("value", "kind", "style", "shown"),
    [
        ("0.4567", "Number", "percent", "45.67%"),
        ("0.45", "Number", "named", "45%"),
        ("0.45", "Number", "child", "45%"),
        ("4", "Number", "id", "BJ-0004"),
        ("1.5E2", "Number", "Default", "150"),
        ("2021-03-05T00:00:00.000", "DateTime", "short", "2021-03-05"),
        ("2021-03-05T00:00:00.000", "DateTime", "month", "2021-03"),
        ("1899-12-31T08:30:00.000", "DateTime", "time", "08:30:00"),
        ("1900-01-01T06:05:00.000", "DateTime", "span", "30:05:00"),
        ("1", "Boolean", "Default", "TRUE"),
        ("#N/A", "Error", "Default", "#N/A"),
        ("0045", "String", "Default", "0045"),
        ("10<html:Sup>6</html:Sup>/L", "String", "Default", "10⁶/L"),
    ],
)
def test_a_cell_is_read_as_shown(value: str, kind: str, style: str, shown: str) -> None:
    found = read(f"<Row>{cell(value, kind, style)}</Row>")
    assert (found.cells, found.refused) == ({(0, 0): shown}, None)


def test_cells_stand_at_their_index_or_behind_the_one_before() -> None:
    merged = cell("d", more='ss:MergeAcross="1" ss:MergeDown="2"')
    first = f"<Row>{cell('a')}{cell('b', index=3)}{cell('c')}</Row>"
    found = read(f'{first}<Row ss:Index="4">{merged}{cell("e")}</Row><Row>{cell("f", index=3)}</Row>')
    assert found.cells == {(0, 0): "a", (0, 2): "b", (0, 3): "c", (3, 0): "d", (3, 2): "e", (4, 2): "f"}
    assert found.merged == ((3, 0, 5, 1),)


def test_a_cell_without_a_style_has_that_of_its_column() -> None:
    column = '<Column/><Column ss:StyleID="percent" ss:Span="1"/>'
    found = read(f"{column}<Row>{cell('0.5', 'Number') * 4}</Row>")
    assert [found.cells[0, i] for i in range(4)] == ["0.5", "50%", "50%", "0.5"]


def test_comments_struck_and_coloured_cells_are_marked() -> None:
    rows = "".join(f"<Row>{cell('x', style=style)}</Row>" for style in ("a", "b", "c", "struck", "yellow"))
    commented = '<Row><Cell><Data ss:Type="String">y</Data><Comment><ss:Data>secret</ss:Data></Comment></Cell></Row>'
    found = read(rows + commented)
    assert set(found.marks) == {Mark("struck", 3, 0), Mark("colored", 4, 0), Mark("comment", 5, 0)}
    assert found.cells[5, 0] == "y"


def test_sheets_keep_their_order_and_hidden_ones_are_told() -> None:
    options = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    hidden = sheet(f"<Row>{cell('x')}</Row>", "back").replace("</Worksheet>", f"{options}</Worksheet>")
    found = read_spreadsheet_ml("a.xls", workbook(sheet("", "blank") + hidden))
    assert [(each.name, each.hidden, len(each.cells)) for each in found] == [("blank", False, 0), ("back", True, 1)]


def test_a_small_character_set_is_read_as_the_large_one_programs_write() -> None:
    (found,) = read_spreadsheet_ml("a.xls", workbook(sheet(f"<Row>{cell('囍瞭')}</Row>"), "GB2312"))
    assert found.cells == {(0, 0): "囍瞭"}


@pytest.mark.parametrize("value", ["Zhang San", "1_0", "NaN", "1e400"])
def test_a_text_stored_as_a_number_costs_its_cell_and_is_not_quoted(value: str) -> None:
    found = read(f"<Row>{cell(value, 'Number', 'short')}{cell('kept')}</Row>")
    assert doubts(found) == {"A1": "has a text stored as a number"} and found.cells[0, 1] == "kept"
    assert value not in found.doubts[0, 0]


@pytest.mark.parametrize("held", ["", '<Data ss:Type="Number">0</Data>'])
def test_a_formula_that_was_never_computed_costs_its_cell(held: str) -> None:
    found = read(f'<Row>{cell("a")}<Cell ss:Formula="=1+1">{held}</Cell></Row>')
    assert doubts(found) == {"B1": "holds a formula that was never computed"} and found.cells[0, 0] == "a"


def test_a_number_shown_as_a_date_is_one_of_the_calendar_of_the_workbook() -> None:
    book = workbook(sheet(f"<Row>{cell('42798', 'Number', 'short')}</Row>"))
    settings = b"<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook><Styles>"
    (since_1900,), (since_1904,) = (
        read_spreadsheet_ml("a.xls", content) for content in (book, book.replace(b"<Styles>", settings, 1))
    )
    assert (since_1900.cells, since_1904.cells) == ({(0, 0): "2017-03-04"}, {(0, 0): "2021-03-05"})


def test_a_zero_beside_results_is_one() -> None:
    two = '<Cell ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell>'
    assert read(f"<Row>{two}{two.replace('>2<', '>0<')}</Row>").doubts == {}


def test_a_part_of_a_date_alone_costs_its_cell() -> None:
    found = read(f"<Row>{cell('2021-03-05T00:00:00', 'DateTime', 'day')}</Row>")
    assert doubts(found) == {"A1": "has a date of which only a part is shown"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(sheet("<Row/>"))[:-20], "a workbook that is whole; open it"),
        (workbook("").replace(b"?>\n<?mso", b'?><!DOCTYPE x [<!ENTITY a "b">]><?mso', 1), "without document type"),
        (workbook(""), "a workbook with a sheet; found none"),
    ],
)
def test_what_is_no_whole_workbook_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataRejected, match=said):
        read_spreadsheet_ml("a.xls", content)


def test_hidden_rows_and_columns_are_told() -> None:
    rows = f'<Row>{cell("a")}{cell("b")}</Row><Row ss:Hidden="1">{cell("c")}</Row>'
    found = read(f'<Column/><Column ss:Hidden="1" ss:Span="3"/>{rows}')
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {1})
