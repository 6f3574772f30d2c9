"""A large file of plain lines is read at once, and what the quick way can't see to is left to the careful one."""

from __future__ import annotations

import pytest

from schemas.mapping import FileMapping
from transforms.readers.plain_lines import FEW_BYTES, LONGEST_CELL, read_plain_lines

MAPPING = FileMapping.model_validate(
    {"match": "*", "format": "csv", "sheets": [{"feeds": [{"domain": "subject", "columns": {"subject_id": "id"}}]}]}
)
ROWS = [f"{n},text {n}" for n in range(FEW_BYTES // 8)]


def was_read_at_once(rows: list[str]) -> bool:
    sheet = read_plain_lines("export.csv", "\n".join(["id,note", *rows, ""]).encode(), ",", MAPPING)
    return sheet is not None and sheet.frame["note"].to_list() == [row.split(",")[1] for row in rows]


def test_lines_of_cells_of_any_usual_length_are() -> None:
    assert was_read_at_once(ROWS)


@pytest.mark.parametrize("at", [0, len(ROWS) // 2, len(ROWS) - 1])
@pytest.mark.parametrize(
    ("length", "expected"), [(LONGEST_CELL - 20, True), (LONGEST_CELL, True), (LONGEST_CELL + 1, False)]
)
def test_a_cell_longer_than_any_should_be_is_left_to_the_careful_reader(at: int, length: int, expected: bool) -> None:
    rows = [*ROWS[:at], f"0,{'x' * length}", *ROWS[at:]]
    assert was_read_at_once(rows) is expected
