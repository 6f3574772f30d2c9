"""Notes in cells: conditions by pattern and blank, cells that hold several records, limits that fill their own column."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.mapping import Condition, Correction, Feed, FileMapping, SiteMapping
from transforms.conform.conditions import all_hold
from transforms.conform.corrections import correct_cells
from transforms.conform.records import FeedRecords, conform_feed
from transforms.readers import Sheet

AEGVHD = {
    "domain": "adverse_event",
    "split": {"column": "不良反应", "by": [";", "+"]},
    "columns": {
        "subject_id": "编号",
        "term": {
            "column": "不良反应",
            "extract": "(CRS|ICANS|aGVHD)",
            "decode": {"aGVHD": "acute GVHD"},
        },
        "grade": {"column": "不良反应", "extract": "([0-5])[级度]"},
        "skin_stage": {
            "constant": "1",
            "only_where": [{"column": "不良反应", "matches": "皮肤"}],
        },
        "grading_scale": {"constant": "MAGIC", "only_where": {"column": "不良反应", "matches": "(?i)agvhd"}},
    },
}


def feed(declared: dict[str, Any], rows: dict[str, list[str | None]]) -> FeedRecords:
    file = {"match": "*", "format": "csv", "sheets": [{"feeds": [declared]}]}
    site = SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [file]})
    frame = pl.DataFrame({**rows, "source_row": range(2, 2 + len(next(iter(rows.values()))))})
    (records,) = conform_feed(frame, Feed.model_validate(declared), site, FileMapping.model_validate(file))
    return records


def test_each_part_of_a_cell_is_a_record_of_its_row() -> None:
    rows = {"编号": ["1", "2"], "不良反应": ["2级 CRS；1级 ICANS", "aGVHD 1度（皮肤）"]}
    found = feed(AEGVHD, rows)
    columns = ["source_row", "subject_id", "term", "grade", "skin_stage", "grading_scale"]
    assert found.frame.select(columns).rows() == [
        (2, "1", "CRS", "2", None, None),
        (2, "1", "ICANS", "1", None, None),
        (3, "2", "acute GVHD", "1", "1", "MAGIC"),
    ]
    assert found.problems.is_empty()
    assert found.used_rows.to_list() == [2, 2, 3]


def test_a_part_that_nobody_knows_is_asked_about_and_costs_no_other() -> None:
    found = feed(AEGVHD, {"编号": ["1"], "不良反应": ["2级 CRS；3级 呕吐"]})
    assert found.problems.select("row_id", "rule_id").rows() == [(1, "adverse_event.term.code")]


def test_signs_without_a_part_between_them_make_no_record_and_a_blank_cell_one() -> None:
    found = feed(AEGVHD, {"编号": ["1", "2"], "不良反应": ["2级 CRS;; ", None]})
    assert found.frame["source_row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"matches": "^注"}, [True, False, False]),
        ({"not_matches": "^注"}, [False, True, True]),
        ({"matches": "失访|退组"}, [False, True, False]),
        ({"blank": True}, [False, False, True]),
        ({"blank": False}, [True, True, False]),
        ({"not_blank": True}, [True, True, False]),
        ({"not_blank": False}, [False, False, True]),
    ],
)
def test_a_row_is_chosen_by_pattern_or_by_blank(condition: dict[str, Any], expected: list[bool]) -> None:
    cells = pl.DataFrame({"a": ["注：本表截至三月", "2021年失访", None]}, schema={"a": pl.String})
    conditions = [Condition.model_validate({"column": "a", **condition})]
    assert cells.select(all_hold(conditions)).to_series().to_list() == expected
    as_categories = cells.select(pl.col("a").cast(pl.Categorical))
    assert as_categories.select(all_hold(conditions)).to_series().to_list() == expected


@pytest.mark.parametrize("pattern", ["(", "(?=x)", r"(a)\1"])
def test_a_pattern_that_may_take_forever_or_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="without look-around or back reference"):
        Condition.model_validate({"column": "a", "matches": pattern})


def test_a_condition_says_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        Condition.model_validate({"column": "a", "matches": "x", "blank": True})


def test_a_declared_limit_is_blank_and_below_quantification() -> None:
    kinetics = {
        "domain": "cell_kinetics",
        "columns": {
            "subject_id": "a",
            "sample_date": {"constant": "2021-03-05"},
            "matrix": {"constant": "blood"},
            "assay": {"constant": "flow"},
            "car_t_pct": {"column": "x", "forms": [{"text": "<{n} %", "means": "below"}]},
        },
    }
    found = feed(kinetics, {"a": ["1", "2", "3"], "x": ["12.5", "<0.01 %", ">90"]})
    assert found.frame.select("car_t_pct", "below_quantification").rows() == [
        ("12.5", None),
        (None, "yes"),
        (">90", None),
    ]
    assert found.problems.select("row_id", "rule_id").rows() == [(2, "cell_kinetics.car_t_pct.bound")]


def test_days_are_counted_as_declared() -> None:
    days = ["D{n}", "+{n}天", "第{n}天", "Day {n}"]
    relapse = {
        "domain": "relapse",
        "columns": {"subject_id": "a", "relapse_date": {"column": "x", "days_since": "2021-01-01", "forms": days}},
    }
    cells: list[str | None] = ["D28", "+2天", "第28天", "Day +28", "D-5", "28", "28天", "+2 天后"]
    found = feed(relapse, {"a": [str(n) for n in range(len(cells))], "x": cells})
    assert found.frame["relapse_date"].to_list()[:6] == [
        "2021-01-29", "2021-01-03", "2021-01-29", "2021-01-29", "2020-12-27", "2021-01-29",
    ]  # fmt: skip
    assert found.problems["row_id"].to_list() == [6, 7]


def test_a_correction_needs_no_text_of_a_patient() -> None:
    fix = {
        "id": "x", "where": {"column": "id", "equals": "7"}, "column": "note", "old_matches": "失访", "new": "",
        "reason": "r", "reported_by": "d", "reported_on": "2024-03-05",
    }  # fmt: skip
    cells = pl.DataFrame({"id": ["7", "8"], "note": ["母亲告知失访", "失访"]})
    sheet = Sheet("f.csv", "", cells)
    frame, counts = correct_cells(cells, sheet, [Correction.model_validate(fix)])
    assert frame["note"].to_list() == [None, "失访"]
    assert counts == {"x": 1}
    with pytest.raises(ValueError, match="either old or old_matches"):
        Correction.model_validate({**fix, "old": "失访"})
