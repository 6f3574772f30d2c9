"""Laboratory results from an export to adam.adlb: names of tests, units, limits of normal by record, site, sex and day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemas.mapping import SiteMapping
from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build

SUBJECTS = {
    "domain": "subject",
    "columns": {"subject_id": "id", "enrollment_date": "enrolled", "sex": "sex"},
    "where": {"column": "test", "equals": ""},
}
INFUSIONS = {
    "domain": "infusion",
    "columns": {
        "subject_id": "id",
        "infusion_date": "enrolled",
        "infusion_number": {"constant": "1"},
        "target": {"constant": "CD19"},
    },
    "where": {"column": "test", "equals": ""},
}
RESULTS = {
    "domain": "laboratory",
    "columns": {
        "subject_id": "id", "sample_date": "day", "test": "test", "value": "value", "unit": "unit",
        "normal_low": "low", "normal_high": "high",
    },
    "where": {"column": "test", "not_equals": ""},
}  # fmt: skip
HEADER = "id,enrolled,sex,day,test,value,unit,low,high\n"
PEOPLE = "a,2020-01-01,female,,,,,,\nb,2020-01-01,male,,,,,,\n"


def site(**mapping: Any) -> SiteMapping:
    return csv_site(SUBJECTS, INFUSIONS, RESULTS, **mapping)


def results(folder: Path, lines: str, **mapping: Any) -> list[tuple[Any, ...]]:
    """subject, test, result, its unit, lower and upper limit of normal."""
    built = tiny_build(folder, site(**mapping), {FIRST: HEADER + PEOPLE + lines}, endpoints=True)
    with built as connection:
        return rows(
            connection,
            "SELECT right(subject_id, 1), paramcd, aval, avalu, anrlo, anrhi FROM adam.adlb ORDER BY subject_id, adt, paramcd",
        )


def test_a_test_is_known_by_its_chinese_its_english_and_its_loinc_name(tmp_path: Path) -> None:
    lines = (
        "a,,,2020-01-02,乳酸脱氢酶,240,U/L,,\n"
        "a,,,2020-01-03,lactate dehydrogenase,250,U/L,,\n"
        "a,,,2020-01-04,２５３２-０,260,U/L,,\n"
        "a,,,2020-01-05,ldh,270,U/L,,\n"
    )
    assert [(test, value) for _, test, value, *_ in results(tmp_path, lines)] == [
        ("LDH", 240), ("LDH", 250), ("LDH", 260), ("LDH", 270),
    ]  # fmt: skip


def test_a_name_nobody_knows_is_asked_about_and_stands_for_no_test(tmp_path: Path) -> None:
    built = tiny_build(tmp_path, site(), {FIRST: HEADER + PEOPLE + "a,,,2020-01-02,LDX,240,U/L,,\n"}, endpoints=True)
    with built as connection:
        assert rows(connection, "SELECT rule_id FROM meta.site_query WHERE domain = 'laboratory'") == [
            ("laboratory.test.code",)
        ]
        assert rows(connection, "SELECT count(*) FROM adam.adlb WHERE paramcd = 'LDH'") == [(0,)]


def test_the_code_map_of_a_site_goes_before_the_names_everywhere(tmp_path: Path) -> None:
    feed = {**RESULTS, "columns": {**RESULTS["columns"], "test": {"column": "test", "decode": {"ALB": "ALT"}}}}  # type: ignore[dict-item]
    mapping = csv_site(SUBJECTS, INFUSIONS, feed)
    lines = HEADER + PEOPLE + "a,,,2020-01-02,ALB,40,U/L,,\na,,,2020-01-02,谷草转氨酶,41,U/L,,\n"
    with tiny_build(tmp_path, mapping, {FIRST: lines}, endpoints=True) as connection:
        assert rows(connection, "SELECT paramcd FROM adam.adlb ORDER BY 1") == [("ALT",), ("AST",)]


def test_limits_of_normal_are_those_of_the_record_in_its_unit(tmp_path: Path) -> None:
    found = results(tmp_path, "a,,,2020-01-02,creatinine,2,mg/dL,0.5,1.0\n")
    assert found == [("a", "creatinine", 2 * 88.4016973125884, "umol/L", 0.5 * 88.4016973125884, 88.4016973125884)]


def test_else_they_are_those_of_the_laboratory_by_sex_and_day(tmp_path: Path) -> None:
    ranges = [
        {"test": "LDH", "unit": "U/L", "high": 250},
        {"test": "LDH", "unit": "ukat/L", "high": 4, "from_day": "2020-02-01"},
        {"test": "LDH", "unit": "U/L", "high": 230, "sex": "female", "from_day": "2020-03-01"},
    ]
    lines = "".join(
        f"{who},,,{day},LDH,300,U/L,,\n" for who in "ab" for day in ("2020-01-31", "2020-02-01", "2020-03-01")
    )
    found = results(tmp_path, lines + "a,,,2020-03-02,LDH,300,U/L,,245\n", normal_ranges=ranges)
    assert [(who, high) for who, *_, high in found] == [
        ("a", 250), ("a", 240), ("a", 230), ("a", 245), ("b", 250), ("b", 240), ("b", 240),
    ]  # fmt: skip


def test_a_result_without_a_range_has_none(tmp_path: Path) -> None:
    assert results(tmp_path, "a,,,2020-01-02,LDH,300,U/L,,\n") == [("a", "LDH", 300, "U/L", None, None)]


def test_a_range_of_one_calibration_is_none_of_another(tmp_path: Path) -> None:
    ranges = [{"test": "D-dimer", "unit": "mg/L FEU", "high": 0.5}]
    lines = "a,,,2020-01-02,D-二聚体,0.4,mg/L FEU,,\na,,,2020-01-03,D-二聚体,0.4,mg/L DDU,,\n"
    assert [high for *_, high in results(tmp_path, lines, normal_ranges=ranges)] == [0.5, None]
