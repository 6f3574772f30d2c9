"""OpenDocument spreadsheets: what a person sees of each cell, and what can't be known said by sheet and cell."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import cut_short, flipped
from tests.transforms.readers.raw_workbook import doubts
from transforms.readers.workbook.ods import read_ods
from transforms.readers.workbook.worksheet import Mark, Worksheet

URN = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "office": f"{URN}office:1.0", "table": f"{URN}table:1.0", "text": f"{URN}text:1.0", "style": f"{URN}style:1.0",
        "number": f"{URN}datastyle:1.0", "fo": f"{URN}xsl-fo-compatible:1.0", "meta": f"{URN}meta:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)  # fmt: skip
FORMATS = {
    "percent": '<number:percentage-style style:name="F"><number:number number:decimal-places="0" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>',
    "literal": '<number:number-style style:name="F"><number:number number:decimal-places="0" number:min-integer-digits="1"/><number:text>%</number:text></number:number-style>',
    "id": '<number:number-style style:name="F"><number:text>BJ-</number:text><number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>',
    "month": '<number:date-style style:name="F"><number:year number:style="long"/><number:text>年</number:text><number:month/><number:text>月</number:text></number:date-style>',
    "year": '<number:date-style style:name="F"><number:year number:style="long"/></number:date-style>',
    "quarter": '<number:date-style style:name="F"><number:quarter/><number:year number:style="long"/></number:date-style>',
    "day": '<number:date-style style:name="F"><number:day/><number:text>/</number:text><number:month/><number:text>/</number:text><number:year/></number:date-style>',
    "time": '<number:time-style style:name="F"><number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:time-style>',
    "span": '<number:time-style style:name="F" number:truncate-on-overflow="false"><number:hours/><number:text>:</number:text><number:minutes/></number:time-style>',
    "grouped": '<number:number-style style:name="F"><number:number number:min-integer-digits="7"><number:embedded-text number:position="4">-</number:embedded-text></number:number></number:number-style>',
    "low": '<number:number-style style:name="P"><number:text>low</number:text></number:number-style><number:number-style style:name="F"><number:number number:min-integer-digits="1"/><style:map style:condition="value()&lt;1" style:apply-style-name="P"/></number:number-style>',
    "dashed": '<number:number-style style:name="F"><number:number number:min-integer-digits="0"><number:embedded-text number:position="4">-</number:embedded-text><number:embedded-text number:position="2">-</number:embedded-text></number:number></number:number-style>',
    "hidden": '<number:number-style style:name="P"><number:text/></number:number-style><number:text-style style:name="F"><number:text/><style:map style:condition="value()&gt;0" style:apply-style-name="P"/><style:map style:condition="value()&lt;0" style:apply-style-name="P"/><style:map style:condition="value()=0" style:apply-style-name="P"/></number:text-style>',
    "boolean": '<number:boolean-style style:name="F"><number:boolean/></number:boolean-style>',
}  # fmt: skip
STYLES = """<style:style style:name="base" style:family="table-cell" style:data-style-name="F"/>
<style:style style:name="c" style:family="table-cell" style:parent-style-name="base"/>
<style:style style:name="struck" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="yellow" style:family="table-cell"><style:table-cell-properties fo:background-color="#ffff00"/></style:style>
<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>"""
# The second library reads no package without one.
MANIFEST = f'<manifest:manifest xmlns:manifest="{URN}manifest:1.0"/>'
LIBREOFFICE = "LibreOffice/7.4"


def content(rows: str, code: str = "", *, name: str = "S", style: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}>'
        f"<office:automatic-styles>{code}{STYLES}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def package(path: Path, text: str, generator: str = LIBREOFFICE) -> Path:
    meta = f"<office:document-meta {SPACES}><office:meta><meta:generator>{generator}</meta:generator></office:meta></office:document-meta>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", text)
        archive.writestr("meta.xml", meta)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def read(tmp_path: Path, rows: str, code: str = "", *, generator: str = LIBREOFFICE) -> Worksheet:
    (sheet,) = read_ods(package(tmp_path / "a.ods", content(rows, code), generator))
    return sheet


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def text(words: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{words}</text:p></table:table-cell>'


def number(value: str, kind: str = "float", attributes: str = 'table:style-name="c"', words: str = "?") -> str:
    stored = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind, "value")
    return f'<table:table-cell office:value-type="{kind}" office:{stored}="{value}" {attributes}><text:p>{words}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("value", "kind", "code", "shown"),
    [
        ("0.45", "percentage", "percent", "45%"),
        ("0.4567", "percentage", "percent", "45.67%"),
        ("0.45", "percentage", "", "45%"),
        ("0.45", "float", "percent", "45%"),
        ("0.8", "float", "literal", "0.8%"),
        ("4", "float", "id", "BJ-0004"),
        ("1234567", "float", "grouped", "123-4567"),
        ("20210305", "float", "dashed", "2021-03-05"),
        ("2021-03-01", "date", "month", "2021-03"),
        ("2021-01-01", "date", "year", "2021"),
        ("2021-03-05", "date", "day", "2021-03-05"),
        ("2021-03-05", "date", "", "2021-03-05"),
        ("2021-03-05T08:30:00", "date", "", "2021-03-05 08:30:00"),
        ("1899-12-30", "date", "day", "1899-12-30"),
        ("PT08H30M00S", "time", "time", "08:30:00"),
        ("PT30H05M00S", "time", "span", "30:05:00"),
        ("true", "boolean", "", "TRUE"),
        ("1", "float", "boolean", "TRUE"),
        ("0.5", "float", "low", "low"),
        ("2.5", "float", "low", "2.5"),
        ("3.3000000000000003", "float", "", "3.3"),
        ("2021-03", "date", "day", "?"),
    ],
)
def test_a_cell_is_read_as_shown(tmp_path: Path, value: str, kind: str, code: str, shown: str) -> None:
    sheet = read(tmp_path, row(number(value, kind)), FORMATS.get(code, ""))
    assert (sheet.cells, sheet.refused) == ({(0, 0): shown}, None)


def test_a_cell_without_a_style_has_that_of_its_row_or_column(tmp_path: Path) -> None:
    columns = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:default-cell-style-name="c"/>'
    )
    cells = row(*[number("0.5", attributes="")] * 3).replace("<table:table-row>", "<table:table-row>", 1)
    styled = row(number("0.5", attributes="")).replace(
        "<table:table-row", '<table:table-row table:default-cell-style-name="c"', 1
    )
    sheet = read(tmp_path, columns + cells + styled, FORMATS["percent"])
    assert sheet.cells == {(0, 0): "0.5", (0, 1): "0.5", (0, 2): "50%", (1, 0): "50%"}


def test_an_error_cell_is_its_text(tmp_path: Path) -> None:
    cell = text("#DIV/0!", 'table:formula="of:=1/0" office:string-value="" calcext:value-type="error"')
    old = number("0", words="#N/A", attributes='table:formula="of:=NA()"')
    sheet = read(tmp_path, row(cell, old))
    assert (sheet.cells, sheet.refused) == ({(0, 0): "#DIV/0!", (0, 1): "#N/A"}, None)


def test_raised_digits_stay_raised_and_comments_are_no_text(tmp_path: Path) -> None:
    raised = '10<text:span text:style-name="up">6</text:span><text:s text:c="2"/>/L<text:line-break/>x'
    comment = "<office:annotation><text:p>a secret</text:p></office:annotation>"
    sheet = read(tmp_path, row(text(raised).replace("<text:p>", f"{comment}<text:p>", 1)))
    assert sheet.cells == {(0, 0): "10⁶  /L\nx"}
    assert sheet.marks == (Mark("comment", 0, 0),)


def test_struck_and_coloured_cells_are_marked(tmp_path: Path) -> None:
    plain = [row(text("x")) for _ in range(4)]
    sheet = read(
        tmp_path,
        "".join([*plain, row(text("y", 'table:style-name="struck"')), row(text("z", 'table:style-name="yellow"'))]),
    )
    assert set(sheet.marks) == {Mark("struck", 4, 0), Mark("colored", 5, 0)}


def test_repeated_cells_and_rows_are_there_as_often_as_they_say(tmp_path: Path) -> None:
    twice = text("x", 'table:number-columns-repeated="2"')
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    again = row(twice).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2">')
    assert read(tmp_path, again + row() + row(text("y")) + blank).cells == {
        (0, 0): "x", (0, 1): "x", (1, 0): "x", (1, 1): "x", (3, 0): "y",
    }  # fmt: skip


def test_a_cell_repeated_beyond_measure_is_refused(tmp_path: Path) -> None:
    rows = row(text("x", 'table:number-columns-repeated="16384"')).replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="1048576">'
    )
    with pytest.raises(DataRejected, match=r"a.ods: holds more than 10,000,000 cells; send it in parts"):
        read(tmp_path, rows)


def test_merged_cells_and_hidden_sheets_are_told(tmp_path: Path) -> None:
    rows = row(text("m", 'table:number-rows-spanned="2" table:number-columns-spanned="3"'))
    (sheet,) = read_ods(package(tmp_path / "a.ods", content(rows, style="hidden")))
    assert (sheet.merged, sheet.hidden) == (((0, 0, 1, 2),), True)


def test_rows_in_groups_are_read_and_tables_within_drawings_are_not(tmp_path: Path) -> None:
    inner = f'<table:table table:name="chart">{row(text("no"))}</table:table>'
    shapes = f"<table:shapes>{inner}</table:shapes>"
    grouped = f"<table:table-row-group><table:table-header-rows>{row(text('id'))}</table:table-header-rows>{row(text('1'))}</table:table-row-group>"
    assert read(tmp_path, shapes + grouped).cells == {(0, 0): "id", (1, 0): "1"}


def test_a_formula_without_a_result_was_never_computed(tmp_path: Path) -> None:
    sheet = read(tmp_path, row(text("a"), '<table:table-cell table:formula="of:=1+1"/>'), generator="odfpy")
    assert doubts(sheet) == {"B1": "holds a formula that was never computed"} and sheet.cells[0, 0] == "a"


@pytest.mark.parametrize(
    ("generator", "other", "computed"), [("odfpy", "", False), (LIBREOFFICE, "", True), ("odfpy", "2", True)]
)
def test_a_zero_is_a_result_where_its_program_computes(
    tmp_path: Path, generator: str, other: str, computed: bool
) -> None:
    formula = 'table:formula="of:=1-1"'
    cells = [number("0", attributes=formula, words="0")] + (
        [number(other, attributes=formula, words="2")] if other else []
    )
    assert (doubts(read(tmp_path, row(*cells), generator=generator)) == {}) == computed


def test_a_date_shown_by_its_quarter_costs_its_cell(tmp_path: Path) -> None:
    sheet = read(tmp_path, row(text("x"), number("2021-03-05", "date")), FORMATS["quarter"])
    assert doubts(sheet) == {"B1": "has a date shown by its quarter or week"} and sheet.cells[0, 0] == "x"


def test_a_text_is_shown_once_with_what_its_format_puts_around_it(tmp_path: Path) -> None:
    code = '<number:text-style style:name="F"><number:text-content/><number:text>!</number:text></number:text-style>'
    written = '<table:table-cell table:style-name="c" office:value-type="string" office:string-value="x"><text:p>x!</text:p></table:table-cell>'
    assert read(tmp_path, row(written), code).cells == {(0, 0): "x!"}


def test_what_a_format_hides_costs_its_cell(tmp_path: Path) -> None:
    hidden = '<table:table-cell table:style-name="c" office:value-type="string" office:string-value="x"><text:p/></table:table-cell>'
    found = read(tmp_path, row(number("5"), hidden, text("kept")), FORMATS["hidden"])
    assert doubts(found) == {"A1": "has a format that hides the number", "B1": "has a format that hides the text"}
    assert found.cells[0, 2] == "kept"


def test_a_percent_sign_over_a_number_that_is_no_percentage_costs_its_cell(tmp_path: Path) -> None:
    found = read(tmp_path, row(number("0.45", words="45%")))
    assert doubts(found) == {"A1": "has a text in percent over a number that is none"}


def test_a_doubtful_cell_that_the_file_writes_once_for_several_costs_each_of_them(tmp_path: Path) -> None:
    repeated = number("0.45", attributes='table:number-columns-repeated="3"', words="45%")
    assert set(doubts(read(tmp_path, row(repeated, text("x"))))) == {"A1", "B1", "C1"}


def test_a_flat_document_is_read_alike(tmp_path: Path) -> None:
    flat = content(row(number("0.45")), FORMATS["percent"]).replace("document-content", "document")
    (tmp_path / "a.fods").write_text(flat, encoding="utf-8")
    (sheet,) = read_ods(tmp_path / "a.fods")
    assert sheet.cells == {(0, 0): "45%"}


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    laughs = content(row(text("x"))).replace("?>", '?><!DOCTYPE x [<!ENTITY a "ha">]>', 1)
    for encoded in (laughs.encode(), laughs.replace("UTF-8", "UTF-16").encode("utf-16")):
        with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
            archive.writestr("content.xml", encoded)
        with pytest.raises(DataRejected, match="workbook without document type"):
            read_ods(tmp_path / "a.ods")


def test_an_encrypted_document_is_called_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "not XML")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(
        DataRejected, match=r"encrypted with a password; save it without one and send it over the secured"
    ):
        read_ods(path)


def test_a_damaged_document_is_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    path = package(tmp_path / "a.ods", content(row(text("x"), number("0.5")) * 50, FORMATS["percent"]))
    sound = path.read_bytes()
    damaged = [*cut_short(sound, 12), *flipped(sound, 100, seed=14)]
    told = [refusal_of(path, content) for content in damaged]
    assert all(sentence.startswith("a.ods: ") for sentence in told if sentence)
    assert all(told[:11])


def refusal_of(path: Path, content: bytes) -> str:
    """The sentence that refuses the file; empty where it is read."""
    path.write_bytes(content)
    try:
        read_ods(path)
    except DataRejected as refusal:
        return str(refusal)
    return ""


def test_rows_filtered_out_and_columns_folded_away_are_told(tmp_path: Path) -> None:
    columns = (
        '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="1023"/>'
    )
    filtered = row(text("c") + text("d")).replace("<table:table-row", '<table:table-row table:visibility="filter"', 1)
    found = read(tmp_path, columns + row(text("a")) + filtered)
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {1})
