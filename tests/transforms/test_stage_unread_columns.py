"""A column of which no cell can be read is asked about as a whole: its header may stand above another one."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.warehouse.tiny_build import csv_site
from transforms.stage import stage_export

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day", "age_years": "age"}}


def asked(folder: Path, text: str) -> list[tuple[str, str]]:
    """Column and number of cells of each question about a whole column."""
    path = folder / "a.csv"
    path.write_text(text)
    site = csv_site(FEED)
    problems = stage_export(path, site.files[0], site)["problems"]
    return problems.filter(rule_id="file.unread_column").select("source_column", "about").sort(pl.all()).rows()


def test_columns_that_were_swapped_are_asked_about_once_each(tmp_path: Path) -> None:
    text = "id,day,age\n1,30,2021-01-01\n2,31,2021-01-02\n3,32,2021-01-03\n"
    assert asked(tmp_path, text) == [("age", "× 3"), ("day", "× 3")]


def test_one_cell_that_is_read_leaves_the_column_alone(tmp_path: Path) -> None:
    assert asked(tmp_path, "id,day,age\n1,30,1\n2,31,2\n3,32,3\n4,2021-01-01,4\n") == []


def test_blank_cells_are_no_cells_of_the_column(tmp_path: Path) -> None:
    assert asked(tmp_path, "id,day,age\n1,30,1\n2,31,2\n3,32,3\n4,,4\n") == [("day", "× 3")]


def test_a_value_out_of_range_was_read(tmp_path: Path) -> None:
    assert asked(tmp_path, "id,day,age\n1,2021-01-01,300\n2,2021-01-01,400\n3,2021-01-01,500\n") == []
