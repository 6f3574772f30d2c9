"""A report of a pack in every format, from one document: the same rows in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import polars as pl

from flows.export.word_document import word_document
from flows.export.word_table import column_widths
from transforms.committee.document import Document, render_document
from transforms.exports.spreadsheet_cells import escape_formula
from transforms.figures.canvas import DrawnFigure
from transforms.figures.document_pages import Block, draw_document
from transforms.reports.parts import PrintedTable
from transforms.words import Words

ACROSS = 100.0


def report_files(
    document: Document, drawn: Sequence[DrawnFigure], rows: pl.DataFrame, footer: str, made: datetime, words: Words
) -> dict[str, bytes]:
    """The files of a report by their place in its folder. rows: results.analysis in words, as the report tells it."""
    figures = {figure.page: figure for figure in drawn}
    pictures = {page: figure.png for page, figure in figures.items()}
    files = {
        "report.html": render_document(document, words).encode(),
        "report.docx": word_document(document, pictures),
        "report.pdf": draw_document(document.title, list(_blocks(document, pictures)), footer, made),
        "results.parquet": _parquet(rows),
        "tables/index.csv": csv_bytes(
            [["table", "title"], *([f"{n:02d}", title] for n, (title, _) in enumerate(document.tables(), 1))]
        ),
    }
    for number, (_, table) in enumerate(document.tables(), 1):
        files[f"tables/table_{number:02d}.csv"] = csv_bytes(table_rows(table))
    shown = [figures[part.figure] for _, part in document.pieces() if part.figure]
    for number, figure in enumerate(shown, 1):
        files[f"figures/figure_{number:02d}.svg"] = figure.svg
        files[f"figures/figure_{number:02d}.png"] = figure.png
    return files


def table_rows(table: PrintedTable) -> list[list[str]]:
    """Header and rows of a table, as wide as the header."""
    columns = max(len(table.header), *(len(row) for row in table.rows))
    return [[*row, *[""] * (columns - len(row))] for row in (table.header, *table.rows)]


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV for a spreadsheet."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[escape_formula(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _parquet(rows: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    rows.drop("codes").write_parquet(out)
    return out.getvalue()


def _blocks(document: Document, pictures: Mapping[str, bytes]) -> Iterator[Block]:
    yield Block(paragraph=document.subtitle)
    for notice in document.notices:
        yield Block(subheading=notice)
    yield Block(header=["", ""], widths=[1.0, 3.0], rows=[list(fact) for fact in document.facts])
    for section in document.sections:
        yield Block(heading=section.heading)
        for part in section.parts:
            for piece in (part, *part.parts):
                yield Block(subheading=piece.title, paragraph=piece.aside, figure=pictures.get(piece.figure, b""))
                yield from _table(piece.table)


def _table(table: PrintedTable) -> Iterator[Block]:
    if table.rows:
        widths = column_widths(table_rows(table), ACROSS)
        yield Block(header=table.header, widths=widths, rows=table.rows)
    for note in table.notes:
        yield Block(paragraph=note)
