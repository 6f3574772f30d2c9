"""Two tables on one sheet are never made one in silence: rows beneath another header are set aside, columns apart are asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlwt
from openpyxl import Workbook

from schemas.mapping import SiteMapping
from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build
from transforms.stage import stage_export

Grid = list[list[str]]
SUBJECT = {"domain": "subject", "columns": {"subject_id": "编号", "enrollment_date": "入组"}}
DEATH = {
    "domain": "death",
    "where": {"column": "死亡", "not_blank": True},
    "columns": {"subject_id": "编号", "death_date": "死亡"},
}


def as_csv(path: Path, grid: Grid) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in grid), "utf-8")


def as_xlsx(path: Path, grid: Grid) -> None:
    book = Workbook()
    book.active.title = "S"
    for row in grid:
        book.active.append([cell or None for cell in row])
    book.save(path)


def as_xls(path: Path, grid: Grid) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write(row, column, cell)
    book.save(str(path))


WRITERS: dict[str, Callable[[Path, Grid], None]] = {"csv": as_csv, "xlsx": as_xlsx, "xls": as_xls}


def staged(folder: Path, ending: str, grid: Grid, *feeds: dict[str, Any], **sheet: Any) -> dict[str, pl.DataFrame]:
    path = folder / f"a.{ending}"
    WRITERS[ending](path, grid)
    named = {} if ending == "csv" else {"sheet": "S"}
    entry = {
        "match": "*",
        "format": "csv" if ending == "csv" else "excel",
        "sheets": [{"feeds": feeds, **named, **sheet}],
    }
    site = SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [entry]})
    return stage_export(path, site.files[0], site)


def asked(found: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return found["problems"].select("rule_id", "source_row", "source_column").rows()


TABLE = [["编号", "入组"], ["1", "2021-01-01"], ["2", "2021-01-02"], ["3", "2021-01-03"]]
BLANK = ["", ""]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("header", [["编号", "死亡"], ["患者", "死亡日期"]], ids=["of known names", "of other names"])
def test_rows_beneath_another_header_are_set_aside(tmp_path: Path, ending: str, header: list[str]) -> None:
    found = staged(tmp_path, ending, [*TABLE, BLANK, header, ["1", "2022-06-01"], ["7", "2022-07-01"]], SUBJECT)
    assert found["accepted.subject"]["subject_id"].to_list() == ["s-1", "s-2", "s-3"]
    assert asked(found) == [("row.beneath", row, None) for row in (6, 7, 8)]


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_header_again_is_no_row_and_what_follows_it_is(tmp_path: Path, ending: str) -> None:
    found = staged(tmp_path, ending, [*TABLE, BLANK, TABLE[0], ["7", "2022-07-01"]], SUBJECT)
    assert found["accepted.subject"]["subject_id"].to_list() == ["s-1", "s-2", "s-3", "s-7"]
    assert asked(found) == []


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(
    "below",
    [
        pytest.param([["4", "2021-01-04"]], id="more rows"),
        pytest.param([["4", "不详"], ["5", "2021-01-05"]], id="a row with a word"),
        pytest.param([["D", ""], ["E", "2021-01-05"]], id="ids without digits"),
    ],
)
def test_a_blank_row_alone_parts_nothing(tmp_path: Path, ending: str, below: Grid) -> None:
    found = staged(tmp_path, ending, [*TABLE, BLANK, *below], SUBJECT)
    assert found["rows"]["status"].cast(pl.String).unique().to_list() == ["fed"]
    assert found["accepted.subject"].height == 3 + len(below)


def test_notes_that_the_mapping_sets_aside_are_no_table(tmp_path: Path) -> None:
    notes = [BLANK, ["制表", "某某"], ["审核", "某某"], ["4", "2021-01-04"]]
    aside = {"set_aside": {"column": "编号", "matches": "^(制表|审核)"}}
    found = staged(tmp_path, "xlsx", [*TABLE, *notes], SUBJECT, **aside)
    assert found["accepted.subject"].height == 4
    assert asked(found) == []


SIDE_BY_SIDE = [
    ["编号", "入组", "", "患者", "死亡"],
    ["1", "2021-01-01", "", "2", "2022-06-01"],
    ["2", "2021-01-02", "", "", ""],
    ["3", "2021-01-03", "", "", ""],
]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_record_of_columns_on_both_sides_of_a_blank_one_is_asked_about_once(tmp_path: Path, ending: str) -> None:
    found = staged(tmp_path, ending, SIDE_BY_SIDE, SUBJECT, DEATH, ignored=["患者"])
    assert [one for one in asked(found) if one[0] == "file.columns_apart"] == [("file.columns_apart", None, "死亡")]


@pytest.mark.parametrize("ending", WRITERS)
def test_records_of_one_side_each_are_two_tables_read_as_such(tmp_path: Path, ending: str) -> None:
    death = {**DEATH, "columns": {"subject_id": "患者", "death_date": "死亡"}}
    found = staged(tmp_path, ending, SIDE_BY_SIDE, SUBJECT, death)
    assert "file.columns_apart" not in {rule for rule, *_ in asked(found)}
    assert found["accepted.death"].select("subject_id", "death_date").rows() == [("s-2", date(2022, 6, 1))]


def test_a_large_text_file_is_asked_about_alike(tmp_path: Path) -> None:
    lines = [[str(number), "2021-01-01", "", f"x{number}", "2022-06-01"] for number in range(9_000)]
    found = staged(tmp_path, "csv", [SIDE_BY_SIDE[0], *lines], SUBJECT, DEATH, ignored=["患者"])
    assert ("file.columns_apart", None, "死亡") in asked(found)


def test_rows_beneath_another_header_are_counted_as_set_aside_with_their_cells(tmp_path: Path) -> None:
    grid = [*TABLE, BLANK, ["编号", "死亡"], ["1", "2022-06-01"]]
    text = "".join(",".join(row) + "\n" for row in grid)
    with tiny_build(tmp_path, csv_site(SUBJECT), {FIRST: text}) as built:
        told = rows(
            built,
            "SELECT rows_read, accepted, quarantined, cells_read, cells_used, cells_set_aside FROM meta.reconciliation",
        )
        assert told == [(5, 3, 2, 10, 6, 4)]
        assert rows(built, "SELECT count(*) FROM meta.set_aside WHERE valid_to IS NULL") == [(2,)]
