"""Web pages that are named workbooks: tables as sheets, cells as a person sees them."""

from __future__ import annotations

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.raw_workbook import doubts
from transforms.readers.workbook.web_page import read_web_page
from transforms.readers.workbook.worksheet import Mark, Worksheet


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def read(body: str, head: str = "") -> Worksheet:
    (sheet,) = read_web_page("a.xls", page(body, head))
    return sheet


def cell(inner: str, attributes: str = "") -> str | None:
    return read(f"<table><tr><td {attributes}>{inner}</td></tr></table>").cells.get((0, 0))


def test_a_table_is_a_sheet() -> None:
    sheet = read("<table><tr><th>编号<th>age</tr><tr><td>0045</td><td>12&nbsp;</td></tr></table>")
    assert (sheet.name, sheet.cells) == ("Sheet1", {(0, 0): "编号", (0, 1): "age", (1, 0): "0045", (1, 1): "12"})


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("", "gb18030"), ("", "utf-8"), ("", "utf-16")],
)
def test_the_encoding_is_the_one_declared_marked_or_found(declared: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    content = f"<html><head>{meta}</head><table><tr><td>囍瞭</td></tr></table>".encode(encoding)
    (sheet,) = read_web_page("a.xls", content)
    assert sheet.cells == {(0, 0): "囍瞭"}


def test_utf8_beneath_another_declaration_is_refused() -> None:
    content = '<meta charset="gb2312"><table><tr><td>中文</td></tr></table>'.encode()
    with pytest.raises(DataRejected, match=r"a.xls: declares the encoding gb2312 and is written in UTF-8"):
        read_web_page("a.xls", content)


@pytest.mark.parametrize(
    ("attributes", "inner", "shown"),
    [
        ("""style='mso-number-format:"0%"' x:num="0.4567" """, "46%", "45.67%"),
        ("""style='mso-number-format:Percent' x:num="0.45" """, "45.00%", "45%"),
        ("""style='mso-number-format:"\\@"' """, "0045", "0045"),
        ("""style="mso-number-format:'yyyy\\\\-mm\\\\-dd'" x:num="44260" """, "2021-03-05", "2021-03-05"),
        ("""style='mso-number-format:"yyyy\\0022年\\0022m\\0022月\\0022"' x:num="44260" """, "2021年3月", "2021-03"),
        ("""style='mso-number-format:"\\0022BJ-\\00220000"' """, "4", "BJ-0004"),
        ("""style='mso-number-format:"0"' """, "110101199001011234", "110101199001011234"),
        ("""style='mso-number-format:"0"' """, "0045", "0045"),
        ("""style='mso-number-format:"0%"' """, "0.45", "45%"),
        ("""style='mso-number-format:"0%"' """, "45%", "45%"),
        ('x:num="0.3333333333" ', "0.33", "0.3333333333"),
        ('sdval="0.4567" sdnum="1033;0;0%"', "46%", "45.67%"),
        ('sdval="44260" sdnum="1033;0;D/M/YYYY"', "5/3/2021", "2021-03-05"),
        ('sdval="0" sdnum="1033;"', "#N/A", "#N/A"),
        ("", "10<sup>6</sup>/L", "10⁶/L"),
        ("", "a<br>b\n   c", "a\nb c"),
        ("", "<input type=text value='12'><script>x</script>", "12"),
        ("", "<select><option>no<option selected>yes</select>", "yes"),
    ],
)
def test_a_cell_is_read_as_shown(attributes: str, inner: str, shown: str) -> None:
    assert cell(inner, attributes) == shown


def test_a_format_of_a_class_is_that_of_its_cells() -> None:
    head = '<style><!-- td {color:red;} .xl64, .xl65 {mso-style-parent:style0; mso-number-format:"0\\.0%";} --></style>'
    assert read("<table><tr><td class='a xl65' x:num='0.45'>45.0%</td></tr></table>", head).cells == {(0, 0): "45%"}


def test_cells_over_rows_and_columns_push_the_others_aside() -> None:
    sheet = read("<table><tr><th rowspan=2>id<th colspan=2>cr</tr><tr><th>day<th>mrd</tr></table>")
    assert sheet.cells == {(0, 0): "id", (0, 1): "cr", (1, 1): "day", (1, 2): "mrd"}
    assert sheet.merged == ((0, 0, 1, 0), (0, 1, 0, 2))


def test_struck_and_coloured_cells_are_marked() -> None:
    rows = ["<tr><td>x</td></tr>"] * 4 + ["<tr><td><s>y</s></td></tr>", "<tr><td bgcolor=yellow>z</td></tr>"]
    assert set(read(f"<table>{''.join(rows)}</table>").marks) == {Mark("struck", 4, 0), Mark("colored", 5, 0)}


def test_several_tables_are_several_sheets_and_blank_ones_none() -> None:
    table = "<table><tr><td>{}</td></tr></table>"
    sheets = read_web_page("a.xls", page(table.format("a") + table.format("&nbsp;") + table.format("b")))
    assert [(sheet.name, sheet.cells) for sheet in sheets] == [("Sheet1", {(0, 0): "a"}), ("Sheet2", {(0, 0): "b"})]


def test_a_sheet_bears_the_name_that_excel_gave_it() -> None:
    head = "<!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>受试者 &amp; 随访</x:Name></x:ExcelWorksheet></xml><![endif]-->"
    assert read("<table><tr><td>a</td></tr></table>", head).name == "受试者 & 随访"


def test_a_table_around_others_is_their_frame() -> None:
    assert read("<table><tr><td>menu<td><table><tr><td>a</td></tr></table></td></tr></table>").cells == {(0, 0): "a"}


def test_rows_of_texts_around_another_table_are_refused() -> None:
    row = "<tr><td>1</td><td>2</td></tr>"
    inner = "<tr><td>3</td><td><table><tr><td>a</td></tr></table></td></tr>"
    with pytest.raises(DataRejected, match="one within a cell of another"):
        read(f"<table>{row}{row}{inner}</table>")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>Session expired</p>", "a web page without any, such as an error page; log in, download"),
        ("<table><tr><td>user</td><td><input type='password'></td></tr></table>", "found a page to log in; log in"),
        (
            "<frameset><frame src='a.files/sheet001.htm'></frameset>",
            "whose sheets are files beside it; open it in Excel",
        ),
        ("<table><tr><td>a</td></tr><tr><td>b", "the file is truncated; export it again"),
        ("<table><tr><td>&nbsp;</td></tr></table>", "a web page without any"),
    ],
)
def test_a_page_without_a_whole_table_says_what_it_is(body: str, said: str) -> None:
    with pytest.raises(DataRejected, match=said):
        read(body)


