"""A subject whose data may no longer be used leaves no record behind, in whatever way the row was wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.mapping import SiteMapping
from schemas.subject_ids import erased_as
from transforms.stage.export import stage_export

FEEDS = [
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day", "age_years": "age"}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id",
            "infusion_number": {"constant": 1},
            "infusion_date": "infused",
            "target": {"constant": "CD19"},
        },
    },
]


def stage(tmp_path: Path, *lines: str, erased: list[str]) -> dict[str, pl.DataFrame]:
    (tmp_path / "a.csv").write_text("\n".join(["id,day,age,infused", *lines, ""]), "utf-8")
    sheet: dict[str, Any] = {"feeds": FEEDS}
    mapping = {
        "site_id": "s",
        "name": "S",
        "erased": [erased_as(name) for name in erased],
        "files": [{"match": "*", "format": "csv", "sheets": [sheet]}],
    }
    site = SiteMapping.model_validate(mapping)
    return stage_export(tmp_path / "a.csv", site.files[0], site)


@pytest.mark.parametrize(
    "line",
    [
        "P7,2021-01-01,31,2021-02-01",
        "P7,soon,310,2021-02-31",
        "P7,2021-01-01,31,2021-02-01 (call 13800138000)",
        "P7,,,",
    ],
    ids=["sound", "every cell wrong", "a telephone number", "nothing but the id"],
)
def test_nothing_is_staged_of_an_erased_subject(tmp_path: Path, line: str) -> None:
    staged = stage(tmp_path, "P1,2021-01-01,40,2021-02-01", line, erased=["s-P7"])
    told = [str(value) for frame in staged.values() for row in frame.iter_rows() for value in row]
    assert not any("P7" in value for value in told)
    assert staged["accepted.subject"]["subject_id"].to_list() == ["s-P1"]
    assert staged["problems"].filter(source_row=3).is_empty()


def test_the_row_is_set_aside_and_counted(tmp_path: Path) -> None:
    staged = stage(tmp_path, "P1,2021-01-01,40,2021-02-01", "P7,2021-01-01,31,2021-02-01", erased=["s-P7"])
    assert staged["rows"]["status"].to_list() == ["fed", "set_aside"]


def test_a_subject_of_another_site_by_the_same_number_stays(tmp_path: Path) -> None:
    staged = stage(tmp_path, "P7,2021-01-01,31,2021-02-01", erased=["t-P7"])
    assert staged["accepted.subject"]["subject_id"].to_list() == ["s-P7"]


def test_an_id_that_looks_the_same_is_the_same_subject(tmp_path: Path) -> None:
    staged = stage(tmp_path, "Ｐ7 ,2021-01-01,31,2021-02-01", erased=["s-P7"])
    assert staged["accepted.subject"].is_empty()
