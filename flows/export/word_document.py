"""A whole report as one Word document: headings, figures, and tables ruled as single ones are. Equal input gives equal bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.export.word_table import set_page, write_grid, write_line
from transforms.committee.document import Document
from transforms.exports.spreadsheet_cells import in_xml

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TITLE_POINTS, HEADING_POINTS, PART_POINTS, TEXT_POINTS, NOTE_POINTS = 16, 13, 11, 9, 8
# The day every entry of the archive is dated, the first that one can have.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def word_document(document: Document, figures: Mapping[str, bytes]) -> bytes:
    """The document as docx. figures: the PNG of each figure, by its SVG on the page."""
    import docx
    from docx.shared import Cm

    word = docx.Document()
    width_cm = set_page(word, on_its_side=True)
    write_line(word, document.title, TITLE_POINTS, bold=True)
    write_line(word, document.subtitle, TEXT_POINTS)
    for notice in document.notices:
        write_line(word, notice, TEXT_POINTS, bold=True)
    _grid(word, [list(fact) for fact in document.facts], width_cm)
    for section in document.sections:
        _heading(word, section.heading, 1)
        for part in section.parts:
            for piece in (part, *part.parts):
                if piece.title:
                    _heading(word, piece.title, 2)
                if piece.aside:
                    write_line(word, piece.aside, TEXT_POINTS)
                if piece.figure:
                    word.add_picture(io.BytesIO(figures[piece.figure]), width=Cm(min(width_cm, 17.0)))
                if piece.table.rows:
                    _grid(word, [piece.table.header, *piece.table.rows], width_cm)
                for note in piece.table.notes:
                    write_line(word, note, NOTE_POINTS)
    return _same_bytes(word)


def _heading(word: WordDocument, text: str, level: int) -> None:
    from docx.shared import Pt

    paragraph = word.add_heading(level=level)
    paragraph.add_run(in_xml(text)).font.size = Pt(HEADING_POINTS if level == 1 else PART_POINTS)


def _grid(word: WordDocument, rows: Sequence[Sequence[str]], width_cm: float) -> None:
    columns = max(len(row) for row in rows)
    padded = [[*row, *[""] * (columns - len(row))] for row in rows]
    write_grid(word.add_table(len(rows), columns), padded, width_cm)
    write_line(word, "", NOTE_POINTS)


def _same_bytes(word: WordDocument) -> bytes:
    """The document without the moment at which it was packed."""
    packed, again = io.BytesIO(), io.BytesIO()
    word.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIRST_DAY), source.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()
