"""What a reader finds in a sheet, cell by cell, until it is whole: texts, marks, doubts. The same for every format of file."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from transforms.readers.workbook.colors import telling_colors
from transforms.readers.workbook.seen_twice import Counts, refusal_of_counts
from transforms.readers.workbook.worksheet import NOT_KNOWN, Mark, Merged, Place, Worksheet, cell_name

NEVER_COMPUTED = (
    "holds a formula that was never computed; open the workbook in Excel or LibreOffice, save it and send it again"
)
UNKNOWN_FORMAT = "has {}, so what it shows can't be known; give the cell another number format, such as 0 or yyyy-mm-dd"
DAMAGED = "{}; open the workbook in Excel, save it and send it again"
MISPLACED = (
    "holds its text where some programs look for it and others do not; open the workbook in Excel, see that the cell "
    "is right, save it and send it again"
)
COVERED = "lies beneath a merged cell and holds something else; unmerge the cells, enter what belongs in each and send the workbook again"
ROWS, COLUMNS = 1_048_576, 16_384
# First and last of several rows or columns, from 0.
Span = tuple[int, int]


@dataclass
class FoundCells:
    """One sheet while it is read.

    cells: texts shown. errors: places of error cells, which a second library may take for blank. comments, struck: places of these.
    looks: looks other than plain. doubts: cells of which nobody can tell what they show, and why. zeros, results: formulas whose
    stored result is zero or blank, and whose is not, by column. hidden_rows, hidden_columns: first and last of those hidden. bottom, right: the farthest cell there is, blank or not. refused: the
    first reason why no cell of the sheet can be trusted.
    """

    name: str
    hidden: bool = False
    cells: dict[Place, str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    errors: set[Place] = field(default_factory=set)
    comments: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    looks: dict[Place, str] = field(default_factory=dict)
    doubts: dict[Place, str] = field(default_factory=dict)
    zeros: dict[int, list[Place]] = field(default_factory=dict)
    results: set[int] = field(default_factory=set)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    bottom: int = -1
    right: int = -1
    refused: str | None = None

    def put(self, place: Place, text: str, *, is_error: bool = False, struck: bool = False, look: str = "") -> None:
        """Take what a cell shows; one that shows nothing is none, whatever it looks like."""
        if not text.strip():
            return
        if place in self.cells:
            self.refuse(*place, DAMAGED.format("is there twice"))
        self.cells[place] = text
        if is_error:
            self.errors.add(place)
        if struck:
            self.struck.add(place)
        if look:
            self.looks[place] = look

    def refuse(self, row: int, column: int, reason: str) -> None:
        """Remember the first cell for which the whole sheet can't be trusted, and why."""
        self.refused = self.refused or f"{self.name} {cell_name(row, column)}: {reason}"

    def question(self, place: Place, reason: str) -> None:
        """Remember a cell of which nobody can tell what it shows, and why; the first reason stands."""
        self.doubts.setdefault(place, reason)

    def reach(self, row: int, column: int) -> None:
        """Widen the sheet up to a cell."""
        self.bottom, self.right = max(self.bottom, row), max(self.right, column)
        if row >= ROWS or column >= COLUMNS:
            self.refuse(row, column, "outside of what a sheet can hold; save the workbook anew in Excel")

    def note_formula(self, place: Place, *, is_zero: bool) -> None:
        """Remember what a formula came to."""
        if is_zero:
            self.zeros.setdefault(place[1], []).append(place)
        else:
            self.results.add(place[1])

    def question_zeros(self) -> None:
        """Doubt the formulas of columns in which all came to zero or blank: a program that computes nothing stores these."""
        for column, places in self.zeros.items():
            if column not in self.results:
                for place in places:
                    self.question(place, NEVER_COMPUTED)

    def worksheet(
        self, count_again: Callable[[FoundCells], Counts | None] = lambda _: None, *, numbered: bool = False
    ) -> Worksheet:
        """The sheet, after a second library, where there is one, has counted its cells."""
        self._question_covered()
        refused = self.refused or refusal_of_counts(self.name, *self.counts(), count_again(self))
        marks = [
            *(Mark("comment", *place) for place in sorted(self.comments)),
            *(Mark("struck", *place) for place in sorted(self.struck)),
            *(Mark("colored", *place) for place in telling_colors(self.cells, self.looks)),
        ]
        cells = {**self.cells, **dict.fromkeys(self.doubts, NOT_KNOWN)} if self.doubts else self.cells
        return Worksheet(
            self.name, self.hidden, cells, tuple(self.merged), tuple(marks), refused, self.doubts, numbered,
            hidden_rows=_among({row for row, _ in cells} if self.hidden_rows else (), self.hidden_rows),
            hidden_columns=_among({column for _, column in cells} if self.hidden_columns else (), self.hidden_columns),
        )  # fmt: skip

    def _question_covered(self) -> None:
        """Doubt what lies beneath a merged cell, where nobody sees it, unless it is the same."""
        for top, left, bottom, right in self.merged:
            large = (bottom - top + 1) * (right - left + 1) > len(self.cells)
            area = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            for place in [*self.cells] if large else area:
                is_within = top <= place[0] <= bottom and left <= place[1] <= right and place != (top, left)
                if is_within and self.cells.get(place, self.cells.get((top, left))) != self.cells.get((top, left)):
                    self.question(place, COVERED)

    def counts(self) -> tuple[Counts, Counts]:
        """By row how many filled cells there are for certain, and how many that another library may take for blank."""
        unsure = {*self.errors, *self.doubts}
        return _by_row(place for place in self.cells if place not in unsure) if unsure else _by_row(
            self.cells
        ), _by_row(unsure)


def _among(filled: Iterable[int], spans: Sequence[Span]) -> frozenset[int]:
    """The rows or columns that lie within a span."""
    ordered = sorted(spans)
    starts = [first for first, _ in ordered]
    ends = [*accumulate((last for _, last in ordered), max)]
    return frozenset(number for number in filled if (at := bisect_right(starts, number)) and number <= ends[at - 1])


def _by_row(places: Iterable[Place]) -> Counts:
    return Counter(row for row, _ in places)
