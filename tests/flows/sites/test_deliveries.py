"""Deliveries that can't be read, corrections that have done their work, archives: what a site's staging does with them."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import Settings
from flows.sites.stage import StagedSite, stage_site
from flows.study_folder import Extract
from schemas.errors import DataRejected, UsageError
from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
GOOD, BAD = "id,day\n1,2021-01-01\n", "something else\n"


def stage(folder: Path, exports: dict[date, str], **mapping: Any) -> StagedSite:
    site = csv_site(FEED, **mapping)
    extracts = []
    for day, text in exports.items():
        place = folder / "landing" / "s" / day.isoformat()
        place.mkdir(parents=True, exist_ok=True)
        (place / "a.csv").write_text(text)
        extracts.append(Extract("s", day, place))
    return stage_site(site, extracts, folder / "landing", Settings(workspace=folder / "var"), force=False)


def used(staged: StagedSite) -> list[date]:
    return [file.extract_date for file in staged.files]


def test_a_rejected_export_leaves_the_ones_before_it_in_force(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: GOOD, SECOND: BAD})
    assert used(staged) == [FIRST]
    (rejected,) = staged.rejected
    assert rejected.extract_date == SECOND
    assert "a.csv: expected a column day" in rejected.message


def test_a_later_export_that_can_be_read_mends_it(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: GOOD, SECOND: BAD, THIRD: GOOD})
    assert used(staged) == [FIRST, THIRD]


def test_an_incremental_export_that_adds_to_a_rejected_one_waits_for_it(tmp_path: Path) -> None:
    files = [{"match": "*", "format": "csv", "incremental": True, "sheets": [{"feeds": [FEED]}]}]
    staged = stage(tmp_path, {FIRST: GOOD, SECOND: BAD, THIRD: GOOD}, files=files)
    assert used(staged) == [FIRST]
    assert [export.extract_date for export in staged.rejected] == [SECOND, THIRD]
    assert "adds to the export of 2024-02-01, which was rejected" in staged.rejected[1].message


def test_a_site_of_which_nothing_can_be_read_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="expected a column day"):
        stage(tmp_path, {FIRST: BAD})


FIX = {
    "id": "year-typo",
    "where": {"column": "id", "equals": "1"},
    "column": "day",
    "old": "2012-01-01",
    "new": "2021-01-01",
    "reason": "typing error of the year",
    "reported_by": "data manager",
    "reported_on": "2024-01-02",
}


def test_a_correction_that_matches_nothing_any_more_is_refused(tmp_path: Path) -> None:
    wrong = GOOD.replace("2021", "2012")
    assert used(stage(tmp_path, {FIRST: wrong, SECOND: wrong}, corrections=[FIX])) == [FIRST, SECOND]
    with pytest.raises(UsageError, match="s correction year-typo: matches nothing in the export of 2024-03-01"):
        stage(tmp_path, {FIRST: wrong, SECOND: wrong, THIRD: GOOD}, corrections=[FIX])


def test_a_correction_with_an_end_is_asked_of_the_exports_up_to_it(tmp_path: Path) -> None:
    wrong = GOOD.replace("2021", "2012")
    fix = {**FIX, "applies_until": SECOND.isoformat()}
    assert len(used(stage(tmp_path, {FIRST: wrong, SECOND: wrong, THIRD: GOOD}, corrections=[fix]))) == 3


def test_a_correction_changes_the_cell_it_names_and_no_other(tmp_path: Path) -> None:
    export = "id,day\n1,2012-01-01\n2,2012-01-01\n"
    staged = stage(tmp_path, {FIRST: export}, corrections=[FIX])
    folder = Settings(workspace=tmp_path / "var").staging
    (path,) = folder.rglob("accepted.subject.parquet")
    found = pl.read_parquet(path).select("subject_id", pl.col("enrollment_date").cast(pl.String)).rows()
    assert found == [("s-1", "2021-01-01"), ("s-2", "2012-01-01")]
    assert staged.files_read == 1


def test_a_file_of_an_archive_is_staged_under_its_place_within(tmp_path: Path) -> None:
    place = tmp_path / "landing" / "s" / "2024-01-01"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / "all.zip", "w") as archive:
        archive.writestr("export/a.csv", GOOD)
    settings = Settings(workspace=tmp_path / "var")
    staged = stage_site(csv_site(FEED), [Extract("s", FIRST, place)], tmp_path / "landing", settings, force=False)
    assert [file.source_file for file in staged.files] == ["s/2024-01-01/all.zip/export/a.csv"]
    assert not any(settings.scratch.iterdir())


def test_pseudonyms_without_a_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="set CARTROVE_SUBJECT_KEY"):
        stage(tmp_path, {FIRST: GOOD}, pseudonyms=True)
