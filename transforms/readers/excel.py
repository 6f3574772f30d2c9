"""Excel workbooks: cells as the user sees them, dates as ISO text, hidden sheets and rows included."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SheetMapping
from transforms.readers.sheet import Sheet, build_sheet


def read_excel(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The sheets a mapping names.

    Raises
    ------
    DataRejected: not a workbook, or it lacks a sheet or its header row.
    """
    try:
        workbook = load_workbook(str(path))
    except CalamineError:
        raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again") from None
    with workbook:
        return [_read_sheet(path.name, workbook, wanted) for wanted in mapping.sheets]


def _read_sheet(file: str, workbook: CalamineWorkbook, wanted: SheetMapping) -> Sheet:
    name = wanted.sheet or ""
    if name not in workbook.sheet_names:
        raise DataRejected(
            f"{file}: expected a sheet {name}; found {', '.join(workbook.sheet_names)}; rename it or correct the mapping"
        )
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if len(rows) < wanted.header_row:
        raise DataRejected(f"{file} {name}: expected a header in row {wanted.header_row}; it has {len(rows)} rows")
    header = [cell_text(cell) for cell in rows[wanted.header_row - 1]]
    numbered = [
        (number, [cell_text(cell) for cell in cells])
        for number, cells in enumerate(rows[wanted.header_row :], start=wanted.header_row + 1)
    ]
    return build_sheet(file, name, header, numbered)


def cell_text(cell: Any) -> str:
    """A cell as text: dates ISO, whole numbers without a fraction, other numbers in Excel's 15 digits."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return _day_and_time(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(format(cell, ".15g")), "f")
    return str(cell)


def _day_and_time(cell: datetime) -> str:
    """ISO text to the second, as Excel shows it: its fractions of a day are a few microseconds off."""
    shown = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    return shown.date().isoformat() if shown.time() == time() else shown.isoformat(sep=" ")
