"""Sheets that one library has read, counted once more by another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from transforms.readers.workbook.seen_twice import MOST_CELLS, SecondReading, refusal_of_counts
from transforms.readers.workbook.worksheet import Worksheet

Place = tuple[int, int]


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
