"""A study's report in parts: every figure as SVG, PNG and PDF, every table as CSV and Word document."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from flows.export.source import private_folder, refuse_used_folder
from flows.export.word_table import write_word_table
from flows.settings import Settings
from flows.study.product import Printing
from flows.study.report import render_study
from flows.study_folder import load_study
from schemas.tables import TABLES
from transforms.exports.spreadsheet_cells import escape_formula
from transforms.figures.canvas import DrawnFigure, figures_for_print
from transforms.reports.printed_tables import PageTable, tables_of
from warehouse.published import query_study_tables
from warehouse.study_product import PRODUCT_TABLES

LONGEST_NAME = 90


def export_report(settings: Settings, source: Path, study_id: str, folder: Path) -> tuple[int, int]:
    """Write the parts of a study of a warehouse file below a folder; how many figures and tables there are.

    Raises
    ------
    UsageError: the study is not published, or the folder holds something already.
    """
    refuse_used_folder(folder)
    tables = query_study_tables(source, [name for name in PRODUCT_TABLES if name in TABLES], study_id)
    build_key = tables["meta.study"]["build_key"].item()
    study = load_study(settings, study_id)
    with figures_for_print() as drawn:
        page = render_study(study, tables, build_key, Printing.of(study, settings))
    printed = tables_of(page)
    with private_folder(folder):
        for number, figure in enumerate(drawn, start=1):
            _write_figure(folder / "figures", number, figure)
        for number, table in enumerate(printed, start=1):
            write_table(folder / "tables", number, table)
    return len(drawn), len(printed)


def _write_figure(folder: Path, number: int, figure: DrawnFigure) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = _file_name(number, figure.title)
    for ending, content in (("svg", figure.svg), ("png", figure.png), ("pdf", figure.pdf)):
        (folder / f"{name}.{ending}").write_bytes(content)


def write_table(folder: Path, number: int, table: PageTable) -> None:
    """Write a table of the page as CSV and as a Word document, named by its number and title."""
    folder.mkdir(parents=True, exist_ok=True)
    name = _file_name(number, table.title)
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([[escape_formula(cell) for cell in row] for row in table.rows])
    write_word_table(folder / f"{name}.docx", table)


def _file_name(number: int, title: str) -> str:
    """A number, so that the order stays, and the title without what a file system minds."""
    words = re.sub(r"[^\w]+", "_", title.casefold()).strip("_")
    return f"{number:02d}_{words[:LONGEST_NAME]}".rstrip("_")
