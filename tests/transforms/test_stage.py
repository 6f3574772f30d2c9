"""One export from cells to staged records: what is decoded, converted, quarantined, counted, dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.errors import DataRejected
from schemas.mapping import SiteMapping
from transforms.readers.plain_lines import read_plain_lines
from transforms.stage import stage_export

SHEET: dict[str, Any] = {
    "personal": ["姓名"],
    "set_aside": {"column": "编号", "equals": "合计"},
    "feeds": [
        {
            "domain": "subject",
            "columns": {
                "subject_id": "编号",
                "enrollment_date": "入组",
                "sex": {"column": "性别", "decode": {"男": "male", "女": "female"}},
            },
        },
        {
            "domain": "infusion",
            "columns": {"subject_id": "编号", "target": {"constant": "CD19"}},
            "repeat": [
                {
                    "columns": {
                        "infusion_number": {"constant": 1},
                        "infusion_date": "回输1",
                        "dose_1e5_per_kg": {"column": "剂量1", "unit": "1e6/kg"},
                    }
                },
                {"columns": {"infusion_number": {"constant": 2}, "infusion_date": "回输2"}},
            ],
        },
    ],
}
HEADER = "编号,姓名,性别,入组,回输1,剂量1,回输2"


def stage(tmp_path: Path, *rows: str, header: str = HEADER, **sheet: Any) -> dict[str, pl.DataFrame]:
    site = SiteMapping.model_validate(
        {
            "site_id": "s",
            "name": "S",
            "dates": ["%Y年%m月%d日"],
            "files": [{"match": "*", "format": "csv", "sheets": [{**SHEET, **sheet}]}],
        }
    )
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join([header, *rows]).encode("gb18030"))
    return stage_export(path, site.files[0], site)


def problems(staged: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return staged["problems"].select("source_row", "source_column", "rule_id").rows()


def unknown(staged: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return staged["unknown_cells"].select("column_name", "source_column", "rule_id").rows()


def test_a_row_is_decoded_converted_and_dated(tmp_path: Path) -> None:
    staged = stage(tmp_path, "001,甲,男,2021年3月5日,2021年3月19日,1.5,")
    subject, infusion = staged["accepted.subject"].row(0, named=True), staged["accepted.infusion"].row(0, named=True)
    assert (subject["subject_id"], subject["sex"], str(subject["enrollment_date"])) == ("s-001", "male", "2021-03-05")
    assert (infusion["dose_1e5_per_kg"], str(infusion["infusion_date"])) == (15.0, "2021-03-19")


def test_a_repeat_without_content_gives_no_record(tmp_path: Path) -> None:
    staged = stage(
        tmp_path, "001,甲,男,2021年3月5日,2021年3月19日,1.5,", "002,乙,女,2021年3月5日,2021年4月1日,2,2021年6月1日"
    )
    assert staged["accepted.infusion"].select("subject_id", "infusion_number").rows() == [
        ("s-001", 1),
        ("s-002", 1),
        ("s-002", 2),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("001,甲,?,2021年3月5日,,,", (2, "性别", "subject.sex.code")),
        ("001,甲,男,2021年2月30日,,,", (2, "入组", "subject.enrollment_date.date")),
        ("001,甲,男,,,,", (2, "入组", "subject.enrollment_date.required")),
        ("001,甲,男,2021年3月5日,2021年4月1日,many,", (2, "剂量1", "infusion.dose_1e5_per_kg.number")),
        ("001,甲,男,2021年3月5日,2021年4月1日,150,", (2, "剂量1", "infusion.plausible_dose")),
    ],
)
def test_what_does_not_fit_is_told_by_row_column_and_rule(tmp_path: Path, row: str, expected: tuple[Any, ...]) -> None:
    assert problems(stage(tmp_path, row)) == [expected]


def test_a_record_without_its_subject_is_kept_as_it_came_but_no_personal_column(tmp_path: Path) -> None:
    staged = stage(tmp_path, ",张某,男,2021年3月5日,,,")
    assert staged["accepted.subject"].height == 0
    assert staged["problems"].select("rule_id", "severity").rows() == [("subject.subject_id.required", "quarantine")]
    assert '"enrollment_date":"2021-03-05"' in staged["problems"]["record"][0]
    assert not any("张某" in str(value) for frame in staged.values() for row in frame.iter_rows() for value in row)


def test_a_subject_whose_day_of_enrollment_is_no_day_is_enrolled_on_an_unknown_one(tmp_path: Path) -> None:
    staged = stage(tmp_path, "001,张某,男,2021年2月30日,,,")
    assert staged["accepted.subject"].select("subject_id", "enrollment_date", "sex").rows() == [("s-001", None, "male")]
    assert unknown(staged) == [("enrollment_date", "入组", "subject.enrollment_date.date")]
    assert staged["problems"]["record"].to_list() == [None]


@pytest.mark.parametrize("source", [{"column": "性别", "decode": {"男": "male"}}, "性别"], ids=["decoded", "as sent"])
def test_an_unknown_code_in_a_column_that_may_be_blank_is_blank_and_asked_about(tmp_path: Path, source: Any) -> None:
    feed = {**SHEET["feeds"][0], "columns": {**SHEET["feeds"][0]["columns"], "sex": source}}
    staged = stage(tmp_path, "001,甲,?,2021年3月5日,,,", feeds=[feed], ignored=["回输1", "剂量1", "回输2"])
    assert staged["accepted.subject"].select("subject_id", "sex", "source_row").rows() == [("s-001", None, 2)]
    asked = staged["problems"].select("rule_id", "severity", "source_row", "source_column", "record").rows()
    assert asked == [("subject.sex.code", "query", 2, "性别", None)]
    assert staged["problems"]["value_hash"].null_count() == 0


def test_an_unknown_code_in_a_required_column_leaves_the_record_with_that_detail_unknown(tmp_path: Path) -> None:
    columns = {"subject_id": "编号", "infusion_number": {"constant": 1}, "infusion_date": "回输1", "target": "性别"}
    feeds = [{"domain": "infusion", "columns": columns}]
    staged = stage(tmp_path, "001,甲,?,,2021年3月5日,,", feeds=feeds, ignored=["入组", "剂量1", "回输2"])
    assert staged["accepted.infusion"]["target"].to_list() == [None]
    assert staged["problems"].select("rule_id", "severity").rows() == [("infusion.target.code", "query")]
    assert unknown(staged) == [("target", "性别", "infusion.target.code")]


def test_every_row_has_one_fate(tmp_path: Path) -> None:
    row = "001,甲,男,2021年3月5日,,,"
    staged = stage(tmp_path, row, row, "合计,,,,,,", "002,乙,女,2021年3月5日,,,")
    assert staged["rows"]["status"].to_list() == ["fed", "duplicate", "set_aside", "fed"]
    assert staged["sheets"]["rows_read"].to_list() == [4]
    assert problems(staged) == [(3, None, "row.duplicate")]


def test_a_row_no_feed_takes_is_asked_about(tmp_path: Path) -> None:
    feeds = [{**SHEET["feeds"][0], "where": {"column": "性别", "equals": ["男"]}}]
    staged = stage(
        tmp_path,
        "001,甲,男,2021年3月5日,,,",
        "002,乙,女,2021年3月5日,,,",
        feeds=feeds,
        ignored=["回输1", "剂量1", "回输2"],
    )
    assert problems(staged) == [(3, None, "row.unclaimed")]


def test_a_column_neither_used_nor_ignored_is_asked_about(tmp_path: Path) -> None:
    staged = stage(tmp_path, "001,甲,男,2021年3月5日,,,,x", header=HEADER + ",备注")
    assert problems(staged) == [(None, "备注", "file.unmapped_column")]


def test_records_repeated_on_many_rows_are_one(tmp_path: Path) -> None:
    feeds = [{**SHEET["feeds"][0], "once": True}]
    staged = stage(
        tmp_path,
        "001,甲,男,2021年3月5日,a,,",
        "001,甲,男,2021年3月5日,b,,",
        feeds=feeds,
        ignored=["回输1", "剂量1", "回输2"],
    )
    assert staged["accepted.subject"].height == 1
    assert staged["rows"]["status"].to_list() == ["fed", "fed"]


def test_two_records_with_one_key_and_different_content_are_asked_about_and_neither_is_out(tmp_path: Path) -> None:
    staged = stage(tmp_path, "001,甲,男,2021年3月5日,,,", "001,甲,男,2021年3月6日,,,")
    assert staged["accepted.subject"]["record_id"].to_list() == ["s-001", "s-001"]
    assert set(staged["problems"].select("rule_id", "severity").iter_rows()) == {("subject.key.unique", "query")}


def test_the_same_record_on_two_rows_as_merged_cells_give_it_is_no_question(tmp_path: Path) -> None:
    rows = ("001,甲,男,2021年3月5日,2021年3月19日,1.5,", "001,甲,男,2021年3月5日,,,2021年6月1日")
    assert problems(stage(tmp_path, *rows)) == []


def test_a_missing_column_is_refused_with_the_nearest_header(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"s a.csv: expected a column 入组; .* the nearest is 入组日"):
        stage(tmp_path, "001,甲,男,x,,,", header=HEADER.replace("入组", "入组日"))


def test_a_column_of_the_export_may_be_called_anything(tmp_path: Path) -> None:
    feed = {"domain": "subject", "columns": {"subject_id": "status", "enrollment_date": "row_id"}}
    staged = stage(tmp_path, "1,2021年3月5日", header="status,row_id", feeds=[feed], personal=[], set_aside=[])
    assert staged["accepted.subject"]["subject_id"].to_list() == ["s-1"]


@pytest.mark.parametrize("column", ["infusion_number", "infusion_date", "subject_id"])
def test_an_unknown_code_of_a_decoded_column_is_told_whatever_the_column_holds(tmp_path: Path, column: str) -> None:
    columns = {"subject_id": "a", "infusion_number": "b", "infusion_date": "c", "target": {"constant": "CD19"}}
    columns[column] = {"column": columns[column], "decode": {"known": "1"}}
    feed = {"domain": "infusion", "columns": columns}
    staged = stage(tmp_path, "1,1,2021-03-05", header="a,b,c", feeds=[feed], personal=[], set_aside=[])
    assert [rule for _, _, rule in problems(staged)] == [f"infusion.{column}.code"]


def test_two_patients_under_one_number_are_no_duplicate(tmp_path: Path) -> None:
    staged = stage(tmp_path, "001,甲,男,2021年3月5日,,,", "001,乙,男,2021年3月5日,,,")
    assert staged["rows"]["status"].to_list() == ["fed", "fed"]
    assert {rule for _, _, rule in problems(staged)} == {"subject.key.unique"}


def test_rows_may_be_set_aside_by_a_personal_column(tmp_path: Path) -> None:
    staged = stage(tmp_path, ",合计,,,,,", set_aside={"column": "姓名", "equals": "合计"})
    assert staged["rows"]["status"].to_list() == ["set_aside"]


@pytest.mark.parametrize("key", ["set_aside", "deleted"])
def test_a_personal_column_may_leave_open_what_a_row_is_and_goes_no_further(tmp_path: Path, key: str) -> None:
    told = {"set_aside": [], key: {"column": "姓名", "equals": "合计"}}
    staged = stage(tmp_path, "001,合计?,男,2021年3月5日,,,", **told)
    assert "row.undecided" in [rule for _, _, rule in problems(staged)]
    assert staged["accepted.subject"].height == 0
    assert not any("合计" in str(value) for frame in staged.values() for row in frame.iter_rows() for value in row)


def test_a_long_export_is_staged_as_the_same_rows_read_one_by_one(tmp_path: Path) -> None:
    """Large files are read at once, and their columns of few texts are converted text by text."""
    rows = [
        f"{number // 40:05d},{('CRS', ' crs ', '?', '')[number % 4]},{number % 28 + 1:02d}/03/2021,"
        f"{(1, '2.0', 9, 'x', '')[number % 5]},{('38.5', '+38.50', '45%')[number % 3]},note {number},"
        f"{('03/2021', '', '13805712345')[number % 3]}"
        for number in range(5_000)
    ]
    header = "id,event,start,grade,temperature,remark,end"
    columns = {
        "subject_id": "id",
        "term": {"column": "event", "decode": {"crs": "CRS"}},
        "start_date": "start",
        "end_date": {"first_of": ["end"]},
        "grade": "grade",
        "highest_temperature_c": "temperature",
        "term_text": {"column": "remark", "extract": "note (.*)"},
        "grading_scale": {"constant": "ASTCT 2019"},
    }
    mapping = {
        "site_id": "s", "name": "S", "dates": ["%d/%m/%Y"], "partial_dates": ["%m/%Y"],
        "corrections": [{
            "id": "typing", "column": "event", "old": "?", "new": "CRS", "where": [{"column": "grade", "equals": 9}],
            "reason": "r", "reported_by": "x", "reported_on": "2024-01-01",
        }],
        "files": [{"match": "*", "format": "csv", "sheets": [{
            "set_aside": {"column": "id", "equals": "00007"},
            "feeds": [{"domain": "adverse_event", "columns": columns, "where": {"column": "event", "not_blank": True}}],
        }]}],
    }  # fmt: skip
    site = SiteMapping.model_validate(mapping)
    staged = []
    # Where the mapping asks for a last line, rows are read one by one.
    for last, asked in (("EOF\n", {"ends_with": "EOF"}), ("", {})):
        path = tmp_path / "a.csv"
        path.write_text("\n".join([header, *rows, last]), "utf-8")
        file = site.files[0].model_copy(update=asked)
        staged.append(stage_export(path, file, site))
    sheet = read_plain_lines("a.csv", path.read_bytes(), ",", site.files[0])
    assert sheet is not None and sheet.frame.select(pl.col(pl.Categorical)).width > 3
    one_by_one, at_once = staged
    assert at_once["accepted.adverse_event"].height > 500
    assert set(at_once["problems"]["rule_id"]) > {"adverse_event.end_date.partial", "adverse_event.grade.range"}
    for name, frame in one_by_one.items():
        assert_frame_equal(at_once[name], frame)


def test_a_damaged_record_is_counted_and_asked_about_and_costs_no_other(tmp_path: Path) -> None:
    feed = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
    site = SiteMapping.model_validate(
        {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "jsonl", "sheets": [{"feeds": [feed]}]}]}
    )
    lines = ['{"id": 1, "day": "2021-01-01"}', '{"id": 2, "day": "2021-', '{"id": 3, "day": "2021-01-03"}', ""]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    staged = stage_export(tmp_path / "a.jsonl", site.files[0], site)
    assert staged["accepted.subject"]["subject_id"].to_list() == ["s-1", "s-3"]
    assert problems(staged) == [(2, None, "row.damaged")]
    assert staged["problems"]["severity"].to_list() == ["quarantine"]
    assert staged["sheets"]["rows_read"].to_list() == [3] == [staged["rows"].height]


@pytest.mark.parametrize("between", [", ", "\n"])
def test_a_cell_in_doubt_sets_aside_its_own_record_though_all_stand_on_one_line(tmp_path: Path, between: str) -> None:
    feed = {
        "domain": "death",
        "where": {"column": "died", "equals": "yes"},
        "columns": {"subject_id": "id", "death_date": "day"},
    }
    site = SiteMapping.model_validate(
        {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "jsonl", "sheets": [{"feeds": [feed]}]}]}
    )
    records = [
        f'{{"id": "{n}", "day": "2021-01-0{n}", "died": "{died}"}}' for n, died in ((1, "yes"), (2, "?"), (3, "yes"))
    ]
    text = between.join(records)
    (tmp_path / "a.jsonl").write_text(f"[{text}]" if between == ", " else text)
    staged = stage_export(tmp_path / "a.jsonl", site.files[0], site)
    assert staged["accepted.death"]["subject_id"].to_list() == ["s-1", "s-3"]
    assert problems(staged) == [(2, "died", "row.undecided")]
