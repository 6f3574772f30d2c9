"""Who belongs to a population of the protocol, who does not by which condition, and of whom nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study


def judged(tables: str, condition: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """By subject popfl and exclcd, of a population under that condition alone."""
    study = build_tiny_study(
        tables,
        infusions=[{"number": 1, "targets": ["CD19"], "label": "CD19"}],
        populations={"meant": {"label": "meant", **condition}},
        endpoints={},
    )
    rows = study.execute("select subject_id, popfl, exclcd from adam.adpop order by 1").fetchall()
    return {subject: (flag, why) for subject, flag, why in rows}


INFUSION = "infusion subject_id infusion_number infusion_date target in_specification dose_1e5_per_kg\n"
BELONGS = ("Y", None)


def test_a_population_without_conditions_is_everyone_enrolled() -> None:
    assert judged("subject subject_id enrollment_date\na 0\nb 0", {}) == {"a": BELONGS, "b": BELONGS}


@pytest.mark.parametrize(
    ("condition", "tables", "expected"),
    [
        ({"infused": 1}, INFUSION + "a 1 0 CD19 . .\nb 2 0 CD19 . .", ("N", "not_infused")),
        (
            {"apheresed": True},
            "disposition subject_id disposition\na apheresis\n\nsubject subject_id enrollment_date\na 0\nb 0",
            ("N", "not_apheresed"),
        ),
        ({"infused": 1, "as_planned": True}, INFUSION + "a 1 0 CD19 . .\nb 1 0 CD22 . .", ("N", "other_product")),
        ({"infused": 1, "as_planned": True}, INFUSION + "a 1 0 CD19 . .\nb 1 0 . . .", ("U", "product_unknown")),
        (
            {"infused": 1, "in_specification": True},
            INFUSION + "a 1 0 CD19 yes .\nb 1 0 CD19 no .",
            ("N", "out_of_specification"),
        ),
        (
            {"infused": 1, "in_specification": True},
            INFUSION + "a 1 0 CD19 yes .\nb 1 0 CD19 . .",
            ("U", "specification_unknown"),
        ),
        ({"infused": 1, "dose_from": 5}, INFUSION + "a 1 0 CD19 . 5\nb 1 0 CD19 . 4.9", ("N", "other_dose")),
        ({"infused": 1, "dose_below": 5}, INFUSION + "a 1 0 CD19 . 4.9\nb 1 0 CD19 . 5", ("N", "other_dose")),
        ({"infused": 1, "dose_from": 5}, INFUSION + "a 1 0 CD19 . 5\nb 1 0 CD19 . .", ("U", "dose_unknown")),
        # what only an infusion brings, or names it, without one on record
        (
            {"infused": 1},
            INFUSION + "a 1 0 CD19 . .\n\nadverse_event subject_id term start_date\nb CRS 3",
            ("U", "infusion_unknown"),
        ),
        (
            {"infused": 1},
            INFUSION
            + "a 1 0 CD19 . .\nb 2 60 CD22 . .\n\nresponse subject_id assessment_date response infusion_number\nb 30 CR 1",
            ("U", "infusion_unknown"),
        ),
        (
            {"responded_after": 1, "transplanted": True},
            INFUSION + "a 1 0 CD19 . .\n\nadverse_event subject_id term start_date\na CRS 3\nb CRS 3\n\n"
            "response subject_id assessment_date response\na 30 CR\n\ntransplant subject_id transplant_date transplant_type\na 60 allogeneic\nb 60 allogeneic",
            ("U", "infusion_unknown"),
        ),
        (
            {"infused": 1},
            INFUSION + "a 1 0 CD19 . .\n\nadverse_event subject_id term start_date\nb CRS 3\n\n"
            "disposition subject_id disposition infusion_number reason\nb not_infused 1 death",
            ("N", "not_infused"),
        ),
        (
            {"infused": 1, "followed_days": 28},
            INFUSION + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\nfollow_up subject_id contact_date\na 28\nb 27",
            ("N", "not_followed"),
        ),
        (
            {"evaluable_after": 1},
            INFUSION
            + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\nresponse subject_id assessment_date response\na 30 NR\nb 60 CR",
            ("N", "not_evaluable"),
        ),
        (
            {"evaluable_after": 1},
            INFUSION
            + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\nresponse subject_id assessment_date response\na 30 NR\nb 30 .",
            ("U", "response_unknown"),
        ),
        (
            {"responded_after": 1},
            INFUSION
            + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\nresponse subject_id assessment_date response\na 30 CR\nb 30 NR",
            ("N", "no_response"),
        ),
        (
            {"infused": 1, "transplanted": True},
            INFUSION + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\ntransplant subject_id transplant_date\na 60\nb 60\n\n"
            "relapse subject_id relapse_date\nb 50",
            ("N", "not_transplanted"),
        ),
        (
            {"infused": 1, "has_transplant": False},
            INFUSION + "a 1 0 CD19 . .\nb 1 0 CD19 . .\n\ntransplant subject_id transplant_date\nb 60",
            ("N", "transplanted"),
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_condition_not_met_or_not_known_is_the_reason_for_exclusion(
    condition: dict[str, Any], tables: str, expected: tuple[str, str]
) -> None:
    """Of two subjects a belongs and b does not."""
    assert judged(tables, condition) == {"a": BELONGS, "b": expected}


def test_the_opposite_of_a_condition_takes_the_others_and_nobody_of_whom_it_is_unknown() -> None:
    found = judged(
        INFUSION + "a 1 0 CD19 yes .\nb 1 0 CD19 no .\nc 1 0 CD19 . .", {"infused": 1, "in_specification": False}
    )
    assert found == {"a": ("N", "in_specification"), "b": BELONGS, "c": ("U", "specification_unknown")}


def test_whoever_died_in_the_time_of_follow_up_was_followed() -> None:
    tables = INFUSION + "a 1 0 CD19 . .\n\ndeath subject_id death_date\na 9"
    assert judged(tables, {"infused": 1, "followed_days": 28}) == {"a": BELONGS}


def test_evaluable_for_dose_limiting_toxicity_is_who_had_one_or_was_followed() -> None:
    tables = (
        INFUSION
        + "a 1 0 CD19 . .\nb 1 0 CD19 . .\nc 1 0 CD19 . .\nd 1 0 CD19 . .\n\n"
        + "adverse_event subject_id term start_date dose_limiting\na CRS 3 yes\nd CRS 3 no\n\n"
        + "death subject_id death_date\na 9\nc 9\nd 9\n\nfollow_up subject_id contact_date\nb 28"
    )
    found = judged(tables, {"infused": 1, "followed_days": 28, "dose_limiting": True})
    assert found == {"a": BELONGS, "b": BELONGS, "c": ("N", "not_followed"), "d": ("N", "not_followed")}


def test_a_condition_not_met_counts_before_one_that_is_unknown() -> None:
    found = judged(INFUSION + "a 1 0 CD22 . .", {"infused": 1, "as_planned": True, "dose_from": 5})
    assert found == {"a": ("N", "other_product")}


def test_who_was_not_infused_is_excluded_for_the_reason_the_site_gives() -> None:
    study = build_tiny_study(
        "disposition subject_id disposition infusion_number reason\na not_infused 1 manufacturing_failure\n"
        "b not_infused . progression\n\ndeath subject_id death_date\nc 5\n\nsubject subject_id enrollment_date\n"
        "a 0\nb 0\nc 0\nd 0",
        infusions=[{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    )
    found = study.execute("select subject_id, exclcd, exclrs from adam.adpop where population = 'infused' order by 1")
    assert found.fetchall() == [
        ("a", "not_infused", "manufacturing failure"),
        ("b", "not_infused", "progression"),
        ("c", "not_infused", "death"),
        ("d", "not_infused", None),
    ]


@pytest.mark.parametrize("condition", [{"evaluable_after": 1}, {"responded_after": 1}, {"infused": 1}])
def test_who_was_never_infused_is_no_failure_of_response(condition: dict[str, Any]) -> None:
    study = build_tiny_study(
        "disposition subject_id disposition infusion_number reason\na not_infused 1 infection",
        infusions=[{"number": 1, "targets": ["CD19"], "label": "CD19"}],
        populations={"meant": {"label": "meant", **condition}},
        endpoints={},
    )
    assert study.execute("select exclcd, exclrs from adam.adpop").fetchall() == [("not_infused", "infection")]


def test_an_infusion_that_was_given_was_given_whatever_else_is_reported() -> None:
    study = build_tiny_study(
        INFUSION + "a 1 0 CD19 . .\n\ndisposition subject_id disposition infusion_number reason\na not_infused 1 death",
        infusions=[{"number": 1, "targets": ["CD19"], "label": "CD19"}],
    )
    assert study.execute("select * from adam.adds").fetchall() == []
    assert study.execute("select popfl from adam.adpop where population = 'infused'").fetchall() == [("Y",)]
