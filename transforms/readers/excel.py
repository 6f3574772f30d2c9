"""Excel and OpenDocument workbooks: cells as the user sees them, dates as ISO text, hidden sheets and rows included.

A merged cell is one cell over several rows, so each of these rows has its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, load_workbook

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SheetMapping
from transforms.readers.datasets import EVERY_SHEET
from transforms.readers.excel_parts import shown_otherwise
from transforms.readers.sheet import Sheet, build_sheet

Merged = tuple[tuple[int, int], tuple[int, int]]


def read_excel(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The sheets a mapping names, of .xlsx, .xlsm, .xlsb, .xls and .ods files.

    Raises
    ------
    DataRejected: not a workbook, it inflates beyond measure, a formula was never computed, or a sheet or its header row is missing.
    """
    try:
        with _panics_as_errors(), load_workbook(str(path)) as workbook:
            entries = _entries(mapping, workbook.sheet_names)
            otherwise = shown_otherwise(path, [wanted.sheet or "" for wanted in entries])
            return [
                _read_sheet(path.name, workbook, wanted, otherwise.get(wanted.sheet or "", {})) for wanted in entries
            ]
    except (CalamineError, OSError, ValueError):
        raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again") from None


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    """Calamine meets some damaged .xls files with a Rust panic, which no `except Exception` catches."""
    try:
        yield
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise ValueError from None


def _entries(mapping: FileMapping, names: Sequence[str]) -> Sequence[SheetMapping]:
    if [wanted.sheet for wanted in mapping.sheets] == [EVERY_SHEET]:
        return [mapping.sheets[0].model_copy(update={"sheet": name}) for name in names]
    return mapping.sheets


def _read_sheet(
    file: str, workbook: CalamineWorkbook, wanted: SheetMapping, otherwise: dict[tuple[int, int], str]
) -> Sheet:
    name = wanted.sheet or ""
    if name not in workbook.sheet_names:
        raise DataRejected(
            f"{file}: expected a sheet {name}; found {', '.join(workbook.sheet_names)}; rename it or correct the mapping"
        )
    sheet = workbook.get_sheet_by_name(name)
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    last_header = wanted.header_row + wanted.header_rows - 1
    if len(rows) < last_header:
        raise DataRejected(f"{file} {name}: expected a header in row {last_header}; it has {len(rows)} rows")
    for (row, column), text in otherwise.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    _fill_merged(rows, sheet, last_header)
    header = _header(rows[wanted.header_row - 1 : last_header])
    return build_sheet(file, name, header, list(enumerate(rows[last_header:], start=last_header + 1)))


def _fill_merged(rows: list[list[str]], sheet: CalamineSheet, last_header: int) -> None:
    """Write the value of cells merged over rows into each of them, and of header cells merged over columns as well."""
    for (top, left), (bottom, right) in _merged(sheet):
        in_header = bottom < last_header
        if top >= len(rows) or left >= len(rows[top]) or (left != right and not in_header):
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                rows[row][column] = rows[row][column] or rows[top][left]


def _merged(sheet: CalamineSheet) -> Sequence[Merged]:
    """The merged ranges; those of OpenDocument files are not known to the library."""
    return sheet.merged_cell_ranges or []


def _header(rows: list[list[str]]) -> list[str]:
    """One name per column: the texts of the header rows above it, each said once."""
    return [
        " ".join(dict.fromkeys(part for part in map(str.strip, parts) if part)) for parts in zip(*rows, strict=True)
    ]


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
