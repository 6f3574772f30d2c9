"""A sheet is read by one library and counted by another: where they have not seen the same cells, nobody can trust either.

Calamine counts. It takes error cells for blank, so these are left out on both sides; and it lays a sheet out in full,
blank cells and all, so it is not asked where a stray cell makes the sheet absurdly large: the reader of that format says what stands in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from transforms.readers.workbook.worksheet import Worksheet

Place = tuple[int, int]
# Filled cells by row, from 0; rows without any are absent.
Counts = dict[int, int]
# Cells of a sheet laid out in full: a million rows of sixteen columns.
MOST_CELLS = 16 * 2**20


def refusal_of_counts(name: str, ours: Mapping[int, int], theirs: Mapping[int, int] | None) -> str | None:
    """Why a sheet is refused whose cells two libraries have not counted alike; nothing where they have, or nobody else can count."""
    if theirs is None or ours == theirs:
        return None
    row = min(row for row in {*ours, *theirs} if ours.get(row) != theirs.get(row))
    return (
        f"{name}: two libraries found {sum(ours.values())} and {sum(theirs.values())} filled cells, first differing in row "
        f"{row + 1}; open the workbook in Excel, save it as .xlsx and send it again"
    )


def can_lay_out(bottom: int, right: int) -> bool:
    """Whether a sheet whose farthest cell, blank ones included, is here may be laid out in full."""
    return (bottom + 1) * (right + 1) <= MOST_CELLS


class SecondReading:
    """A workbook as the second library reads it."""

    def __init__(self, path: Path) -> None:
        self._workbook: CalamineWorkbook | None = None
        try:
            with panics_as_errors():
                self._workbook = load_workbook(str(path))
        except (CalamineError, OSError, ValueError):
            self._workbook = None

    def counts(self, name: str) -> Counts | None:
        """Filled cells of a sheet by row, errors left out; nothing where the library can't read it."""
        if self._workbook is None or name not in self._workbook.sheet_names:
            return None
        try:
            with panics_as_errors():
                sheet = self._workbook.get_sheet_by_name(name)
                # Its rows begin with the first of the sheet, blank ones included.
                found = {row: _filled(cells) for row, cells in enumerate(sheet.iter_rows())} if sheet.start else {}
        except (CalamineError, OSError, ValueError):
            return None
        return {row: count for row, count in found.items() if count}


def recounted(
    path: Path, sheets: Sequence[Worksheet], errors: Mapping[str, set[Place]], corners: Mapping[str, Place]
) -> list[Worksheet]:
    """The sheets, refused where the second library has not found as many filled cells in each row.

    errors: by sheet, the cells that hold an error. The second library takes some of them for blank and others for text, so that a
    row may have any number of these. corners: by sheet, the last row and column with a cell, blank ones included: the second
    library lays out all sheets as it opens the file, so it is not asked where that would exceed the memory.
    """
    if sum((bottom + 1) * (right + 1) for bottom, right in corners.values()) > MOST_CELLS // 2:
        return list(sheets)
    second = SecondReading(path)
    return [_recounted(second, sheet, errors.get(sheet.name, set())) for sheet in sheets]


def _recounted(second: SecondReading, sheet: Worksheet, errors: set[Place]) -> Worksheet:
    if sheet.refused or not sheet.cells:
        return sheet
    theirs = second.counts(sheet.name)
    if theirs is None:
        return sheet
    sure = Counter(row for (row, column), text in sheet.cells.items() if text.strip() and (row, column) not in errors)
    doubted = Counter(row for row, _ in errors)
    ours = {row: min(max(theirs.get(row, 0), sure[row]), sure[row] + doubted[row]) for row in {*sure, *doubted}}
    return replace(sheet, refused=refusal_of_counts(sheet.name, {row: n for row, n in ours.items() if n}, theirs))


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Calamine meets some damaged files with a Rust panic, which no `except Exception` catches."""
    try:
        yield
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise ValueError from None


def _filled(row: Sequence[object]) -> int:
    return sum(bool(cell.strip()) if type(cell) is str else True for cell in row)
