"""A sheet is read by one library and counted by another: where they have not seen the same cells, nobody can trust either.

Calamine counts. It takes some error cells for blank and others for text, and has its own way with cells in doubt, so a row may have
any number of these; and it lays a sheet out in full, blank cells and all, so it is not asked where a stray cell makes the sheet
absurdly large: the reader of that format says what stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from transforms.readers.workbook.worksheet import Place

# Filled cells by row, from 0; rows without any are absent.
Counts = dict[int, int]
# Cells of a sheet laid out in full: a million rows of sixteen columns.
MOST_CELLS = 16 * 2**20


def refusal_of_counts(name: str, sure: Counts, unsure: Counts, theirs: Counts | None) -> str | None:
    """Why a sheet is refused whose cells two libraries have not counted alike; nothing where they have, or nobody else can count.

    sure: filled cells by row. unsure: cells which the other library may count or not.
    """
    if theirs is None:
        return None
    rows = {*sure, *unsure, *theirs}
    unlike = [row for row in rows if not 0 <= theirs.get(row, 0) - sure.get(row, 0) <= unsure.get(row, 0)]
    if not unlike:
        return None
    return (
        f"{name}: two libraries found {sum(sure.values()) + sum(unsure.values())} and {sum(theirs.values())} filled cells, first "
        f"differing in row {min(unlike) + 1}; open the workbook in Excel, save it as .xlsx and send it again"
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


def second_reading_of_all(path: Path, corners: Iterable[Place]) -> SecondReading | None:
    """The second library where it lays out all sheets as it opens the file; nothing where that would exceed the memory.

    corners: of each sheet, the last row and column with a cell, blank ones included.
    """
    laid_out = sum((bottom + 1) * (right + 1) for bottom, right in corners)
    return SecondReading(path) if laid_out <= MOST_CELLS // 2 else None


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
