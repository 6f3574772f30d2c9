"""Whatever is sent, and however damaged: every row and every cell has one fate, and what is used is what was last sent."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.tiny_build import csv_site, rows, tiny_build

FEED = {
    "domain": "subject",
    "where": {"column": "kind", "equals": "subject"},
    "columns": {"subject_id": "id", "enrollment_date": "day", "age_years": "age"},
}
SITE = csv_site(FEED, sheet={"set_aside": {"column": "kind", "equals": "total"}})
HEADER = "id,kind,day,age\n"
FIRST_DAY = date(2024, 1, 1)
CELLS = ("cells_used", "cells_unknown", "cells_set_aside", "cells_superseded")
FATES = ("accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed")


class Line(NamedTuple):
    """A line of an export: a subject with its age, and what is wrong with the line."""

    subject: int
    age: int
    damage: str

    @property
    def text(self) -> str:
        sound = f"{self.subject},subject,2021-01-01,{self.age}"
        return {
            "none": sound,
            "wrong age": f"{self.subject},subject,2021-01-01,{self.age}00",
            "wrong day": f"{self.subject},subject,2021-02-31,{self.age}",
            "a cell too many": f"{sound},more",
            "total": f"{self.subject},total,,{self.age}",
            "of no kind": f"{self.subject},remark,,{self.age}",
            "twice": f"{sound}\n{sound}",
        }[self.damage]


DAMAGES = st.sampled_from(
    ["none", "none", "none", "wrong age", "wrong day", "a cell too many", "total", "of no kind", "twice"]
)
LINES = st.lists(
    st.builds(Line, subject=st.integers(1, 6), age=st.integers(20, 60), damage=DAMAGES),
    max_size=6,
    unique_by=lambda line: line.subject,
)
# A file in which most lines have too many cells is refused as a whole.
LINES = LINES.filter(lambda lines: 2 * sum(line.damage == "a cell too many" for line in lines) <= len(lines))
DELIVERIES = st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=4)


def truth(deliveries: list[tuple[list[Line], bool]]) -> dict[str, tuple[str | None, float | None]]:
    """Subject, day and age in use: each as the last delivery that speaks of it says, without the cell in doubt."""
    known: dict[int, tuple[str | None, float | None]] = {}
    for number, (lines, incremental) in enumerate(deliveries):
        if number == 0 or not incremental:
            known = {}
        for line in lines:
            if line.damage in ("none", "twice", "wrong age", "wrong day"):
                day = None if line.damage == "wrong day" else "2021-01-01"
                known[line.subject] = (day, None if line.damage == "wrong age" else float(line.age))
    return {f"s-{subject}": told for subject, told in known.items()}


def unread(lines: list[Line]) -> int:
    """Rows of an export that gave no record: nobody knows what they tell."""
    return sum(line.damage in ("a cell too many", "of no kind") for line in lines)


def filled_cells(text: str) -> int:
    """Cells below the header of rows that have as many as it."""
    rows_of_cells = [line.split(",") for line in text.splitlines()[1:]]
    return sum(sum(map(bool, cells)) for cells in rows_of_cells if len(cells) == HEADER.count(",") + 1)


@settings(max_examples=25)
@given(DELIVERIES)
def test_rows_add_up_and_the_truth_is_kept(deliveries: list[tuple[list[Line], bool]]) -> None:
    days = [FIRST_DAY + timedelta(days=number) for number in range(len(deliveries))]
    exports = {
        day: HEADER + "".join(f"{line.text}\n" for line in lines)
        for day, (lines, _) in zip(days, deliveries, strict=True)
    }
    incremental = tuple(
        day for number, (day, (_, partly)) in enumerate(zip(days, deliveries, strict=True)) if partly and number
    )
    with (
        TemporaryDirectory() as folder,
        tiny_build(Path(folder), SITE, exports, incremental=incremental) as built,
    ):
        told = rows(built, "SELECT subject_id, enrollment_date, age_years FROM core.subject WHERE valid_to IS NULL")
        assert {subject: (day, age) for subject, day, age in told} == truth(deliveries)
        found = rows(built, f"SELECT rows_read, {', '.join(FATES)} FROM meta.reconciliation ORDER BY extract_date")
        assert [read for read, *_ in found] == [text.count("\n") - 1 for text in exports.values()]
        assert all(read == sum(fates) for read, *fates in found)
        cells = rows(built, f"SELECT cells_read, {', '.join(CELLS)} FROM meta.reconciliation ORDER BY extract_date")
        assert [read for read, *_ in cells] == [filled_cells(text) for text in exports.values()]
        assert all(read == sum(fates) for read, *fates in cells)
        doubtful = sum(None in cell for cell in truth(deliveries).values())
        assert sum(unknown for _, _, unknown, *_ in cells) == doubtful
        in_doubt = rows(built, "SELECT count(subject_id), count(*) FROM meta.set_aside WHERE valid_to IS NULL")
        assert in_doubt == [(doubtful, doubtful + unread(deliveries[-1][0]))]
        assert rows(built, "SELECT count(*) FROM meta.quarantine WHERE domain IS NOT NULL") == [(0,)]
