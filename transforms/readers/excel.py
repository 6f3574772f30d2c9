"""Workbooks of every kind: the sheets a mapping asks for, with header, merged cells and marks. Each kind has its reader in workbook/.

A merged cell is one cell over several rows, so each of these rows has its value. Merged over columns of a row that holds more, it is
the value of the first, and what it is to the others is asked about. Hidden sheets, rows and columns are data too, and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SheetMapping
from transforms.readers.datasets import EVERY_SHEET
from transforms.readers.header_again import without_headers
from transforms.readers.sheet import ROW, MarkedAs, MarkedColumn, Sheet, headers_after_blank, unique_names, with_blanks
from transforms.readers.workbook.routes import ROUTES, workbook_kind
from transforms.readers.workbook.text_table import is_text_table, read_text_table
from transforms.readers.workbook.worksheet import NOT_KNOWN, MarkKind, Place, Worksheet, cell_name

MARKED_AS: dict[MarkKind, MarkedAs] = {"comment": "commented", "struck": "struck", "colored": "colored"}
ACROSS = (
    "lies beneath a cell merged over columns; unmerge the cells, enter what belongs in each and send the workbook again"
)
Cells = dict[Place, str]


def read_excel(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The sheets a mapping names, of .xlsx, .xlsm, .xlsb, .xls and .ods files and of what is merely named so.

    Raises
    ------
    DataRejected: not a workbook, it inflates beyond measure, or a sheet that is asked for is missing, holds what can't be read
        for certain, or lacks its header row.
    """
    kind = workbook_kind(path)
    if kind == "other" and is_text_table(path):
        return read_text_table(path, mapping)
    worksheets = ROUTES[kind](path)
    if [wanted.sheet for wanted in mapping.sheets] == [EVERY_SHEET]:
        return [
            _read_sheet(path.name, sheet, mapping.sheets[0]) for sheet in worksheets if sheet.cells or sheet.refused
        ]
    return [
        _read_sheet(path.name, _named(path.name, worksheets, wanted.sheet or ""), wanted) for wanted in mapping.sheets
    ]


def _named(file: str, worksheets: Sequence[Worksheet], name: str) -> Worksheet:
    found = [sheet for sheet in worksheets if sheet.name == name]
    if not found and len(worksheets) == 1 and worksheets[0].numbered:
        # A file without sheets has one table, whatever the mapping calls it.
        return replace(worksheets[0], name=name)
    if len(found) != 1:
        there = ", ".join(sheet.name for sheet in worksheets)
        asked = "one sheet" if found else "a sheet"
        raise DataRejected(f"{file}: expected {asked} {name}; found {there}; rename it or correct the mapping")
    return found[0]


def _read_sheet(file: str, sheet: Worksheet, wanted: SheetMapping) -> Sheet:
    if sheet.refused:
        raise DataRejected(f"{file} {sheet.refused}")
    if not sheet.cells:
        # It gives no rows, and the site is told; to refuse it would cost the whole workbook.
        frame = pl.DataFrame(schema=dict.fromkeys(sorted(wanted.used_columns()), pl.String) | {ROW: pl.Int64})
        return Sheet(file, sheet.name, frame, blank=True)
    last_header = wanted.header_row + wanted.header_rows - 1
    bottom = max(row for row, _ in sheet.cells)
    if bottom + 1 < last_header:
        raise DataRejected(
            f"{file} {sheet.name}: expected a header in row {last_header}; it has {bottom + 1} rows; correct header_row in the mapping, or send the sheet that is meant"
        )
    sheet = _with_doubts_across(sheet, last_header, bottom)
    cells = _with_merged(sheet, last_header, bottom)
    names = _names(cells, sheet, wanted.header_row - 1, last_header)
    header = (wanted.header_row - 1, last_header)
    if wanted.sheet != EVERY_SHEET:
        _refuse_doubtful_header(file, sheet, header, wanted.used_columns() - set(names))
    frame = _frame(cells, names, header, wanted.used_columns())
    marked = [
        *_unclear(sheet, names, last_header, {*wanted.ignored, *wanted.personal}),
        *_marked(sheet, names, last_header),
        *_hidden(sheet, cells, names, last_header, wanted.used_columns()),
    ]
    blank = {at for at, name in enumerate(names) if name not in frame.columns or _is_blank(name, frame, at)}
    return Sheet(
        file, sheet.name, _without_headers(file, sheet.name, with_blanks(frame), names), marked=tuple(marked),
        hidden=sheet.hidden, after_blank=headers_after_blank(names, blank),
    )  # fmt: skip


def _is_blank(name: str, frame: pl.DataFrame, at: int) -> bool:
    """Whether a column is there only since the mapping uses it by its number."""
    return name == f"column {at + 1}" and not (frame[name] != "").any()


