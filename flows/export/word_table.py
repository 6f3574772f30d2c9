"""A printed table as a Word document, ruled as journals rule theirs: above, beneath the header, at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from transforms.exports.spreadsheet_cells import in_xml
from transforms.reports.printed_tables import PageTable

if TYPE_CHECKING:  # the library is loaded only where a document is asked for
    from docx.document import Document as WordDocument
    from docx.table import Table as WordTable
    from docx.table import _Cell as Cell

A4_CM = (21.0, 29.7)
MARGIN_CM = 2.0
FONT, CHINESE_FONT = "Arial", "SimSun"
TEXT_POINTS, NOTE_POINTS, TITLE_POINTS = 9, 8, 11
# A table of more columns stands on its side.
MOST_UPRIGHT = 5
# Letters a column is at least, and at most, as wide as; longer texts wrap.
NARROWEST, WIDEST = 10, 34
RULE = {"w:val": "single", "w:sz": "6", "w:space": "0", "w:color": "000000"}
NUMBER = re.compile(r"[-+−–<]?\s*[\d.–-]")


def write_word_table(path: Path, table: PageTable) -> None:
    """Write title, who is counted, the table with its header on every page, and its notes."""
    from docx import Document

    columns = max(len(row) for row in table.rows)
    document = Document()
    width_cm = set_page(document, on_its_side=columns > MOST_UPRIGHT)
    write_line(document, table.title, TITLE_POINTS, bold=True)
    if table.counted:
        write_line(document, table.counted, TEXT_POINTS)
    write_grid(document.add_table(len(table.rows), columns), table.rows, width_cm)
    for note in table.notes:
        write_line(document, note, NOTE_POINTS)
    document.save(str(path))


def set_page(document: WordDocument, *, on_its_side: bool) -> float:
    """A4 and the font; centimetres between the margins."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    width, height = A4_CM[::-1] if on_its_side else A4_CM
    section.orientation = WD_ORIENT.LANDSCAPE if on_its_side else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(TEXT_POINTS)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE_FONT)
    normal.paragraph_format.space_after = Pt(2)
    return width - 2 * MARGIN_CM


def write_line(document: WordDocument, text: str, points: int, *, bold: bool = False) -> None:
    """A paragraph of its own."""
    from docx.shared import Pt

    run = document.add_paragraph().add_run(in_xml(text))
    run.font.size, run.font.bold = Pt(points), bold


def write_grid(grid: WordTable, rows: Sequence[Sequence[str]], width_cm: float) -> None:
    """Fill a table: its header on every page, a heading within it across, numbers to the right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    grid.autofit = False
    widths = [Cm(width) for width in column_widths(rows, width_cm)]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    to_the_right = [_holds_numbers(rows, column) for column in range(len(widths))]
    header, last = 0, len(rows) - 1
    for number, row in enumerate(rows):
        cells = grid.rows[number].cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
        # A heading within the table stands across it.
        across = number > header and len(cells) > 1 and not any(row[1:])
        for column, (cell, text) in enumerate(zip(cells[:1] if across else cells, row, strict=False)):
            target = cells[0].merge(cells[-1]) if across else cell
            paragraph = target.paragraphs[0]
            run = paragraph.add_run(in_xml(text))
            run.font.bold, run.font.italic = number == header, across
            if to_the_right[column] and not across:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _rule(cells, [edge for edge, here in (("top", number == header), ("bottom", number in (header, last))) if here])
    grid.rows[header]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no name for it


def column_widths(rows: Sequence[Sequence[str]], width_cm: float) -> list[float]:
    """Centimetres of each column, shared out by their longest texts; a heading across the table counts for none."""
    filled = [row for number, row in enumerate(rows) if number == 0 or any(row[1:])]
    columns = max(len(row) for row in rows)
    longest = [max(len(row[column]) for row in filled if column < len(row)) for column in range(columns)]
    shares = [min(WIDEST, max(NARROWEST, letters + 3)) for letters in longest]
    return [width_cm * share / sum(shares) for share in shares]


def _holds_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether a column, but the first, holds short cells below its header, most of them numbers."""
    cells = [row[column] for row in rows[1:] if column < len(row) and row[column]]
    numbers = sum(bool(NUMBER.match(cell)) for cell in cells)
    return column > 0 and 2 * numbers > len(cells) and max(map(len, cells)) < WIDEST


def _rule(cells: Sequence[Cell], edges: Sequence[str]) -> None:
    """Draw lines along edges of the cells of a row."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in dict.fromkeys(cells) if edges else ():
        borders = OxmlElement("w:tcBorders")
        for edge in edges:
            line = OxmlElement(f"w:{edge}")
            for name, value in RULE.items():
                line.set(qn(name), value)
            borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - nor for a cell's borders
