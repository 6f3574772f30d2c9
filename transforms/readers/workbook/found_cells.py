"""What a reader finds in a sheet, cell by cell, until it is whole: texts, marks, doubts. The same for every format of file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from transforms.readers.workbook.colors import telling_colors
from transforms.readers.workbook.seen_twice import Counts, refusal_of_counts
from transforms.readers.workbook.worksheet import Doubt, Mark, Worksheet, cell_name

Place = tuple[int, int]
NEVER_COMPUTED = "holds a formula that was never computed; open the workbook in Excel, save it and send it again"
UNKNOWN_FORMAT = "has {}, so what it shows can't be known; give the cell another number format, such as 0 or yyyy-mm-dd"
DAMAGED = "{}; open the workbook in Excel, save it and send it again"
# Those of a title may come before those of the data.
DOUBTS_OF_A_COLUMN = 20
ROWS, COLUMNS = 1_048_576, 16_384


@dataclass
class FoundCells:
    """One sheet while it is read.

    cells: texts shown. errors: places of error cells, which the second library takes for blank. zeros, results: formulas whose
    stored result is zero or blank, and whose is not, by column. bottom, right: the farthest cell there is, blank or not.
    refused: the first reason why the sheet can't be read. doubts: by column, the first cells of which nobody can tell what they show.
    """

    name: str
    cells: dict[Place, str] = field(default_factory=dict)
    errors: set[Place] = field(default_factory=set)
    struck: list[Place] = field(default_factory=list)
    looks: dict[Place, str] = field(default_factory=dict)
    zeros: dict[int, Place] = field(default_factory=dict)
    results: set[int] = field(default_factory=set)
    bottom: int = -1
    right: int = -1
    refused: str | None = None
    doubts: dict[int, list[Doubt]] = field(default_factory=dict)

    def refuse(self, row: int, column: int, reason: str) -> None:
        """Remember the first cell for which the whole sheet can't be trusted, and why."""
        self.refused = self.refused or f"{self.name} {cell_name(row, column)}: {reason}"

    def question(self, row: int, column: int, reason: str) -> None:
        """Remember a cell of which nobody can tell what it shows, and why."""
        known = self.doubts.setdefault(column, [])
        if len(known) < DOUBTS_OF_A_COLUMN:
            known.append(Doubt(row, column, f"{self.name} {cell_name(row, column)}: {reason}"))

    def reach(self, row: int, column: int) -> None:
        """Widen the sheet up to a cell."""
        self.bottom, self.right = max(self.bottom, row), max(self.right, column)
        if row >= ROWS or column >= COLUMNS:
            self.refuse(row, column, "outside of what a sheet can hold; save the workbook anew in Excel")

    def note_formula(self, row: int, column: int, *, is_zero: bool) -> None:
        """Remember what a formula came to."""
        if is_zero:
            self.zeros.setdefault(column, (row, column))
        else:
            self.results.add(column)

    def refuse_zeros(self) -> None:
        """Doubt columns whose formulas all came to zero or blank: a program that computes nothing stores these."""
        for column, place in self.zeros.items():
            if column not in self.results:
                self.question(*place, NEVER_COMPUTED)

    def worksheet(
        self, *, hidden: bool, merged: Iterable[tuple[int, int, int, int]], comments: Iterable[Place],
        count_again: Callable[[FoundCells], Counts | None],
    ) -> Worksheet:  # fmt: skip
        """The sheet, after a second library has counted its cells."""
        refused = self.refused or refusal_of_counts(self.name, self.counts(), count_again(self))
        # A cell that holds its sheet back for other reasons needs no doubt of its own.
        doubts = (
            () if refused else tuple(sorted(chain(*self.doubts.values()), key=lambda doubt: (doubt.row, doubt.column)))
        )
        refused = refused or (doubts[0].sentence if doubts else None)
        filled = self.cells
        marks = [
            *(Mark("comment", *place) for place in sorted(set(comments))),
            *(Mark("struck", *place) for place in sorted(set(self.struck)) if place in filled),
            *(Mark("colored", *place) for place in telling_colors(filled, self.looks)),
        ]
        return Worksheet(self.name, hidden, filled, tuple(merged), tuple(marks), refused, doubts)

    def counts(self) -> Counts:
        """How many filled cells each row has, errors left out."""
        counts: Counts = {}
        for row, _ in self.cells:
            counts[row] = counts.get(row, 0) + 1
        for row, _ in self.errors:
            counts[row] -= 1
        return {row: count for row, count in counts.items() if count}