def _without_headers(file: str, name: str, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows without those that repeat the header, as where sheets were put one under the other."""
    own = [column for column in names if column in frame.columns]
    suspect = frame.filter(pl.col(own[0]).is_in(own)) if own else frame.clear()
    rows = [(number, [cell or "" for cell in cells]) for *cells, number in suspect.select(*own, ROW).iter_rows()]
    kept = [number for number, _ in without_headers(f"{file} {name}", own, rows)]
    again = set(suspect[ROW].to_list()) - set(kept)
    return frame.filter(~pl.col(ROW).is_in(sorted(again))) if again else frame


def _refuse_doubtful_header(file: str, sheet: Worksheet, header: tuple[int, int], missing: set[str]) -> None:
    """A column that is missing may be the one whose header nobody can tell."""
    doubtful = [place for place in sorted(sheet.doubts) if header[0] <= place[0] < header[1]]
    if missing and doubtful:
        raise DataRejected(f"{file} {sheet.name} {cell_name(*doubtful[0])}: {sheet.doubts[doubtful[0]]}")


def _with_doubts_across(sheet: Worksheet, last_header: int, bottom: int) -> Worksheet:
    """The sheet with a doubt in the cells below the header that a cell merged over columns covers.

    Not where it is all its row holds: it is a title or a note then.
    """
    wide = [area for area in sheet.merged if area[1] != area[3] and area[:2] in sheet.cells]
    columns: dict[int, set[int]] = defaultdict(set)
    for row, column in sheet.cells if wide else ():
        columns[row].add(column)
    doubts: dict[tuple[int, int], str] = {}
    for top, left, lower, right in wide:
        for row in range(max(top, last_header), min(lower, bottom) + 1):
            if any(not left <= column <= right for column in columns[row]):
                doubts |= {(row, column): ACROSS for column in range(left + 1, right + 1)}
    if not doubts:
        return sheet
    cells = {**sheet.cells, **dict.fromkeys(doubts, NOT_KNOWN)}
    return replace(sheet, cells=cells, doubts={**doubts, **sheet.doubts})


def _with_merged(sheet: Worksheet, last_header: int, bottom: int) -> Cells:
    """The cells, with the value of those merged over rows in each of them, and of header cells merged over columns as well."""
    if not sheet.merged:
        return sheet.cells
    cells, right_most = dict(sheet.cells), max(column for _, column in sheet.cells)
    for top, left, lower, right in sheet.merged:
        text = sheet.cells.get((top, left))
        if text is None:
            continue
        for row in range(top, min(lower, bottom) + 1):
            # Beside the first column of data it is in doubt, or a note.
            last = left if row >= last_header else min(right, right_most)
            for column in range(left, last + 1):
                cells.setdefault((row, column), text)
    return cells


def _names(cells: Cells, sheet: Worksheet, first_header: int, last_header: int) -> list[str]:
    """One name per column up to the last with a cell or a mark: the texts of the header rows above it, each said once."""
    places = [*cells, *((mark.row, mark.column) for mark in sheet.marks)]
    # Notes beside a title make no column.
    width = 1 + max((column for row, column in places if row >= first_header), default=-1)
    parts: list[list[str]] = [[] for _ in range(width)]
    for row in range(first_header, last_header):
        for column in range(width):
            parts[column].append(cells.get((row, column), "").strip())
    return unique_names([" ".join(dict.fromkeys(filter(None, texts))) for texts in parts])


def _frame(cells: Cells, names: Sequence[str], header: tuple[int, int], used: set[str]) -> pl.DataFrame:
    """A column for each header or cell; columns and rows with neither are left out, so that a stray cell makes no large table."""
    by_column: dict[int, list[tuple[int, str]]] = defaultdict(list)
    headed = set()
    for (row, column), text in cells.items():
        if row >= header[1]:
            by_column[column].append((row, text))
        elif row >= header[0]:
            headed.add(column)
    rows = sorted({row for found in by_column.values() for row, _ in found})
    position = {row: i for i, row in enumerate(rows)}
    columns = {}
    for column, name in enumerate(names):
        if column in by_column or column in headed or name in used:
            texts = [""] * len(rows)
            for row, text in by_column.get(column, ()):
                texts[position[row]] = text
            columns[name] = pl.Series(name, texts, dtype=pl.String)
    return pl.DataFrame({**columns, ROW: pl.Series(ROW, [row + 1 for row in rows], dtype=pl.Int64)})


def _unclear(sheet: Worksheet, names: Sequence[str], last_header: int, not_read: set[str]) -> list[MarkedColumn]:
    """The cells below the header of which nobody can tell what they show, by column; those the mapping leaves out may hold anything."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row, column in sheet.doubts:
        if row >= last_header and names[column] not in not_read:
            rows[column].append(row + 1)
    return [MarkedColumn("unclear", names[column], len(found), min(found)) for column, found in sorted(rows.items())]


def _marked(sheet: Worksheet, names: Sequence[str], last_header: int) -> list[MarkedColumn]:
    """The marks below the header, by column and kind."""
    rows: dict[tuple[int, MarkKind], list[int]] = defaultdict(list)
    for mark in sheet.marks:
        if mark.row >= last_header:
            rows[mark.column, mark.kind].append(mark.row + 1)
    return [
        MarkedColumn(MARKED_AS[kind], names[column], len(found), min(found))
        for (column, kind), found in sorted(rows.items())
    ]


def _hidden(
    sheet: Worksheet, cells: Cells, names: Sequence[str], last_header: int, used: set[str]
) -> list[MarkedColumn]:
    """The rows below the header that nobody sees, and by column the cells that a mapping uses and nobody sees."""
    rows = sorted({row for row, _ in cells if row >= last_header and row in sheet.hidden_rows})
    found = [MarkedColumn("hidden", None, len(rows), rows[0] + 1)] if rows else []
    for column in sorted(sheet.hidden_columns):
        if names[column : column + 1] and names[column] in used:
            filled = [row for row, of in cells if of == column and row >= last_header]
            found += [MarkedColumn("hidden", names[column], len(filled), min(filled) + 1)] if filled else []
    return found
