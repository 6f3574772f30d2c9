"""Workbooks on their way to records: what the site is asked about cells that a person marked, and about empty sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from schemas.mapping import SiteMapping
from transforms.stage import stage_export


def stage_excel(path: Path, sheet: dict[str, Any]) -> dict[str, pl.DataFrame]:
    files = [{"match": "*", "format": "excel", "sheets": [sheet]}]
    site = SiteMapping.model_validate({"site_id": "s", "name": "S", "files": files})
    return stage_export(path, site.files[0], site)


def problems(staged: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return staged["problems"].select("source_row", "source_column", "rule_id", "about").rows()


def test_marks_of_a_person_are_one_question_per_column_and_kind_with_their_number(tmp_path: Path) -> None:
    book = Workbook()
    made = book.active
    for row in (["编号", "入组"], *([f"00{i}", "2021-03-05"] for i in range(1, 5))):
        made.append(row)
    made["B2"].comment = made["B4"].comment = Comment("不要读取", "someone")
    made["A3"].font = Font(strike=True)
    book.save(tmp_path / "a.xlsx")
    feed = {"domain": "subject", "columns": {"subject_id": "编号", "enrollment_date": "入组"}}
    staged = stage_excel(tmp_path / "a.xlsx", {"sheet": "Sheet", "feeds": [feed]})
    assert problems(staged) == [(3, "编号", "file.struck_cells", "× 1"), (2, "入组", "file.commented_cells", "× 2")]
    assert staged["accepted.subject"].height == 4
    assert not any("不要读取" in str(value) for frame in staged.values() for row in frame.iter_rows() for value in row)


def test_an_empty_sheet_gives_no_rows_and_is_asked_about(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    feed = {"domain": "subject", "columns": {"subject_id": "编号", "enrollment_date": "入组"}}
    staged = stage_excel(tmp_path / "a.xlsx", {"sheet": "Sheet", "feeds": [feed]})
    assert problems(staged) == [(None, None, "file.blank_sheet", None)]
    assert staged["sheets"]["rows_read"].to_list() == [0]


def test_a_death_whose_day_nothing_has_computed_is_asked_about_and_the_others_count(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["id", "died", "note"],
        ["001", "2021-03-05", "=1+1"],
        ["002", "=B2+1", "x"],
        ["003", "2021-04-05", "y"],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    feed = {"domain": "death", "columns": {"subject_id": "id", "death_date": "died"}}
    staged = stage_excel(tmp_path / "a.xlsx", {"sheet": "Sheet", "ignored": ["note"], "feeds": [feed]})
    assert problems(staged) == [(3, "died", "death.death_date.date", None), (3, "died", "file.unclear_cells", "× 1")]
    died = staged["accepted.death"].select("subject_id", pl.col("death_date").cast(pl.String)).rows()
    assert died == [("s-001", "2021-03-05"), ("s-003", "2021-04-05")]
