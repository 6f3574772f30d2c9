"""What sites type into cells stays text in every file a spreadsheet opens: no formula begins, no cell or row is torn, none stops a night."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from docx import Document
from openpyxl.utils.escape import unescape

from flows.export.report import write_table
from flows.history.compare import write_differences
from flows.night.query_lists import COLUMNS, write_query_lists
from flows.sql.write import write_csv
from transforms.reports.printed_tables import PageTable

HOSTILE = (
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://a.example","x")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1",
    "a\rb", "a\nb", "a\r\n=1", 'quo"te', "a,b;c", "'=1", " =1", '患者,"甲"', "<b>&amp;</b><script>", "_x000D_", "a\x07b", "\x00z", "\ufffez",
    "x" * 32_000,
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNREADABLE = str.maketrans(dict.fromkeys("\x00\x07\ufffe", "\N{REPLACEMENT CHARACTER}"))

Rows = list[list[str]]


def list_rows(folder: Path, name: str) -> Path:
    """A list of questions whose every text is hostile. None is answered: an answer is one of four words."""
    row = {column: list(HOSTILE) for column in COLUMNS if column != "source_row"}
    frame = pl.DataFrame({**row, "answer": None, "source_row": 1, "study_id": "s", "site_id": "t", "language": "en"})
    write_query_lists(frame, folder / "queries")
    return folder / "queries" / "s" / name


def query_list_csv(folder: Path) -> Iterable[list[str]]:
    columns = zip(*csv_rows(list_rows(folder, "t.csv")), strict=True)
    return [list(row) for row in zip(*(column for column in columns if is_filled(*column)), strict=True)]


def is_filled(_: str, *cells: str) -> bool:
    """Not one that is left to the site."""
    return any(cells)


def query_list_workbook(folder: Path) -> Iterable[list[str]]:
    cells = list(openpyxl.load_workbook(list_rows(folder, "t.xlsx"))["queries"].iter_rows())
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    # openpyxl leaves _x000D_ as it stands, which Excel and the standard (ST_Xstring) read as a carriage return.
    return [[unescape(cell.value) for cell in row if isinstance(cell.value, str)] for row in cells]


def answer_of_sql(folder: Path) -> Iterable[list[str]]:
    out = io.StringIO(newline="")
    write_csv(["a", "b"], ([text, text] for text in HOSTILE), out)
    (folder / "answer.csv").write_bytes(out.getvalue().encode())
    return csv_rows(folder / "answer.csv")


def differences(folder: Path) -> Iterable[list[str]]:
    write_differences(pl.DataFrame({"before": HOSTILE, "after": HOSTILE}), folder / "differences.csv")
    return csv_rows(folder / "differences.csv")


def table_of_a_report(folder: Path) -> Iterable[list[str]]:
    write_table(folder, 1, PageTable("a\x07 =title", [["a", "b"], *([text, text] for text in HOSTILE)]))
    (table,) = folder.glob("*.csv")
    return csv_rows(table)


def csv_rows(path: Path) -> Rows:
    """As a spreadsheet takes a file apart."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize(
    "written", [query_list_csv, query_list_workbook, answer_of_sql, differences, table_of_a_report]
)
def test_every_cell_is_the_text_that_was_typed_and_no_formula(
    tmp_path: Path, written: Callable[[Path], Iterable[list[str]]]
) -> None:
    _, *rows = written(tmp_path)
    assert len(rows) == len(HOSTILE)
    for typed, row in zip(HOSTILE, rows, strict=True):
        texts = [cell for cell in row if cell != "1"]
        readable = typed.translate(UNREADABLE)
        assert set(texts) == {f"'{readable}" if typed.startswith(FORMULA) else readable}


def test_a_word_table_holds_what_a_document_can(tmp_path: Path) -> None:
    write_table(tmp_path, 1, PageTable("a\x07", [["a"], *([text] for text in HOSTILE)]))
    (path,) = tmp_path.glob("*.docx")
    assert Document(str(path)).tables[0].rows[1].cells[0].text == HOSTILE[0]
