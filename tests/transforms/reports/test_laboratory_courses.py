"""Courses of laboratory tests: what is drawn of whom, the median of days with limits, and days of treatment."""

from __future__ import annotations

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol.courses import Course
from tests.transforms.endpoints.tiny_study import build_tiny_study
from transforms.reports import laboratory_courses
from transforms.reports.laboratory_courses import day_medians, laboratory_course_parts
from transforms.reports.queries import Queries
from transforms.words import words_in
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}, {"number": 2, "targets": ["CD22"], "label": "CD22"}]
INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\nb 1 0 CD19\nc 1 0 CD19\na 2 40 CD22\n"
FERRITIN = Course(test="ferritin", from_day=-5, to_day=60)


def tables(text: str) -> dict[str, pl.DataFrame]:
    names = ("adam.adex", "adam.adlb", "adam.adtime")
    with build_tiny_study(INFUSED + text, infusions=INFUSIONS, courses=[{"test": "ferritin"}]) as built:
        return {name: frame_of(built, f"FROM {name}") for name in names}


def samples(text: str) -> list[tuple[str, int, float, str, str]]:
    header = "\nlaboratory subject_id sample_date test value value_below value_above unit matrix\n"
    return list(laboratory_courses._samples(FERRITIN, tables(header + text)).iter_rows())


def test_results_are_in_the_unit_of_the_test_whatever_unit_was_sent() -> None:
    assert samples("a 3 ferritin 500 . . ng/mL blood\nb 3 ferritin 0.5 . . mg/L blood\n") == [
        ("a", 3, 500.0, "", "ng/mL"),
        ("b", 3, 500.0, "", "ng/mL"),
    ]


def test_a_limit_is_no_value() -> None:
    found = samples("a 3 ferritin . 10 . ng/mL blood\nb 3 ferritin . . 2000 ng/mL .\n")
    assert [(value, side) for _, _, value, side, _ in found] == [(10.0, "below"), (2000.0, "above")]


def test_days_before_the_infusion_are_drawn_and_those_of_the_next_one_are_not() -> None:
    found = samples(
        "a -3 ferritin 1 . . ng/mL blood\na 39 ferritin 2 . . ng/mL blood\na 40 ferritin 3 . . ng/mL blood\n"
    )
    assert [day for _, day, *_ in found] == [-3, 39]


def test_liquor_is_no_blood() -> None:
    assert samples("a 3 ferritin 500 . . ng/mL CSF\n") == []


@pytest.mark.parametrize(
    ("values", "median"),
    [
        ([(1, ""), (2, ""), (9, "")], 2.0),
        ([(5, "below"), (2, ""), (9, "")], 2.0),
        # The middle one is a limit: nothing is known of it but that.
        ([(5, "below"), (6, "below"), (9, "")], None),
        ([(5, "below"), (6, "below"), (8, ""), (9, "")], None),
        ([(5, ""), (6, "above"), (9, "above")], None),
        ([(1, ""), (2, "")], None),
    ],
)
def test_the_median_of_a_day(values: list[tuple[float, str]], median: float | None) -> None:
    rows = pl.DataFrame(
        [(3, float(value), side) for value, side in values], schema=["day", "value", "side"], orient="row"
    )
    assert day_medians(rows)["value"].to_list() == ([] if median is None else [median])


def test_a_subject_begins_a_treatment_once_a_day() -> None:
    found = tables(
        "\ntreatment subject_id treatment treatment_text start_date\na tocilizumab . 2\na tocilizumab again 2\nb tocilizumab . 2\nb corticosteroid . 4\n"
    )
    begun = laboratory_courses._treated(FERRITIN, found)
    assert {name: days.to_list() for name, days in begun.items()} == {"tocilizumab": [2, 2], "corticosteroid": [4]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_figure_says_how_many_results_of_whom_it_draws(language: str) -> None:
    header = "\nlaboratory subject_id sample_date test value value_below value_above unit matrix\n"
    found = tables(header + "a 3 ferritin 500 . . ng/mL blood\nb 3 ferritin 0 . . ng/mL blood\n")
    words = words_in("zh" if language == "zh" else "en")
    (part,) = laboratory_course_parts([FERRITIN], found, Queries("tiny"), words)
    assert part.figure.startswith("<svg")
    assert words("laboratory_course.count", n=1, subjects=1) in part.table.notes
    assert words("laboratory_course.zero", n=1) in part.table.notes


def test_a_test_nobody_measured_has_no_figure() -> None:
    assert laboratory_course_parts([FERRITIN], tables(""), Queries("tiny"), words_in("en")) == []


@pytest.mark.parametrize(
    ("stated", "told"),
    [({"test": "iron"}, "expected one of"), ({"test": "CRP", "from_day": 90}, "a day before to_day")],
)
def test_what_can_t_be_drawn_is_refused(stated: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Course.model_validate(stated)
