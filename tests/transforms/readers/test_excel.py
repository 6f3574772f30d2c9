"""Workbooks: cells as the user sees them, title rows, hidden sheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from tests.reference_data import reference_path
from transforms.readers import read_file
from transforms.readers.sheet import MarkedColumn


def mapping(sheet: str, header_row: int = 1) -> FileMapping:
    feed = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
    entry = {"sheet": sheet, "header_row": header_row, "feeds": [feed]}
    return FileMapping.model_validate({"match": "*", "format": "excel", "sheets": [entry]})


def workbook(path: Path, rows: list[list[object]], *, hidden: bool = False) -> Path:
    book = Workbook()
    book.active.title = "front"
    sheet = book.create_sheet("受试者")
    sheet.sheet_state = "hidden" if hidden else "visible"
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_dates_are_iso_and_whole_numbers_have_no_fraction(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [["id", "day", "n", "x", "at"], ["001", date(2021, 3, 5), 3.0, 2.5, datetime(2021, 3, 5, 8, 30)]],
    )
    (sheet,) = read_file(path, mapping("受试者"))
    assert sheet.frame.select(sheet.header).row(0) == ("001", "2021-03-05", "3", "2.5", "2021-03-05 08:30:00")


def test_title_rows_stand_above_the_header_and_count_in_row_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["A title"], ["id"], ["001"]])
    (sheet,) = read_file(path, mapping("受试者", header_row=2))
    assert sheet.frame.select("id", "source_row").row(0) == ("001", 3)


def test_a_hidden_sheet_is_data_too(tmp_path: Path) -> None:
    (sheet,) = read_file(workbook(tmp_path / "a.xlsx", [["id"], ["001"]], hidden=True), mapping("受试者"))
    assert (sheet.frame.height, sheet.hidden) == (1, True)
    (sheet,) = read_file(workbook(tmp_path / "a.xlsx", [["id"], ["001"]]), mapping("受试者"))
    assert not sheet.hidden


def test_a_missing_sheet_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.xlsx: expected a sheet 随访; found front, 受试者"):
        read_file(workbook(tmp_path / "a.xlsx", [["id"]]), mapping("随访"))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no workbook")
    with pytest.raises(DataRejected, match="expected an Excel workbook"):
        read_file(tmp_path / "a.xlsx", mapping("受试者"))


def test_cells_right_of_the_last_header_are_read_too(tmp_path: Path) -> None:
    (sheet,) = read_file(workbook(tmp_path / "a.xlsx", [["id", None], ["001", "kept"]]), mapping("受试者"))
    assert sheet.frame.select(sheet.header).row(0) == ("001", "kept")


def two_row_mapping() -> FileMapping:
    feed = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
    entry = {"sheet": "受试者", "header_rows": 2, "feeds": [feed]}
    return FileMapping.model_validate({"match": "*", "format": "excel", "sheets": [entry]})


def change(path: Path, edit: Callable[[Worksheet], None]) -> Path:
    """Edit the sheet of a workbook in place."""
    book = load_workbook(path)
    edit(book["受试者"])
    book.save(path)
    return path


def test_a_header_of_two_rows_names_a_column_by_both(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编号", "第一次回输", None, "备注"],
        [None, "日期", "剂量", None],
        ["001", "2021-01-01", 1, "x"],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:C1", "D1:D2"):
            sheet.merge_cells(cells)

    (sheet,) = read_file(change(path, merge), two_row_mapping())
    assert sheet.header == ["编号", "第一次回输 日期", "第一次回输 剂量", "备注"]
    assert sheet.frame["source_row"].to_list() == [3]


def test_a_cell_merged_over_rows_belongs_to_each_of_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "day"], ["001", "2021-01-01"], [None, "2021-01-02"], ["002", None]])
    (sheet,) = read_file(change(path, lambda sheet: sheet.merge_cells("A2:A3")), mapping("受试者"))
    assert sheet.frame.select("id", "day").rows() == [("001", "2021-01-01"), ("001", "2021-01-02"), ("002", None)]


def test_a_percentage_is_read_as_shown_and_not_as_stored(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "blasts"], ["001", 0.45], ["002", 0.1234], ["003", 0.45]])

    def show_percent(sheet: Worksheet) -> None:
        sheet["B2"].number_format, sheet["B3"].number_format = "0%", "0.00%"

    (sheet,) = read_file(change(path, show_percent), mapping("受试者"))
    assert sheet.frame["blasts"].to_list() == ["45%", "12.34%", "0.45"]


def test_an_error_cell_is_not_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "n"], ["001", None]])

    def put_error(sheet: Worksheet) -> None:
        sheet["B2"].value = "#N/A"
        sheet["B2"].data_type = "e"

    (sheet,) = read_file(change(path, put_error), mapping("受试者"))
    assert sheet.frame["n"].to_list() == ["#N/A"]


def test_a_formula_that_was_never_computed_is_no_blank_cell(tmp_path: Path) -> None:
    (sheet,) = read_file(workbook(tmp_path / "a.xlsx", [["id", "n"], ["001", "=1+1"]]), mapping("受试者"))
    assert sheet.frame["n"].to_list() == ["########"]
    assert sheet.marked == (MarkedColumn("unclear", "n", 1, 2),)


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_dates_of_either_epoch_are_the_days_shown(tmp_path: Path, epoch: datetime) -> None:
    book = Workbook()
    book.epoch = epoch
    sheet_made = book.create_sheet("受试者")
    for row in [["id", "day"], ["001", date(2021, 3, 5)]]:
        sheet_made.append(row)
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_file(tmp_path / "a.xlsx", mapping("受试者"))
    assert sheet.frame["day"].to_list() == ["2021-03-05"]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    made = book.add_sheet("受试者")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, name in enumerate(["id", "day", "n"]):
        made.write(0, column, name)
    made.write(1, 0, "0012345")
    made.write(1, 1, date(2021, 3, 5), style)
    made.write(1, 2, 2.5)
    book.save(str(tmp_path / "a.xls"))
    (sheet,) = read_file(tmp_path / "a.xls", mapping("受试者"))
    assert sheet.frame.select("id", "day", "n").row(0) == ("0012345", "2021-03-05", "2.5")


def test_an_open_document_is_read(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="受试者")
    for cells in (["id", "day", "n"], ["0012345", date(2021, 3, 5), 2.5]):
        row = TableRow()
        for value in cells:
            kind: dict[str, str] = {"valuetype": "string"}
            if isinstance(value, date):
                kind = {"valuetype": "date", "datevalue": value.isoformat()}
            elif isinstance(value, float):
                kind = {"valuetype": "float", "value": str(value)}
            cell = TableCell(**kind)
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    (sheet,) = read_file(tmp_path / "a.ods", mapping("受试者"))
    assert sheet.frame.select("id", "day", "n").row(0) == ("0012345", "2021-03-05", "2.5")


def rewritten(path: Path, name: str, change_part: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in parts.items():
            new.writestr(part, change_part(content) if part == name else content)
    return path


def test_a_workbook_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = workbook(tmp_path / "a.xlsx", [["id"], ["001"]])
    rewritten(path, "xl/workbook.xml", lambda text: text.replace(b"<workbook", laughs + b"<workbook", 1))
    with pytest.raises(DataRejected, match="workbook without document type"):
        read_file(path, mapping("受试者"))


def test_a_workbook_that_inflates_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id"], ["001"]])
    rewritten(path, "xl/worksheets/sheet2.xml", lambda text: text + bytes(1100 * 2**20))
    with pytest.raises(DataRejected, match="unpacks to more than 1024 MiB"):
        read_file(path, mapping("受试者"))


def test_marks_below_the_header_are_counted_by_column(tmp_path: Path) -> None:
    rows: list[list[object]] = [["title"], ["id", "day"], ["001", "2021-01-01"], ["002", "2021-01-02"], ["003", None], ["004", "x"], ["005", "y"]]  # fmt: skip

    def mark(sheet: Worksheet) -> None:
        for name in ("A1", "A2", "B4", "B5", "C5"):
            sheet[name].comment = Comment("what it says", "who")
        sheet["A3"].font = Font(strike=True)
        sheet["A2"].fill = sheet["B2"].fill = sheet["A4"].fill = PatternFill("solid", fgColor="FFFF00")

    path = change(workbook(tmp_path / "a.xlsx", rows), mark)
    (sheet,) = read_file(path, mapping("受试者", header_row=2))
    assert sheet.marked == (
        MarkedColumn("colored", "id", 1, 4),
        MarkedColumn("struck", "id", 1, 3),
        MarkedColumn("commented", "day", 2, 4),
        MarkedColumn("commented", "column 3", 1, 5),
    )
    assert sheet.header == ["id", "day"] and sheet.frame["id"][0] == "001"


def test_a_named_sheet_without_any_cell_gives_no_rows_and_says_so(tmp_path: Path) -> None:
    (sheet,) = read_file(workbook(tmp_path / "a.xlsx", []), mapping("受试者"))
    assert sheet.blank and sheet.frame.height == 0 and sheet.header == ["day", "id"]


def test_every_sheet_means_every_sheet_that_holds_something(tmp_path: Path) -> None:
    sheets = read_file(workbook(tmp_path / "a.xlsx", [["id"], ["001"]]), mapping("*"))
    assert [sheet.name for sheet in sheets] == ["受试者"]


def test_a_sheet_that_cannot_be_read_costs_only_those_who_ask_for_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "n"], ["001", 1]])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda text: re.sub(rb"<sheetData ?/>|<sheetData></sheetData>", b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData>', text))  # fmt: skip
    assert read_file(path, mapping("受试者"))[0].frame.height == 1
    with pytest.raises(DataRejected, match=r"a\.xlsx front A1: is there twice"):
        read_file(path, mapping("front"))


def test_doubtful_cells_are_told_by_column_unless_the_mapping_leaves_it_out(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "day", "helper"],
        ["001", "2021-01-01", "=1+1"],
        ["002", "=1+1", "=1+1"],
        ["003", "=1+1", 3],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    entry = {**mapping("受试者").model_dump(exclude_unset=True)["sheets"][0], "ignored": ["helper"]}
    (sheet,) = read_file(path, FileMapping.model_validate({"match": "*", "format": "excel", "sheets": [entry]}))
    assert sheet.frame["day"].to_list() == ["2021-01-01", "########", "########"]
    assert sheet.marked == (MarkedColumn("unclear", "day", 2, 3),)


def test_a_doubtful_header_refuses_the_sheet_where_a_column_is_missing_and_else_costs_its_column(
    tmp_path: Path,
) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "day", "=1+1"], ["001", "2021-01-01", 1]])
    assert read_file(path, mapping("受试者"))[0].header == ["id", "day", "########"]
    path = workbook(tmp_path / "b.xlsx", [["id", "=1+1"], ["001", "2021-01-01"]])
    with pytest.raises(
        DataRejected, match=r"b\.xlsx 受试者 B1: holds a formula that was never computed; open the workbook"
    ):
        read_file(path, mapping("受试者"))


def test_a_stray_cell_far_off_is_read_and_makes_no_large_table(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", "day"], ["001", "2021-01-01"]])
    (sheet,) = read_file(change(path, lambda made: made.cell(1_048_576, 16_384, "stray")), mapping("受试者"))
    assert sheet.header == ["id", "day", "column 16384"]
    assert sheet.frame["source_row"].to_list() == [2, 1_048_576]


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a"])
def test_a_workbook_is_known_by_what_it_holds_and_not_by_its_name(tmp_path: Path, name: str) -> None:
    workbook(tmp_path / "a.xlsx", [["id"], ["001"]]).rename(tmp_path / name)
    (sheet,) = read_file(tmp_path / name, mapping("受试者"))
    assert sheet.frame["id"].to_list() == ["001"]


def test_a_column_used_by_number_is_there_though_it_is_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["id", None, "x"], ["001", None, "y"]])
    entry = {
        "sheet": "受试者",
        "feeds": [{"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "column 2"}}],
    }
    (sheet,) = read_file(path, FileMapping.model_validate({"match": "*", "format": "excel", "sheets": [entry]}))
    assert sheet.header == ["id", "column 2", "x"] and sheet.frame["column 2"].to_list() == [None]


@pytest.mark.parametrize(
    ("case", "sheet", "column", "shown"),
    [
        ("06-dimension-A1-percent/x02.xlsx", "S", "blast", ["45%", "20%", "90%"]),
        ("08-literal-percent-sign/x01.xlsx", "S", "blast", ["45%", "45%", "45%", "45.5%"]),
        ("08-literal-percent-sign/lit.xlsx", "S", "blast", ["0.8%", "0.05%"]),
        ("14-stray-cell-aborts-night/s3.xlsx", "S", "day", ["2021-03-01"]),
        ("15-month-only-date-cell/x12.xlsx", "S", "day", ["2021-03", "2021", "2021年3月"]),
        ("16-id-number-format/x13.xlsx", "S", "id", ["001", "P002", "003", "BJ-0004"]),
        ("27-empty-second-sheet/empty2.xlsx", "S", "id", ["a"]),
    ],
)
def test_hard_workbooks_read_as_seen(case: str, sheet: str, column: str, shown: list[str]) -> None:
    (found,) = read_file(reference_path(f"data/hard_files/{case}"), mapping(sheet))
    assert found.frame[column].to_list() == shown


@pytest.mark.parametrize(
    ("case", "sheet", "column", "cells"),
    [("10-prefixed-xml/x10.xlsx", "S", "age", [3]), ("11-uncomputed-str/missing-v-node-xlsx.xlsx", "Sheet1", "A + B", [2]), ("12-formulas-all-zero/f_xlsxwriter.xlsx", "S", "age", [2, 3])],
)  # fmt: skip
def test_cells_of_hard_workbooks_that_were_never_computed_are_not_known(
    case: str, sheet: str, column: str, cells: list[int]
) -> None:
    (found,) = read_file(reference_path(f"data/hard_files/{case}"), mapping(sheet))
    assert found.frame.filter(pl.col(column) == "########")["source_row"].to_list() == cells


def test_rows_and_used_columns_that_nobody_sees_are_told_once(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "day", "name"], ["001", "2021-01-01", "a"], ["002", "2021-01-02", "b"], ["003", "2021-01-03", "c"]]  # fmt: skip

    def hide(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:C4"
        # A filter hides rows as a hand does; row 9 holds nothing.
        for row in (1, 3, 4, 9):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["B"].hidden = sheet.column_dimensions["C"].hidden = True

    path = change(workbook(tmp_path / "a.xlsx", rows), hide)
    (sheet,) = read_file(path, mapping("受试者"))
    assert sheet.marked == (MarkedColumn("hidden", None, 2, 3), MarkedColumn("hidden", "day", 3, 2))
    assert sheet.frame["id"].to_list() == ["001", "002", "003"]
