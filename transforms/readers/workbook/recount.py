"""Sheets that one library has read, counted once more by another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from transforms.readers.workbook.seen_twice import SecondReading, can_lay_out, refusal_of_counts
from transforms.readers.workbook.worksheet import Worksheet

Place = tuple[int, int]


def recounted(path: Path, sheets: Sequence[Worksheet], errors: Mapping[str, set[Place]]) -> list[Worksheet]:
    """The sheets, refused where the second library has not found as many filled cells in each row.

    errors: by sheet, the cells that hold an error. The second library takes some of them for blank and others for text, so that a
    row may have any number of these.
    """
    second = SecondReading(path)
    return [_recounted(second, sheet, errors.get(sheet.name, set())) for sheet in sheets]


def _recounted(second: SecondReading, sheet: Worksheet, errors: set[Place]) -> Worksheet:
    if sheet.refused or not sheet.cells:
        return sheet
    bottom, right = (max(place[i] for place in sheet.cells) for i in (0, 1))
    theirs = second.counts(sheet.name) if can_lay_out(bottom, right) else None
    if theirs is None:
        return sheet
    sure = Counter(row for (row, column), text in sheet.cells.items() if text.strip() and (row, column) not in errors)
    doubted = Counter(row for row, _ in errors)
    ours = {row: min(max(theirs.get(row, 0), sure[row]), sure[row] + doubted[row]) for row in {*sure, *doubted}}
    return replace(sheet, refused=refusal_of_counts(sheet.name, {row: n for row, n in ours.items() if n}, theirs))
