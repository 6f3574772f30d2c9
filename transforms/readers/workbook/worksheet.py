"""A worksheet as a person sees it: the texts shown, where they stand, and what is marked. No format of file is known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Row and column of a cell, from 0; and top, left, bottom and right of merged ones.
Place = tuple[int, int]
Merged = tuple[int, int, int, int]
MarkKind = Literal["comment", "struck", "colored"]
# Excel's signs for what it can't show, in other formats for what is no single value, which no column reads and no subject is called.
NOT_KNOWN = "########"


@dataclass(frozen=True)
class Mark:
    """Something a person put on a cell beside its value; what a comment says is never kept.

    row, column: from 0.
    """

    kind: MarkKind
    row: int
    column: int


@dataclass(frozen=True)
class Worksheet:
    """One sheet of a workbook, in sparse form.

    cells: the text shown by (row, column) from 0; blank cells are absent. merged: ranges of merged cells, both ends included.
    doubts: cells of which nobody can tell what they show, and why; their text in `cells` is NOT_KNOWN. refused: one sentence, without
    the file's name, why no cell of this sheet can be trusted; it is raised only where a mapping asks for the sheet. numbered: the
    file has no name for it, so that its name here is only its number. hidden_rows, hidden_columns: those with cells that nobody sees until
    they are unfolded, or a filter is taken off.
    """

    name: str
    hidden: bool
    cells: dict[Place, str]
    merged: tuple[Merged, ...] = ()
    marks: tuple[Mark, ...] = ()
    refused: str | None = None
    doubts: Mapping[Place, str] = field(default_factory=dict)
    numbered: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def cell_name(row: int, column: int) -> str:
    """The name a person knows a cell by, such as B7; row and column are from 0."""
    letters = ""
    left = column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
