"""A worksheet as a person sees it: the texts shown, where they stand, and what is marked. No format of file is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["comment", "struck", "colored"]


@dataclass(frozen=True)
class Mark:
    """Something a person put on a cell beside its value; what a comment says is never kept.

    row, column: from 0.
    """

    kind: MarkKind
    row: int
    column: int


@dataclass(frozen=True)
class Doubt:
    """A cell of which nobody can tell what it shows; `sentence` names sheet and cell."""

    row: int
    column: int
    sentence: str


@dataclass(frozen=True)
class Worksheet:
    """One sheet of a workbook, in sparse form.

    cells: the text shown by (row, column) from 0; blank cells are absent. merged: ranges of merged cells as (top, left,
    bottom, right) from 0, both ends included. refused: one sentence, without the file's name, why this sheet can't be
    read; it names the sheet and the cell, and is raised only where a mapping asks for the sheet. doubts: where the reason is that of
    single cells, the first ones of each column, so that a column nobody uses need not cost the sheet. numbered: the file has no
    name for it, so that its name here is only its number.
    """

    name: str
    hidden: bool
    cells: dict[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    marks: tuple[Mark, ...] = ()
    refused: str | None = None
    doubts: tuple[Doubt, ...] = ()
    numbered: bool = False


def cell_name(row: int, column: int) -> str:
    """The name a person knows a cell by, such as B7; row and column are from 0."""
    letters = ""
    left = column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
