"""The truth as Python libraries write it."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from openpyxl import Workbook

from tests.transforms.readers.writers.truth import HEADER, NAME, ROWS


def write_openpyxl(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = NAME
    sheet.append(HEADER)
    for row, cells in enumerate(ROWS, start=2):
        for column, cell in enumerate(cells, start=1):
            if cell.kind != "blank":
                made = sheet.cell(row, column)
                made.value, made.number_format = cell.stored, cell.code
                made.data_type = {"text": "s", "number": "n", "boolean": "b", "error": "e"}[cell.kind]
    book.save(path)


def write_openpyxl_row_by_row(path: Path) -> None:
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(NAME)
    sheet.append(HEADER)
    for cells in ROWS:
        made = [WriteOnlyCell(sheet, value=cell.stored) for cell in cells]
        for one, cell in zip(made, cells, strict=True):
            one.number_format = cell.code
        sheet.append(made)
    book.save(path)


def write_xlsxwriter(path: Path, **options: bool) -> None:
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(NAME)
        sheet.write_row(0, 0, HEADER)
        for row, cells in enumerate(ROWS, start=1):
            for column, cell in enumerate(cells):
                style = book.add_format({"num_format": cell.code})
                if cell.kind == "text":
                    sheet.write_string(row, column, str(cell.stored), style)
                elif cell.kind == "number":
                    sheet.write_number(row, column, cell.stored, style)
                elif cell.kind == "boolean":
                    sheet.write_boolean(row, column, cell.stored, style)
                elif cell.kind == "error":
                    # The library writes errors as results of formulas.
                    sheet.write_formula(row, column, f"={cell.stored}", style, cell.stored)


def write_xlsxwriter_in_constant_memory(path: Path) -> None:
    write_xlsxwriter(path, constant_memory=True)
