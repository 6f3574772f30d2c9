"""Questions to the sites: one identity from night to night, closed by the export that mends them, waived for one value."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.night.query_lists import QUERIES, write_query_lists
from schemas.mapping import SiteMapping
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.definitions import derive_corrections, derive_definitions
from transforms.exports.spreadsheet_cells import escape_formula
from transforms.stage import stage_export
from warehouse.dictionary import list_rules
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import frame_of
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_study

MAPPING: dict[str, Any] = {
    "site_id": "s",
    "name": "A hospital",
    "files": [
        {
            "match": "*.csv",
            "format": "csv",
            "sheets": [
                {
                    "deleted": [{"column": "gone", "equals": "yes"}],
                    "feeds": [
                        {
                            "domain": "subject",
                            "columns": {"subject_id": "id", "enrollment_date": "enrolled", "age_years": "age"},
                        }
                    ],
                }
            ],
        }
    ],
}
FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


def build(
    folder: Path, exports: Mapping[date, str], *, incremental: tuple[date, ...] = (), **mapping: Any
) -> dict[str, pl.DataFrame]:
    """meta.site_query and meta.reconciliation after the exports, each a CSV of `id,enrolled,age,gone`."""
    site = SiteMapping.model_validate({**MAPPING, **mapping})
    store, staged = FrameStore(folder / "staging"), []
    for day, text in exports.items():
        path = folder / f"{day}.csv"
        path.write_text("id,enrolled,age,gone\n" + text)
        key = content_key(text, str(day))
        store.save(key, stage_export(path, site.files[0], site))
        staged.append(StagedFile("s", day, f"s/{day}/a.csv", "", 0, key, day in incremental))
    protocol = Protocol.model_validate({**PROTOCOL, "sites": ["s"]})
    definitions = derive_definitions(protocol, [site], data_cut=None, latest_extract=None, build_key="k")
    inputs = StudyInputs(
        "tiny", staged, {**definitions, "meta.rule": list_rules([])}, derive_corrections([]), {}, [], "k"
    )
    with build_study(inputs, store) as connection:
        tables = {name: frame_of(connection, f"SELECT * FROM meta.{name}") for name in ("reconciliation", "quarantine")}
        return {**tables, "site_query": frame_of(connection, QUERIES)}


def states(tables: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    return (
        tables["site_query"]
        .sort("subject_id", "first_seen")
        .select("subject_id", "status", "first_seen", "closed_on")
        .rows()
    )


def test_a_question_keeps_its_id_and_its_first_day_while_its_row_moves(tmp_path: Path) -> None:
    tables = build(tmp_path, {FIRST: "1,2023-05-01,500,\n", SECOND: "2,2023-06-01,9,\n1,2023-05-01,500,\n"})
    assert states(tables) == [("s-1", "open", FIRST, None)]
    assert tables["site_query"]["source_row"].to_list() == [3]


def test_a_later_export_that_mends_it_closes_it(tmp_path: Path) -> None:
    tables = build(tmp_path, {FIRST: "1,2023-05-01,500,\n", SECOND: "1,2023-05-01,50,\n"})
    assert states(tables) == [("s-1", "closed", FIRST, SECOND)]


def test_another_wrong_value_is_another_question(tmp_path: Path) -> None:
    tables = build(tmp_path, {FIRST: "1,2023-05-01,500,\n", SECOND: "1,2023-05-01,600,\n"})
    assert states(tables) == [("s-1", "closed", FIRST, SECOND), ("s-1", "open", SECOND, None)]


def test_a_waived_question_stays_waived_for_its_value(tmp_path: Path) -> None:
    wrong = {FIRST: "1,2023-05-01,500,\n"}
    (tmp_path / "a").mkdir()
    query = build(tmp_path / "a", wrong)["site_query"]["query_id"].item()
    waiver = {"query": query, "reason": "confirmed by phone", "decided_by": "data manager", "decided_on": "2024-01-15"}
    (tmp_path / "b").mkdir()
    tables = build(
        tmp_path / "b", {**wrong, SECOND: "1,2023-05-01,500,\n", THIRD: "1,2023-05-01,700,\n"}, waivers=[waiver]
    )
    assert [state[:2] for state in states(tables)] == [("s-1", "waived"), ("s-1", "open")]


def test_an_incremental_export_that_is_silent_leaves_a_question_open(tmp_path: Path) -> None:
    exports = {FIRST: "1,2023-05-01,500,\n", SECOND: "2,2023-06-01,9,\n"}
    assert states(build(tmp_path, exports, incremental=(SECOND,))) == [("s-1", "open", FIRST, None)]


def test_rows_of_incremental_exports_add_up(tmp_path: Path) -> None:
    """Row 1 is corrected by the second export, row 2 deleted, row 3 stays in force; nothing is lost."""
    exports = {
        FIRST: "1,2023-05-01,500,\n2,2023-05-02,40,\n3,2023-05-03,30,\n",
        SECOND: "1,2023-05-01,50,\n2,,,yes\n",
    }
    rows = build(tmp_path, exports, incremental=(SECOND,))["reconciliation"].sort("extract_date")
    assert rows.select("rows_read", "accepted", "quarantined", "superseded").rows() == [(3, 1, 0, 2), (2, 2, 0, 0)]


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-2", "@SUM(A1)", "\tx"])
def test_what_a_site_typed_is_no_formula_in_our_lists(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"


def test_a_workbook_and_a_csv_lie_beside_each_other_in_the_sites_language(tmp_path: Path) -> None:
    queries = build(tmp_path, {FIRST: "1,2023-05-01,500,\n"}, language="zh")["site_query"]
    write_query_lists(queries, tmp_path / "queries")
    place = tmp_path / "queries" / "tiny"
    assert sorted(path.name for path in place.iterdir()) == ["s.csv", "s.xlsx"]
    header, row = load_workbook(place / "s.xlsx").active.iter_rows(max_col=3, values_only=True)
    assert header == ("质疑编号", "状态", "受试者")
    assert row == (queries["query_id"][0], "open", "s-1")


def test_a_workbook_ends_where_nobody_reads_on_and_says_where_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.night.query_lists.MOST_IN_A_WORKBOOK", 1)
    queries = build(tmp_path, {FIRST: "1,2023-05-01,500,\n2,2023-05-02,700,\n"})["site_query"]
    write_query_lists(queries, tmp_path / "queries")
    place = tmp_path / "queries" / "tiny"
    _, first, told = load_workbook(place / "s.xlsx").active.iter_rows(max_col=3, values_only=True)
    assert (first[2], told[0]) == ("s-1", "1 more are in s.csv")
    assert [row["Subject"] for row in csv.DictReader((place / "s.csv").open(encoding="utf-8-sig"))] == ["s-1", "s-2"]


def left_out(tables: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    asked = tables["site_query"].filter(rule_id="export.left_out")
    return asked.select("subject_id", "status", "first_seen", "closed_on").rows()


BOTH, FIRST_ALONE = "1,2023-05-01,50,\n2,2023-06-01,9,\n", "1,2023-05-01,50,\n"


def test_a_subject_whom_an_export_leaves_out_is_told_by_name_until_it_is_back(tmp_path: Path) -> None:
    assert left_out(build(tmp_path, {FIRST: BOTH, SECOND: FIRST_ALONE})) == [("s-2", "open", SECOND, None)]
    assert left_out(build(tmp_path, {FIRST: BOTH, SECOND: FIRST_ALONE, THIRD: BOTH})) == [
        ("s-2", "closed", SECOND, THIRD)
    ]


def test_a_subject_that_the_site_marks_as_deleted_is_not_asked_about(tmp_path: Path) -> None:
    gone = FIRST_ALONE + "2,2023-06-01,9,yes\n"
    assert left_out(build(tmp_path, {FIRST: BOTH, SECOND: gone})) == []
