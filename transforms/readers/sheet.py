"""A sheet as read: every cell text or blank, every row with the number a person sees."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import numpy as np
import polars as pl

from schemas.mapping import FileMapping
from schemas.seen_text import UNSEEN, seen
from transforms.distinct_texts import changed, having
from transforms.side_by_side import side_by_side

ROW = "source_row"
# What the text of a cell is rid of: outer blanks, marks that nobody sees.
NOT_SEEN = rf"^[\s\u2800]|[\s\u2800]$|^$|{UNSEEN}"

MarkedAs = Literal["commented", "struck", "colored", "unclear", "hidden", "nested"]


@dataclass(frozen=True)
class MarkedColumn:
    """Cells of a column that are more than their values, or less: what a mark says is never kept, only how many there are.

    kind: commented, struck (through), colored (unlike the rest of the column), unclear (nobody can tell what they show), hidden or nested (several values
    stand in the place of one). column: None where
    whole rows are. cells: how many, or how many rows. first_row: the row of the first, as a person counts.
    """

    kind: MarkedAs
    column: str | None
    cells: int
    first_row: int


@dataclass(frozen=True)
class Sheet:
    """One sheet of one file.

    file: file name. name: sheet name, empty for files without sheets. frame: one column of text per header (see distinct_texts), in
    sheet order, and `source_row` (1-based: the row as the user sees it in Excel or an editor, header rows counted; where a
    format has no such rows, the number of the record). ragged: rows whose number of cells is not the header's, which
    are not in the frame since nobody can tell which cell belongs to which column. personal: columns the export itself
    declares to identify a person. shared: rows that are not in the frame since their subject's number stands for several. repeated: rows that are not in the frame since
    the history of changes puts one row in twice. uninserted: the same of rows that it changes and never puts in. damaged: numbers of records that are not in the frame since nobody can read them.
    marked: columns with cells that a person marked, or that are unclear. blank: it holds nothing, not even a header. hidden: nobody sees it until
    it is unfolded. after_blank: headers that stand right of a wholly blank column.
    """

    file: str
    name: str
    frame: pl.DataFrame
    ragged: tuple[int, ...] = ()
    personal: tuple[str, ...] = ()
    marked: tuple[MarkedColumn, ...] = ()
    blank: bool = False
    shared: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()
    uninserted: tuple[int, ...] = ()
    damaged: tuple[int, ...] = ()
    hidden: bool = False
    after_blank: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The column headers in sheet order."""
        return [name for name in self.frame.columns if name != ROW]

    @property
    def place(self) -> str:
        """File and sheet, for messages."""
        return f"{self.file} {self.name}".strip()


def build_sheet(
    file: str, name: str, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], ragged: Sequence[int] = ()
) -> Sheet:
    """A sheet from its header and numbered rows of cells; blank text is blank, wholly blank rows are left out."""
    width = _width(header, rows)
    names = unique_names([*header, *[""] * width][:width])
    numbers = [number for number, _ in rows]
    columns = {
        column: pl.Series(column, [cells[i] if i < len(cells) else "" for _, cells in rows], dtype=pl.String)
        for i, column in enumerate(names)
    }
    frame = pl.DataFrame({**columns, ROW: pl.Series(ROW, numbers, dtype=pl.Int64)})
    whole = with_blanks(frame)
    blank = {at for at, column in enumerate(names) if not _named(header, at) and not whole[column].count()}
    return Sheet(file, name, whole, tuple(ragged), after_blank=headers_after_blank(names, blank))


def _named(header: Sequence[str], at: int) -> bool:
    return at < len(header) and bool(header[at].strip())


def column_sheet(file: str, name: str, columns: Sequence[tuple[str, pl.Series]]) -> Sheet:
    """A sheet from its columns of text; rows are numbered from 1, wholly blank ones are left out."""
    names = unique_names([header for header, _ in columns])
    frame = pl.DataFrame([cells.alias(column) for column, (_, cells) in zip(names, columns, strict=True)])
    numbered = frame.with_columns(pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias(ROW))
    return Sheet(file, name, with_blanks(numbered))


def with_nested(sheet: Sheet, places: Mapping[str, Sequence[int]], mapping: FileMapping) -> Sheet:
    """The sheet with word of the cells that hold no single value, of columns that the mapping uses; their text is NOT_KNOWN.

    places: their rows in the order of the sheet, by column.
    """
    used = {name for entry in mapping.sheets for name in entry.used_columns()}
    marks = [MarkedColumn("nested", name, len(rows), rows[0]) for name, rows in places.items() if rows and name in used]
    return replace(sheet, marked=(*sheet.marked, *marks))


def with_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells as they are seen, without outer blanks, null where nothing is left; rows without any content are left out."""
    names = [name for name in frame.columns if name != ROW]
    # Most columns have no such cell, and to look is cheaper than to write them anew.
    padded = having(frame, NOT_SEEN, names)
    frame = frame.with_columns(side_by_side(lambda name: changed(frame[name], _seen_or_null), padded, frame.height))
    if any(not column.null_count() for column in frame.select(names)):
        return frame
    return frame.filter(pl.any_horizontal(pl.col(names).is_not_null()) if names else pl.lit(value=False))


def _width(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """Columns up to the last that has a header or a cell: cells right of the last header are data too."""
    named = max((position for position, name in enumerate(header, start=1) if name.strip()), default=0)
    beyond = ((named, cells[named:]) for _, cells in rows if len(cells) > named)
    filled = (start + i for start, cells in beyond for i, cell in enumerate(cells, start=1) if cell.strip())
    return max(filled, default=named)


def unique_names(header: Sequence[str]) -> list[str]:
    """Headers on one line as they are seen; a repeated one gets #2, #3 ..., an empty one its column number."""
    stripped = [re.sub(r"\s*[\r\n]+\s*", " ", seen(name)) for name in header]
    # An export's own `source_row` becomes `source_row#2`: the name is ours.
    count = {ROW: 1}
    names = []
    for position, name in enumerate(stripped, start=1):
        shown = name or f"column {position}"
        count[shown] = count.get(shown, 0) + 1
        names.append(shown if count[shown] == 1 else f"{shown}#{count[shown]}")
    return names


def headers_after_blank(names: Sequence[str], blank: Collection[int]) -> tuple[str, ...]:
    """Of the headers in sheet order those right of a blank column; blank: positions of those without header or cell."""
    return tuple(name for at, name in enumerate(names) if at - 1 in blank and at not in blank)


def number_text(value: float, *, is_short: bool = False) -> str:
    """The shortest decimal text that reads back as this number, without exponent; whole numbers without a fraction.

    is_short: it was stored in four bytes, in which 0.1 is 0.1, not the 0.10000000149 that eight bytes make of it.
    """
    value = float(str(np.float32(value))) if is_short else float(value)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _seen_or_null(texts: pl.Series) -> pl.Series:
    stripped = texts.str.replace_all(UNSEEN, "").str.strip_chars().str.strip_chars("\u2800")
    return stripped.set(stripped == "", None)
