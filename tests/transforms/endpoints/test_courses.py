"""A course of CAR-T cells: which infusions the protocol counts as one, its day 0, dose and product; and who received which."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study, endpoint_rows


def planned(number: int, *targets: str, **course: Any) -> dict[str, Any]:
    return {"number": number, "targets": list(targets), "label": f"infusion {number}", **course}


def courses(study: duckdb.DuckDBPyConnection, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of adex; dates as days since 2020-01-01."""
    told = [f"{name} - date '2020-01-01'" if name.endswith("dt") else name for name in columns]
    return study.execute(f"select {', '.join(told)} from adam.adex order by subject_id, infusion_number").fetchall()


FRACTIONS = """
infusion subject_id infusion_number fraction infusion_date target dose_1e5_per_kg
a 1 1 0 CD19 1
a 1 2 1 CD19 3
a 1 3 2 CD19 6
"""


def test_fractions_of_one_infusion_are_one_course_of_their_whole_dose() -> None:
    study = build_tiny_study(FRACTIONS, infusions=[planned(1, "CD19")])
    assert courses(study, "infusion_number", "infusiondt", "lastdt", "exn", "dose") == [(1, 0, 2, 3, 10.0)]
    assert study.execute("select count(*) from cut.administration").fetchone() == (3,)


def test_the_dose_of_a_course_is_unknown_where_that_of_a_fraction_is() -> None:
    study = build_tiny_study(FRACTIONS.replace("2 CD19 6", "2 CD19 ."), infusions=[planned(1, "CD19")])
    assert courses(study, "exn", "dose") == [(3, None)]


@pytest.mark.parametrize(("day_0", "day", "survived"), [("first", 0, 40), ("last", 2, 38)])
def test_the_protocol_says_which_day_of_a_course_is_day_0(day_0: str, day: int, survived: int) -> None:
    study = build_tiny_study(
        FRACTIONS + "\ndeath subject_id death_date\na 40", infusions=[planned(1, "CD19", day_0=day_0)]
    )
    assert courses(study, "infusiondt") == [(day,)]
    assert endpoint_rows(study, "os")["a"][:2] == (survived, 1)


PRODUCTS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 0 CD22
b 1 0 CD19
b 2 100 CD22
c 2 0 CD22
"""
ONE_DAY = [planned(1, "CD19"), planned(2, "CD22", course_of=1, within_days=3)]


def test_two_products_of_one_day_are_one_course_and_given_later_two() -> None:
    study = build_tiny_study(PRODUCTS, infusions=ONE_DAY)
    assert courses(study, "subject_id", "infusion_number", "target", "exn", "planfl") == [
        ("a", 1, "CD19 + CD22", 2, "Y"),
        ("b", 1, "CD19", 1, "Y"),
        ("b", 2, "CD22", 1, "Y"),
        # the one whose course it is of was never given
        ("c", 2, "CD22", 1, "Y"),
    ]


def test_a_record_that_names_the_second_product_of_a_course_is_of_that_course() -> None:
    study = build_tiny_study(
        PRODUCTS + "\nresponse subject_id infusion_number assessment_date response\na 2 30 CR\nb 2 130 CR",
        infusions=ONE_DAY,
        response=[{"infusion": number, "day": 30, "from_day": 21, "to_day": 45} for number in (1, 2)],
    )
    found = study.execute("select subject_id, infusion_number, respfl from adam.adrs order by all").fetchall()
    assert found == [("a", 1, "Y"), ("b", 1, "N"), ("b", 2, "Y"), ("c", 2, "N")]


def test_a_product_the_protocol_does_not_plan_is_told_from_one_it_plans() -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\nb 1 0 CD22\nc 1 0 .",
        infusions=[planned(1, "CD19")],
    )
    assert courses(study, "subject_id", "planfl") == [("a", "Y"), ("b", "N"), ("c", None)]


def test_a_course_is_as_planned_where_each_product_is_and_unknown_where_one_is() -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\na 2 1 CD22\nb 1 0 CD19\nb 2 1 CD19\n"
        "c 1 0 CD19\nc 2 1 .",
        infusions=ONE_DAY,
    )
    assert courses(study, "subject_id", "exn", "planfl") == [("a", 2, "Y"), ("b", 2, "N"), ("c", 2, None)]


def test_one_fraction_out_of_specification_is_a_course_out_of_specification() -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number fraction infusion_date target in_specification\n"
        "a 1 1 0 CD19 yes\na 1 2 1 CD19 no\nb 1 1 0 CD19 yes\nb 1 2 1 CD19 .\nc 1 1 0 CD19 yes\nc 1 2 1 CD19 yes",
        infusions=[planned(1, "CD19")],
    )
    assert courses(study, "subject_id", "specfl") == [("a", "N"), ("b", None), ("c", "Y")]


def test_a_second_infusion_alone_on_record_is_no_first_one() -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number infusion_date target\na 2 0 CD22\n\nfollow_up subject_id contact_date\na 90",
        infusions=[planned(1, "CD19"), planned(2, "CD22")],
    )
    assert courses(study, "infusion_number", "target") == [(2, "CD22")]
    assert endpoint_rows(study, "os") == {}
    assert study.execute("select popfl, exclcd from adam.adpop where population = 'infused'").fetchall() == [
        ("N", "not_infused")
    ]
    assert study.execute("select * from adam.adrs").fetchall() == []
