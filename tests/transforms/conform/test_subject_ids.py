"""Subject ids from every form and format: the same are one before records get their keys, and those that are none wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook

from schemas.mapping import SiteMapping
from transforms.stage import stage_export

COLUMNS: dict[str, Any] = {"subject_id": "id", "enrollment_date": "day"}


def staged(
    path: Path, columns: dict[str, Any] = COLUMNS, key: bytes | None = None, **site: Any
) -> dict[str, pl.DataFrame]:
    file_format = "excel" if path.suffix == ".xlsx" else "csv"
    sheet: dict[str, Any] = {"feeds": [{"domain": "subject", "columns": columns}]}
    sheet |= {"sheet": "Sheet"} if file_format == "excel" else {}
    mapping = {"site_id": "s", "name": "s", "files": [{"match": "*", "format": file_format, "sheets": [sheet]}], **site}
    made = SiteMapping.model_validate(mapping)
    return stage_export(path, made.files[0], made, subject_key=key)


def csv(folder: Path, *rows: str, header: str = "id,day") -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path


def subjects(frames: dict[str, pl.DataFrame]) -> list[str]:
    return sorted(frames["accepted.subject"]["subject_id"])


def test_an_id_is_the_same_from_a_text_file_and_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("id", "day"), (1001.0, "2021-01-01"), ("0045", "2021-01-02"), ("P\u00a007", "2021-01-03")):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    text = csv(tmp_path, "1001.0,2021-01-01", '="0045",2021-01-02', "P 07\u200b,2021-01-03")
    assert subjects(staged(text)) == subjects(staged(tmp_path / "a.xlsx")) == ["s-0045", "s-1001", "s-P 07"]


def test_two_rows_of_one_id_are_told_by_their_key(tmp_path: Path) -> None:
    frames = staged(csv(tmp_path, "P-08,2021-01-01", "P–08,2021-01-02", "P09,2021-01-01"))
    assert frames["problems"]["rule_id"].to_list() == ["subject.key.unique"] * 2
    assert set(frames["problems"]["record_key"]) == {"s-P-08"}


def test_an_id_that_a_spreadsheet_shortened_is_asked_for_and_is_nobodys(tmp_path: Path) -> None:
    frames = staged(csv(tmp_path, "1.23457E+11,2021-01-01", "1.23457E+11,2021-01-02", "P01,2021-01-03"))
    assert subjects(frames) == ["s-P01"]
    asked = frames["problems"].select("source_row", "rule_id", "severity").rows()
    assert asked == [(row, "subject.subject_id.readable", "quarantine") for row in (2, 3)]


def test_parts_of_a_joined_id_are_cleaned_one_by_one(tmp_path: Path) -> None:
    joined = {"subject_id": {"joined": ["site", "id"]}, "enrollment_date": "day"}
    path = csv(tmp_path, "01.0,'7.0,2021-01-01", "1.0,7.0,2021-01-02", "2,1.2E+11,2021-01-01", header="site,id,day")
    frames = staged(path, joined)
    assert subjects(frames) == ["s-01.0-7", "s-1-7"]
    assert frames["problems"]["rule_id"].to_list() == ["subject.subject_id.readable"]


def test_case_tells_subjects_apart_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    path = csv(tmp_path, "p01,2021-01-01", "P02,2021-01-02")
    assert subjects(staged(path)) == ["s-P02", "s-p01"]
    assert subjects(staged(path, ids={"ignore_case": True})) == ["s-P01", "s-P02"]


def test_records_that_only_a_mark_tells_apart_are_one_where_the_feed_says_once(tmp_path: Path) -> None:
    feed = {"domain": "subject", "columns": COLUMNS, "once": True}
    mapping = {"site_id": "s", "name": "s", "files": [{"match": "*", "format": "csv", "sheets": [{"feeds": [feed]}]}]}
    site = SiteMapping.model_validate(mapping)
    frames = stage_export(csv(tmp_path, "P01,2021-01-01", '="P01",2021-01-01'), site.files[0], site)
    assert (subjects(frames), frames["problems"].height) == (["s-P01"], 0)


def test_pseudonyms_are_the_same_for_the_same_id_and_their_looks_stay_alike(tmp_path: Path) -> None:
    path = csv(tmp_path, "P01,2021-01-01", "PO1,2021-01-02")
    frames = staged(path, key=b"k", pseudonyms=True)
    again = staged(csv(tmp_path, "'P01\u200b,2021-01-01"), key=b"k", pseudonyms=True)
    assert set(subjects(again)) < set(subjects(frames))
    looks = frames["subject_looks"]
    assert looks["looks_like"].n_unique() == 1
    assert not any("p1" in cell or "P01" in cell for row in looks.rows() for cell in row if cell)


@pytest.mark.parametrize("blank", ["\u200b", "''", '""""""', "\u3000"])
def test_an_id_of_which_nothing_is_seen_is_missing(tmp_path: Path, blank: str) -> None:
    frames = staged(csv(tmp_path, f"{blank},2021-01-01", "P01,2021-01-01"))
    assert frames["problems"]["rule_id"].to_list() == ["subject.subject_id.required"]
