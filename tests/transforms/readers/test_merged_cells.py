"""Merged cells as a person sees them, in every kind of workbook: down, across, in headers and in data; and hidden sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from tests.transforms.readers.damage import mapping
from transforms.readers import Sheet, read_file
from transforms.readers.sheet import MarkedColumn

Grid = list[list[str]]
# Top, left, bottom and right, from 0.
Areas = list[tuple[int, int, int, int]]


def as_xlsx(path: Path, grid: Grid, areas: Areas, *, hidden: bool) -> None:
    book = Workbook()
    book.active.title = "front"
    sheet = book.create_sheet("S")
    sheet.sheet_state = "veryHidden" if hidden else "visible"
    for row in grid:
        sheet.append([cell or None for cell in row])
    for top, left, bottom, right in areas:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)


def as_xls(path: Path, grid: Grid, areas: Areas, *, hidden: bool) -> None:
    book = xlwt.Workbook()
    book.add_sheet("front")
    sheet = book.add_sheet("S")
    sheet.visibility = 2 if hidden else 0
    first = {(top, left): (top, bottom, left, right) for top, left, bottom, right in areas}
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if (row, column) in first:
                sheet.write_merge(*first[row, column], cell)
            elif cell:
                sheet.write(row, column, cell)
    book.save(str(path))


def as_ods(path: Path, grid: Grid, areas: Areas, *, hidden: bool) -> None:
    book = OpenDocumentSpreadsheet()
    style = Style(name="unseen", family="table")
    style.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(style)
    book.spreadsheet.addElement(Table(name="front"))
    table = Table(name="S", stylename=style) if hidden else Table(name="S")
    for row, cells in enumerate(grid):
        line = TableRow()
        for column, text in enumerate(cells):
            line.addElement(ods_cell(row, column, text, areas))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def ods_cell(row: int, column: int, text: str, areas: Areas) -> TableCell | CoveredTableCell:
    for top, left, bottom, right in areas:
        if (top, left) == (row, column):
            cell = TableCell(
                valuetype="string", numberrowsspanned=bottom - top + 1, numbercolumnsspanned=right - left + 1
            )
            cell.addElement(P(text=text))
            return cell
        if top <= row <= bottom and left <= column <= right:
            return CoveredTableCell()
    cell = TableCell(valuetype="string") if text else TableCell()
    if text:
        cell.addElement(P(text=text))
    return cell


def as_web_page(path: Path, grid: Grid, areas: Areas, *, hidden: bool) -> None:
    assert not hidden
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in areas}
    covered = {
        (row, column)
        for top, left, bottom, right in areas
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    lines = []
    for row, cells in enumerate(grid):
        shown = [
            f"<td rowspan={spans.get((row, column), (1, 1))[0]} colspan={spans.get((row, column), (1, 1))[1]}>{text}</td>"
            for column, text in enumerate(cells)
            if (row, column) not in covered
        ]
        lines.append(f"<tr>{''.join(shown)}</tr>")
    path.write_text(f"<html><meta charset=utf-8><table>{''.join(lines)}</table></html>", "utf-8")


WRITERS: dict[str, tuple[str, Callable[..., None]]] = {
    "xlsx": ("xlsx", as_xlsx), "xls": ("xls", as_xls), "ods": ("ods", as_ods), "web page": ("xls", as_web_page),
}  # fmt: skip


def sheet_of(folder: Path, kind: str, grid: Grid, areas: Areas, *, rows: int = 1, hidden: bool = False) -> Sheet:
    ending, write = WRITERS[kind]
    write(folder / f"a.{ending}", grid, areas, hidden=hidden)
    wanted = mapping("excel", "S")
    entry = wanted.sheets[0].model_copy(update={"header_rows": rows})
    (sheet,) = read_file(folder / f"a.{ending}", wanted.model_copy(update={"sheets": [entry]}))
    return sheet


@pytest.mark.parametrize("kind", WRITERS)
def test_a_cell_merged_down_is_the_value_of_each_row(tmp_path: Path, kind: str) -> None:
    sheet = sheet_of(tmp_path, kind, [["id", "day"], ["1", "a"], ["", "b"], ["2", "c"]], [(1, 0, 2, 0)])
    assert sheet.frame.rows() == [("1", "a", 2), ("1", "b", 3), ("2", "c", 4)]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_header_merged_across_and_down_names_each_column_beneath_it(tmp_path: Path, kind: str) -> None:
    grid = [["id", "CRS", ""], ["", "grade", "day"], ["1", "2", "x"]]
    sheet = sheet_of(tmp_path, kind, grid, [(0, 0, 1, 0), (0, 1, 0, 2)], rows=2)
    assert sheet.header == ["id", "CRS grade", "CRS day"]
    assert sheet.frame.rows() == [("1", "2", "x", 3)]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_cell_merged_across_columns_of_data_is_that_of_the_first_and_asked_about_in_the_others(
    tmp_path: Path, kind: str
) -> None:
    grid = [["id", "day", "last"], ["1", "x", ""], ["2", "y", "z"], ["3", "w", ""], ["4", "", ""]]
    sheet = sheet_of(tmp_path, kind, grid, [(1, 1, 1, 2), (3, 1, 4, 2)])
    assert sheet.frame["day"].to_list() == ["x", "y", "w", "w"]
    assert sheet.frame["last"].to_list() == ["########", "z", "########", "########"]
    assert sheet.marked == (MarkedColumn("unclear", "last", 3, 2),)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_note_merged_over_a_row_stays_in_its_first_cell(tmp_path: Path, kind: str) -> None:
    sheet = sheet_of(tmp_path, kind, [["id", "day", "n"], ["1", "x", "y"], ["a note", "", ""]], [(2, 0, 2, 2)])
    assert sheet.frame.row(1) == ("a note", None, None, 3)
    assert sheet.marked == ()


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_hidden_sheet_is_read_and_said_to_be_hidden(tmp_path: Path, kind: str, hidden: bool) -> None:
    sheet = sheet_of(tmp_path, kind, [["id", "day"], ["1", "a"]], [], hidden=hidden)
    assert (sheet.frame.height, sheet.hidden) == (1, hidden)
