"""What a doubtful detail costs: the detail where anything shows that it happened, else the record, which is asked about."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.domains import DOMAINS
from transforms.validate import Validated, validate_records

NO_PROBLEMS = pl.DataFrame(schema={"row_id": pl.Int64, "column": pl.String, "rule_id": pl.String})


def validated(domain: str, constants: dict[str, str], **cells: str | None) -> Validated:
    """One record of a subject; `constants` are of the mapping, `cells` of the export."""
    given = {"subject_id": "s-1", **constants, **cells}
    columns = {name: [given.get(name)] for name in DOMAINS[domain].columns()}
    headers = "\n".join(f"{name}=header of {name}" for name in ("subject_id", *cells))
    text = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        row_id=pl.lit(0, pl.Int64), source_columns=pl.lit(headers)
    )
    return validate_records(DOMAINS[domain], text, NO_PROBLEMS)


def is_kept(found: Validated) -> bool:
    return found.accepted.height == 1


@pytest.mark.parametrize("day", ["2021-02-31", "2021/3", "5 March", "x2021-03-05", "unknown", "不详", "?2021"])
def test_a_death_on_an_unreadable_day_is_a_death(day: str) -> None:
    found = validated("death", {}, death_date=day, cause=None)
    assert is_kept(found) and found.accepted["death_date"].to_list() == [None]


@pytest.mark.parametrize(
    "day",
    [None, "-", "none", "N/A", "#N/A", "存活", "无", "alive", "/", "失访", "退组", "NR", "0", "Lost to follow-up"],
)
def test_a_row_whose_day_of_death_says_none_is_no_death_and_asked_about(day: str | None) -> None:
    found = validated("death", {}, death_date=day, cause=None)
    assert not is_kept(found)
    assert found.problems["severity"].to_list() == ["quarantine"]


@pytest.mark.parametrize("day", [None, "-", "N/A"])
def test_a_cause_of_death_shows_that_there_was_one(day: str | None) -> None:
    assert is_kept(validated("death", {}, death_date=day, cause="leukemia"))


def test_what_the_mapping_itself_fills_shows_nothing() -> None:
    assert not is_kept(validated("infusion", {"infusion_number": "2", "target": "CD22"}, infusion_date=None))
    planned = {"infusion_number": "2", "target": "CD22"}
    assert is_kept(validated("infusion", planned, infusion_date=None, dose_1e5_per_kg="5"))
    assert not is_kept(validated("infusion", planned, infusion_date=None, dose_1e5_per_kg="0"))
    assert not is_kept(validated("relapse", {}, relapse_date=None, cd19_status="not done"))


@pytest.mark.parametrize(
    ("grade", "kept"), [("6", True), ("2-3", True), ("grade 2", True), ("无", False), ("不明", False)]
)
def test_a_wide_sheet_shows_an_event_by_a_grade_that_is_one(grade: str, *, kept: bool) -> None:
    found = validated("adverse_event", {"term": "CRS", "grading_scale": "Lee 2014"}, grade=grade, start_date=None)
    assert is_kept(found) is kept
    assert found.unknown.filter(column="grade").height == 1


def test_an_event_of_a_long_sheet_stays_whatever_its_grade_says() -> None:
    assert is_kept(validated("adverse_event", {}, term="CRS", grade="不明", start_date=None))


def test_a_record_of_nobody_is_set_aside_whole() -> None:
    found = validated("death", {}, death_date="2021-03-05", subject_id=None)
    assert not is_kept(found)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("age_years", "<0.01"),
        ("age_years", "300"),
        ("enrollment_date", "2021-13-01"),
        ("sex", "?"),
        ("marrow_blasts_pct", "x"),
    ],
)
def test_no_cell_but_its_number_costs_a_subject(cell: str, value: str) -> None:
    found = validated("subject", {}, **{"enrollment_date": "2021-01-01", cell: value})
    assert is_kept(found)
    assert found.unknown["column"].to_list() == [cell]


@pytest.mark.parametrize("word", ["neutropaenia?", "Neutropenia ?", "neutropenia？"])
def test_a_term_that_is_spelled_doubtfully_is_read_and_asked_about(word: str) -> None:
    found = validated("adverse_event", {}, term=word, grade="3", start_date="2021-03-05", grading_scale="CTCAE 5")
    assert found.accepted["term"].to_list() == ["neutropenia"]
    assert found.problems["rule_id"].to_list() == ["adverse_event.term.spelling"]


def test_a_term_no_code_knows_leaves_an_event_of_unknown_term() -> None:
    found = validated("adverse_event", {}, term="乏力", grade="1", start_date="2021-03-05", grading_scale="CTCAE 5")
    assert found.accepted["term"].to_list() == [None]
    assert found.unknown.rows() == [(0, "term", "adverse_event.term.code")]


def test_of_an_event_that_ends_before_it_starts_the_end_is_unknown() -> None:
    found = validated(
        "adverse_event",
        {},
        term="CRS",
        grade="1",
        grading_scale="Lee 2014",
        start_date="2021-03-05",
        end_date="2021-03-01",
    )
    assert found.accepted.select("start_date", "end_date").rows()[0][1] is None
    assert found.accepted["start_date"].null_count() == 0


def test_results_of_another_method_are_unknown_and_the_sample_stays() -> None:
    found = validated("cell_kinetics", {}, sample_date="2021-03-05", matrix="blood", assay="flow", copies_per_ug="100")
    assert found.accepted.select("assay", "copies_per_ug").rows() == [("flow", None)]


@pytest.mark.parametrize("day", [None, "-", "无"])
def test_a_row_of_a_subject_is_that_subject_whatever_else_it_fails_to_say(day: str | None) -> None:
    assert is_kept(validated("subject", {}, enrollment_date=day))
