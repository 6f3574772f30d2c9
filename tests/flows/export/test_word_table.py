"""A table as a Word document: opened again with Word's own format, not as it was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from flows.export.word_table import MARGIN_CM, column_widths, write_word_table
from transforms.reports.printed_tables import PageTable

HEADER = ["Response", "n/N", "% (95% CI)"]
RATES = PageTable(
    "Response",
    [HEADER, ["First infusion", "", ""], ["CR", "15/23", "65.2 (42.7–83.6)"], ["NE", "–", "not shown"], ["PR", "0/23", "0.0 (0.0–14.8)"]],
    ["Confidence intervals: Clopper-Pearson."],
    "all who were infused",
)  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Document:
    write_word_table(tmp_path / "table.docx", RATES)
    return Document(str(tmp_path / "table.docx"))


def test_title_population_and_notes_stand_around_the_table(written: Document) -> None:
    lines = [paragraph.text for paragraph in written.paragraphs]
    assert lines == ["Response", "all who were infused", "Confidence intervals: Clopper-Pearson."]


def test_cells_are_as_printed_and_a_heading_stands_across(written: Document) -> None:
    rows = [[cell.text for cell in row.cells] for row in written.tables[0].rows]
    assert rows[0] == HEADER
    assert rows[1] == ["First infusion"] * 3  # one cell, met once a column
    assert rows[2:] == list(RATES.rows[2:])


def test_the_header_comes_again_on_every_page_and_numbers_stand_to_the_right(written: Document) -> None:
    grid = written.tables[0]
    assert "w:tblHeader" in grid.rows[0]._tr.xml
    assert [cell.paragraphs[0].alignment is not None for cell in grid.rows[2].cells] == [False, True, True]


def test_lines_are_above_and_beneath_the_header_and_at_the_end(written: Document) -> None:
    edges = [[edge for edge in ("w:top ", "w:bottom ") if f"<{edge}" in row._tr.xml] for row in written.tables[0].rows]
    assert edges == [["w:top ", "w:bottom "], [], [], [], ["w:bottom "]]


def test_a_broad_table_lies_on_its_side(tmp_path: Path) -> None:
    write_word_table(tmp_path / "broad.docx", PageTable("", rows=[list("abcdef"), list("123456")]))
    page = Document(str(tmp_path / "broad.docx")).sections[0]
    assert page.page_width > page.page_height


def test_columns_share_the_width_and_a_heading_across_takes_none() -> None:
    heading = ["a heading across the table, as long as a sentence of a paper may be", "", ""]
    widths = column_widths([*RATES.rows, heading], 21 - 2 * MARGIN_CM)
    assert sum(widths) == pytest.approx(17)
    assert widths == column_widths(RATES.rows, 17)
    assert widths[2] > widths[1]