def test_a_format_that_shows_a_part_of_a_date_alone_costs_its_cell() -> None:
    sheet = read("""<table><tr><td>x</td><td style='mso-number-format:"dd"' x:num="44260">05</td></tr></table>""")
    assert doubts(sheet) == {"B1": "has a date of which only a part is shown"} and sheet.cells[0, 0] == "x"


@pytest.mark.parametrize(
    ("stored", "code", "text", "seen"),
    [
        (42797, "YYYY-MM-DD", "2021-03-04", "2021-03-04"),
        (44259, "YYYY-MM-DD", "2021-03-04", "2021-03-04"),
        (42797, "D/M/YY", "4/3/21", "2021-03-04"),
        (42797, "YYYYMM", "202103", "2021-03"),
        (44259, "YYYY-MM-DD", "####", "2021-03-04"),
    ],
)
def test_a_date_stored_by_either_calendar_is_the_one_that_the_page_shows(
    stored: int, code: str, text: str, seen: str
) -> None:
    assert cell(text, f'sdval="{stored}" sdnum="1033;0;{code}"') == seen


def test_a_date_that_is_not_the_one_stored_beside_it_costs_its_cell() -> None:
    sheet = read('<table><tr><td sdval="44259" sdnum="1033;0;YYYY-MM-DD">2019-07-08</td><td>x</td></tr></table>')
    assert doubts(sheet) == {"A1": "has a text that is another date than the one stored beside it"}


def test_rows_behind_a_deep_cell_are_read_and_one_beyond_measure_is_refused() -> None:
    def nested(depth: int) -> str:
        return f"<table><tr><td>{'<i>' * depth}x{'</i>' * depth}</td></tr><tr><td>y</td></tr></table>"

    assert read(nested(265)).cells == {(0, 0): "x", (1, 0): "y"}
    with pytest.raises(DataRejected, match="nested too deep"):
        read(nested(20_000))


def test_rows_that_a_page_does_not_display_are_told() -> None:
    found = read(
        "<table><tr><td>a</td></tr><tr style='height:0;display: none'><td>b</td></tr><tr hidden><td>c</td></tr></table>"
    )
    assert found.hidden_rows == {1, 2}
