"""A sheet as read: every cell text or blank, every row with the number a person sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

ROW = "source_row"


@dataclass(frozen=True)
class Sheet:
    """One sheet of one file.

    file: file name. name: sheet name, empty for files without sheets. frame: one column of text per header, in sheet
    order, and `source_row` (1-based, as the user sees it in Excel or an editor, header rows counted).
    """

    file: str
    name: str
    frame: pl.DataFrame

    @property
    def header(self) -> list[str]:
        """The column headers in sheet order."""
        return [name for name in self.frame.columns if name != ROW]

    @property
    def place(self) -> str:
        """File and sheet, for messages."""
        return f"{self.file} {self.name}".strip()


def build_sheet(file: str, name: str, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> Sheet:
    """A sheet from its header and numbered rows of cells; blank text is blank, wholly blank rows are left out."""
    names = unique_names(header)
    width = len(names)
    numbers = [number for number, _ in rows]
    columns = {
        column: pl.Series(column, [cells[i] if i < len(cells) else "" for _, cells in rows], dtype=pl.String)
        for i, column in enumerate(names)
    }
    frame = pl.DataFrame({**columns, ROW: pl.Series(ROW, numbers, dtype=pl.Int64)})
    frame = frame.with_columns(_blank_to_null(pl.col(column)) for column in names)
    has_content = pl.any_horizontal(pl.col(names).is_not_null()) if width else pl.lit(value=False)
    return Sheet(file, name, frame.filter(has_content))


def unique_names(header: Sequence[str]) -> list[str]:
    """Headers stripped; a repeated one gets #2, #3 ..., an empty one its column number, trailing empty ones go."""
    stripped = [name.strip().lstrip("\ufeff") for name in header]
    while stripped and not stripped[-1]:
        stripped.pop()
    # An export's own `source_row` becomes `source_row#2`: the name is ours.
    seen = {ROW: 1}
    names = []
    for position, name in enumerate(stripped, start=1):
        shown = name or f"column {position}"
        seen[shown] = seen.get(shown, 0) + 1
        names.append(shown if seen[shown] == 1 else f"{shown}#{seen[shown]}")
    return names


def _blank_to_null(cell: pl.Expr) -> pl.Expr:
    stripped = cell.str.strip_chars()
    return pl.when(stripped != "").then(stripped)
