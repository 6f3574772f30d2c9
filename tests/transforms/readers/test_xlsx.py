"""Workbooks of XML, by whatever program: each kind of cell and of structure, on parts written by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.raw_workbook import (
    LINKS,
    MAIN,
    STRICT_LINKS,
    STRICT_MAIN,
    doubts,
    links,
    read_raw,
    styles,
    texts,
    write_raw,
)
from transforms.readers.workbook.worksheet import Mark
from transforms.readers.workbook.xlsx import read_xlsx

NEVER_COMPUTED = "holds a formula that was never computed"
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" s="1"><v>0.45</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
SHOWN = {"A1": "id", "B1": "45%", "C1": "#N/A"}


@pytest.mark.parametrize("dimension", ["", "A1", "A1:XFD1048576", "B7:C9", "nonsense"])
def test_whatever_the_file_says_of_its_extent_every_cell_is_read(tmp_path: Path, dimension: str) -> None:
    assert texts(read_raw(tmp_path, ROW, style=styles("0%"), before=f'<dimension ref="{dimension}"/>')) == SHOWN


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    style = styles("0%").replace(MAIN, STRICT_MAIN)
    assert texts(read_raw(tmp_path, ROW, style=style, main=STRICT_MAIN, base=STRICT_LINKS)) == SHOWN


def test_prefixes_of_a_namespace_are_the_writers_choice(tmp_path: Path) -> None:
    prefixed = ROW.replace("<", "<x:").replace("<x:/", "</x:")
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{prefixed}</x:sheetData></x:worksheet>'
    found = read_raw(
        tmp_path,
        "",
        sheet=sheet,
        style=styles("0%").replace("<", "<y:").replace("<y:/", "</y:").replace("xmlns=", "xmlns:y="),
    )
    assert texts(found) == SHOWN and found.refused is None


def test_cells_and_rows_without_a_place_follow_one_another(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
    assert texts(read_raw(tmp_path, rows)) == {"A1": "1", "B1": "2", "B3": "3"}


def test_a_row_of_no_number_follows_the_last_one(tmp_path: Path) -> None:
    rows = '<row r="0"><c><v>1</v></c></row><row r="x"><c><v>2</v></c></row><row r="4"><c><v>3</v></c></row>'
    assert texts(read_raw(tmp_path, rows)) == {"A1": "1", "A2": "2", "A4": "3"}


def test_parts_are_found_by_their_links_and_not_by_their_names(tmp_path: Path) -> None:
    workbook = f'<workbook xmlns="{MAIN}" xmlns:rel="{LINKS}"><sheets><sheet name="S" sheetId="9" rel:id="rId2"/><sheet name="Chart" sheetId="3" rel:id="rId3"/></sheets></workbook>'
    parts = {
        "_rels/.rels": links(("officeDocument", "/book/main.xml")),
        "book/main.xml": workbook,
        "book/_rels/main.xml.rels": links(
            ("styles", "../look.xml"), ("worksheet", "Cells/Ten%20%E8%A1%A8.xml"), ("chartsheet", "chart.xml")
        ),
        "look.xml": styles("0%"),
        "book\\cells\\ten 表.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{ROW}</sheetData></worksheet>',
    }
    (sheet,) = read_xlsx(write_raw(tmp_path / "a.xlsx", "", parts=parts))
    assert sheet.name == "S" and texts(sheet) == SHOWN


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_and_said_to_be_hidden(tmp_path: Path, state: str) -> None:
    sheet = read_raw(tmp_path, ROW, style=styles("0%"), state=state)
    assert sheet.hidden and texts(sheet) == SHOWN


def test_raised_letters_are_seen_and_readings_of_words_are_not(tmp_path: Path) -> None:
    raised = "<r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>6</t></r>"
    strings = (
        f"<si>{raised}</si><si><t>H</t></si><si><r><t>H</t></r><r><rPr><vertAlign val='subscript'/></rPr><t>2</t></r><r><t>O</t></r></si>"
        "<si><t>患者</t><rPh sb='0' eb='2'><t>カンジャ</t></rPh><phoneticPr/></si><si><t>a_x000D_b_x005F_</t></si><si/>"
        "<si><r><t>9</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>六</t></r></si>"
    )
    rows = (
        "<row>"
        + "".join(f"<c t='s'><v>{i}</v></c>" for i in range(7))
        + f"<c t='inlineStr'><is>{raised}</is></c><c t='inlineStr'><is><t>患者</t><rPh sb='0' eb='2'><t>カンジャ</t></rPh></is></c></row>"
    )
    shown = {"A1": "10⁶", "B1": "H", "C1": "H₂O", "D1": "患者", "E1": "a\rb_", "G1": "9^六", "H1": "10⁶", "I1": "患者"}
    found = read_raw(tmp_path, rows, strings=strings)
    assert texts(found) == shown and found.refused is None


def test_types_of_cells_are_shown_as_a_person_sees_them(tmp_path: Path) -> None:
    rows = (
        '<row><c t="b"><v>1</v></c><c t="b"><v>false</v></c><c t="e"><v>#DIV/0!</v></c><c t="d"><v>2021-03-05T00:00:00</v></c>'
        '<c t="d" s="1"><v>2021-03-05</v></c><c t="d"><v>2021-03-05T08:30:00Z</v></c><c t="str"><v>x</v></c>'
        '<c t="n"><v>1.5E3</v></c><c t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row>'
    )
    shown = {
        "A1": "TRUE",
        "B1": "FALSE",
        "C1": "#DIV/0!",
        "D1": "2021-03-05",
        "E1": "2021-03",
        "F1": "2021-03-05 08:30:00",
        "G1": "x",
        "H1": "1500",
    }
    assert texts(read_raw(tmp_path, rows, style=styles("yyyy-mm"))) == shown


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    rows = '<row><c s="1"><v>42798</v></c></row>'
    found = read_raw(tmp_path, rows, style=styles("yyyy-mm-dd"), properties='<workbookPr date1904="true"/>')
    assert texts(found) == {"A1": "2021-03-05"}


@pytest.mark.parametrize(
    "formula",
    [
        "<c r='B2'><f>A2+1</f></c>",
        "<c r='B2'><f>A2+1</f><v/></c>",
        "<c r='B2' t='str'><f>A2</f></c>",
        "<c r='B2'><f t='shared' si='0'/></c>",
        "<c r='B2' t='e'><f>A2</f><v></v></c>",
    ],
)
def test_a_formula_without_a_result_costs_its_cell(tmp_path: Path, formula: str) -> None:
    found = read_raw(tmp_path, f"<row r='1'><c r='A1'><v>1</v></c></row><row r='2'>{formula}</row>")
    assert doubts(found) == {"B2": NEVER_COMPUTED} and texts(found)["A1"] == "1"


def test_a_formula_whose_result_is_the_empty_text_is_a_blank_cell(tmp_path: Path) -> None:
    found = read_raw(tmp_path, "<row><c t='str'><f>IF(1,\"\")</f><v></v></c><c><v>1</v></c></row>")
    assert texts(found) == {"B1": "1"} and found.refused is None


ZEROS = "<row><c><f>A2</f><v>0</v></c><c><v>1</v></c></row><row><c><f>A3</f><v>0.0</v></c></row>"


@pytest.mark.parametrize("asks", ['<calcPr calcId="124519" fullCalcOnLoad="1"/>', ""])
def test_zeros_of_a_workbook_that_nothing_has_computed_are_in_doubt(tmp_path: Path, asks: str) -> None:
    found = read_raw(tmp_path, ZEROS, workbook=asks)
    assert doubts(found) == {"A1": NEVER_COMPUTED, "A2": NEVER_COMPUTED} and texts(found)["B1"] == "1"


def test_zeros_that_a_program_has_computed_are_zeros(tmp_path: Path) -> None:
    assert doubts(read_raw(tmp_path, ZEROS)) == {}


def test_zeros_beside_other_results_of_their_column_are_computed(tmp_path: Path) -> None:
    rows = "<row><c><f>A2</f><v>0</v></c></row><row><c><f>A3</f><v>7</v></c></row>"
    found = read_raw(tmp_path, rows, workbook='<calcPr fullCalcOnLoad="1"/>')
    assert doubts(found) == {} and texts(found) == {"A1": "0", "A2": "7"}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("<c r='B2' s='1'><v>5</v></c>", "has a format that hides the number"),
        ("<c r='B2' s='9'><v>5</v></c>", "has a number format the file does not describe"),
        ("<c r='B2' s='-1'><v>5</v></c>", "has a number format the file does not describe"),
        ("<c r='B2'><v>five</v></c>", "is said to be a number and is none"),
        ("<c r='B2'><v>1_000</v></c>", "is said to be a number and is none"),
        ("<c r='B2' t='s'><v>7</v></c>", "refers to a text that is missing"),
        ("<c r='B2' t='s'><v>Zhang San</v></c>", "refers to a text that is missing"),
        ("<c r='B2' t='q'><v>7</v></c>", "is of type q"),
        ("<c r='B2' t='b'><v>-1</v></c>", "is said to be true or false and is neither"),
        ("<c r='B2' t='str' s='1'><v>x</v></c>", "has a format that hides the text"),
    ],
)
def test_what_cannot_be_read_costs_its_cell(tmp_path: Path, cell: str, reason: str) -> None:
    found = read_raw(tmp_path, f"<row r='2'>{cell}<c r='C2'><v>1</v></c></row>", style=styles(";;;"))
    assert doubts(found) == {"B2": reason} and texts(found)["C2"] == "1"


def test_what_lies_beneath_a_merged_cell_is_not_known_unless_it_is_the_same(tmp_path: Path) -> None:
    cells = "".join(f"<row><c><v>{value}</v></c></row>" for value in (1, 2, 1))
    found = read_raw(tmp_path, cells, after='<mergeCells><mergeCell ref="A1:A3"/></mergeCells>')
    assert doubts(found) == {"A2": "lies beneath a merged cell and holds something else"} and texts(found)["A3"] == "1"


def test_a_sheet_in_which_a_cell_is_there_twice_is_refused(tmp_path: Path) -> None:
    found = read_raw(tmp_path, "<row r='2'><c r='B2'><v>1</v></c><c r='B2'><v>2</v></c></row>")
    assert found.refused == "S B2: is there twice; open the workbook in Excel, save it and send it again"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("value", ["<v>7</v>", "<v><![CDATA[7]]></v>"])
def test_sheets_of_wide_text_or_with_unparsed_parts_are_read(tmp_path: Path, encoding: str, value: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row><c>{value}</c></row></sheetData></worksheet>'
    found = read_raw(tmp_path, "", sheet=f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'.encode(encoding))
    assert texts(found) == {"A1": "7"} and found.refused is None


def test_a_document_type_in_wide_text_is_refused(tmp_path: Path) -> None:
    sheet = f'<!DOCTYPE x [<!ENTITY a "7">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    with pytest.raises(DataRejected, match="workbook without document type"):
        read_raw(tmp_path, "", sheet=sheet.encode("utf-16"))


def test_a_stray_blank_cell_at_the_far_end_costs_nothing(tmp_path: Path) -> None:
    found = read_raw(tmp_path, ROW + '<row r="1048576"><c r="XFD1048576" s="0"/></row>', style=styles("0%"))
    assert texts(found) == SHOWN and found.refused is None


def test_a_stray_filled_cell_at_the_far_end_is_read(tmp_path: Path) -> None:
    found = read_raw(tmp_path, ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', style=styles("0%"))
    assert texts(found) == SHOWN | {"XFD1048576": "1"} and found.refused is None


FONTS = "<font/><font><strike/></font><font><color rgb='FFFF0000'/></font><font><color theme='1'/></font>"
FILLS = "<fill/><fill/><fill><patternFill patternType='solid'><fgColor rgb='FFFFFF00'/></patternFill></fill>"
LOOKS = styles(fonts=FONTS, fills=FILLS, cells="<xf fontId='1'/><xf fontId='2'/><xf fillId='2'/><xf fontId='3'/>")


def test_struck_and_coloured_cells_are_marked_and_a_black_font_is_not(tmp_path: Path) -> None:
    rows = "".join(f"<row><c s='{style}'><v>1</v></c></row>" for style in (0, 1, 0, 2, 0, 3, 4, 0, 0))
    found = read_raw(tmp_path, rows, style=LOOKS)
    assert found.marks == (Mark("struck", 1, 0), Mark("colored", 3, 0), Mark("colored", 5, 0))


def test_a_word_struck_through_within_a_text_marks_the_cell(tmp_path: Path) -> None:
    strings = "<si><r><t>CR </t></r><r><rPr><strike/></rPr><t>NR</t></r></si>"
    assert read_raw(tmp_path, "<row><c t='s'><v>0</v></c></row>", strings=strings).marks == (Mark("struck", 0, 0),)


@pytest.mark.parametrize(
    "shown",
    [(3,) * 8, (3, 0, 3, 0, 3, 0, 3, 0), (0, 3, 0, 3, 0, 3, 0, 3, 0), (0, 0, 3) * 4],
    ids=["column", "every other", "even", "third"],
)
def test_a_column_in_one_colour_and_rows_shaded_in_turn_are_no_marks(tmp_path: Path, shown: tuple[int, ...]) -> None:
    rows = "".join(f"<row><c s='{style}'><v>1</v></c></row>" for style in shown)
    assert read_raw(tmp_path, rows, style=LOOKS).marks == ()


def test_comments_of_both_kinds_mark_their_cells_once_and_their_words_are_kept_nowhere(tmp_path: Path) -> None:
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": links(
            ("comments", "../comments1.xml"), ("threadedComment", "../threadedComments/t.xml")
        ),
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList><comment ref="B2"><text><t>secret</t></text></comment></commentList></comments>',
        "xl/threadedComments/t.xml": '<ThreadedComments xmlns="x"><threadedComment ref="B2"><text>secret</text></threadedComment><threadedComment ref="A1"/></ThreadedComments>',
    }
    found = read_raw(tmp_path, "<row><c><v>1</v></c></row>", parts=parts)
    assert found.marks == (Mark("comment", 0, 0), Mark("comment", 1, 1)) and "secret" not in repr(found)


def test_merged_ranges_are_told(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="C1:B1"/><mergeCell ref="x"/></mergeCells>'
    assert read_raw(tmp_path, ROW, after=after).merged == ((0, 0, 2, 0), (0, 1, 0, 2))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, part: str, encoding: str) -> None:
    path = write_raw(tmp_path / "a.xlsx", ROW)
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    content[part] = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha">]>' + content[part].decode()
    ).encode(encoding)
    with zipfile.ZipFile(path, "w") as new:
        for name, text in content.items():
            new.writestr(name, text)
    with pytest.raises(DataRejected, match="workbook without document type"):
        read_xlsx(path)


@pytest.mark.parametrize("size", [200, 900, 1500])
def test_a_cut_workbook_is_refused(tmp_path: Path, size: int) -> None:
    path = write_raw(tmp_path / "a.xlsx", ROW)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataRejected, match="expected an Excel workbook"):
        read_xlsx(path)


def test_a_sheet_that_ends_within_a_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="expected an Excel workbook"):
        read_raw(tmp_path, "", sheet=f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v>')


def test_of_a_text_stored_twice_excel_shows_the_one_in_its_own_place(tmp_path: Path) -> None:
    cells = '<c r="A1" t="inlineStr"><v>1.0</v><is><t>1.</t></is></c><c r="B1" t="inlineStr"><is><r><t>2.</t></r></is><v>2.0</v></c>'
    assert texts(read_raw(tmp_path, f'<row r="1">{cells}</row>')) == {"A1": "1.", "B1": "2."}


def test_a_text_in_the_place_of_a_number_is_asked_about_and_the_others_stay(tmp_path: Path) -> None:
    cells = '<c r="A1" t="inlineStr"><v>P1</v></c><c r="B1"><v>30</v></c>'
    sheet = read_raw(tmp_path, f'<row r="1">{cells}</row>')
    assert list(doubts(sheet)) == ["A1"]
    assert texts(sheet)["B1"] == "30"
