"""The truth as xlwt writes it into an old workbook."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xlwt

from tests.transforms.readers.writers.truth import HEADER, NAME, ROWS

ERRORS = {"#N/A": 42, "#DIV/0!": 7, "#VALUE!": 15}


def write_xlwt(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet(NAME)
    styled = cache(lambda code: xlwt.easyxf(num_format_str=code))
    for column, name in enumerate(HEADER):
        sheet.write(0, column, name)
    for row, cells in enumerate(ROWS, start=1):
        for column, cell in enumerate(cells):
            if cell.kind == "error":
                sheet.row(row).set_cell_error(column, ERRORS[str(cell.stored)], styled(cell.code))
            elif cell.kind != "blank":
                sheet.write(row, column, cell.stored, styled(cell.code))
    book.save(str(path))
