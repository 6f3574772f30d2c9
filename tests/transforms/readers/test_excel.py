"""Workbooks: cells as the user sees them, title rows, hidden sheets."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers import read_file
from transforms.readers.excel import cell_text


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
    assert sheet.frame.height == 1


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


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (3.3000000000000003, "3.3"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (datetime(2021, 3, 5, 8, 29, 59, 999_996), "2021-03-05 08:30:00"),
        (datetime(2021, 3, 4, 23, 59, 59, 999_999), "2021-03-05"),
    ],
)
def test_a_cell_reads_as_excel_shows_it(cell: object, text: str) -> None:
    assert cell_text(cell) == text
