"""Vein to vein: days from collection to infusion, why infusions were not given, bridging, and products beside the response."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import ENDPOINT_TABLES, StudyData
from transforms.analyses.vein_to_vein import vein_to_vein_rows
from warehouse.frames import frame_of

STATED = {"infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}], "vein_to_vein": {"infusions": [1]}}
SUBJECTS = "subject subject_id enrollment_date\na -60\nb -60\nc -60\nd -60\n"
INFUSED = """
infusion subject_id infusion_number infusion_date target apheresis_date release_date in_specification viability_pct manufacturing_attempts
a 1 0 CD19 -40 -10 yes 90 1
b 1 0 CD19 . . no 70 2
"""
STEPS = """
disposition subject_id disposition infusion_number disposition_date reason
b apheresis . -30 .
c apheresis 1 -30 .
c not_infused 1 -5 manufacturing_failure
"""


def built(text: str = "") -> pl.DataFrame:
    with build_tiny_study(SUBJECTS + INFUSED + STEPS + text, **STATED) as connection:
        return frame_of(connection, "FROM adam.adv2v ORDER BY subject_id")


def test_a_subject_is_infused_or_not_or_waits() -> None:
    found = built()
    assert found["state"].to_list() == ["infused", "infused", "not infused", "waiting"]
    assert found["dsreas"].to_list() == [None, None, "manufacturing failure", None]


def test_days_are_between_the_days_that_are_known() -> None:
    rows = built().select("enaphdy", "aphreldy", "relinfdy", "aphinfdy", "eninfdy").rows()
    assert rows == [(20, 30, 10, 40, 60), (30, None, None, 30, 60), (30, None, None, None, None), (None,) * 5]


def test_days_the_wrong_way_round_are_no_days() -> None:
    text = SUBJECTS + INFUSED.replace("a 1 0 CD19 -40 -10", "a 1 0 CD19 -40 -50")
    with build_tiny_study(text, **STATED) as connection:
        found = frame_of(connection, "FROM adam.adv2v WHERE subject_id = 'a'").row(0, named=True)
    assert (found["aphreldy"], found["relinfdy"], found["aphinfdy"]) == (None, 50, 40)


@pytest.mark.parametrize(
    ("given", "bridged"),
    [
        ("bridging . -20", "Y"),
        ("bridging 1 -50", "Y"),
        ("bridging . -41", None),
        ("bridging . 5", None),
        ("etoposide . -20", None),
    ],
)
def test_bridging_lies_between_collection_and_infusion(given: str, bridged: str | None) -> None:
    found = built(f"\ntreatment subject_id treatment infusion_number start_date\na {given}\n")
    assert found.filter(subject_id="a")["bridgfl"].to_list() == [bridged]


def test_nothing_is_followed_that_is_not_asked_for() -> None:
    with build_tiny_study(SUBJECTS + INFUSED, infusions=STATED["infusions"]) as connection:
        assert frame_of(connection, "FROM adam.adv2v").is_empty()


def rows(text: str = "") -> dict[tuple[Any, ...], ResultRow]:
    with build_tiny_study(SUBJECTS + INFUSED + STEPS + text, **STATED) as connection:
        tables = {f"adam.{name}": frame_of(connection, f"FROM adam.{name}") for name in ENDPOINT_TABLES}
    data = StudyData.of(Protocol.model_validate({**PROTOCOL, **STATED}), tables)
    return {(row.measure, row.level, row.quantity, row.statistic): row for row in vein_to_vein_rows(data)}


def test_counts_add_up_and_say_why() -> None:
    counts = {key[:2]: row.estimate for key, row in rows().items() if key[3] == "count"}
    assert counts == {
        ("enrolled", ""): 4, ("collected", ""): 3, ("infused", ""): 2, ("not_infused", ""): 1,
        ("not_infused", "manufacturing failure"): 1, ("waiting", ""): 1, ("bridged", ""): 0, ("out_of_specification", ""): 1,
        ("specification_unknown", ""): 0, ("repeated", ""): 1,
    }  # fmt: skip


def test_a_median_is_of_those_whose_days_are_known() -> None:
    found = rows()
    assert (found["aphinfdy", "", "", "median"].estimate, found["aphinfdy", "", "", "median"].n) == (35, 2)
    assert (found["relinfdy", "", "", "median"].estimate, found["relinfdy", "", "", "median"].n) == (10, 1)


def test_products_stand_beside_the_response() -> None:
    found = rows("\nresponse subject_id assessment_date response\na 30 CR\nb 30 NR\n")
    assert found["viab", "", "responders", "median"].estimate == 90
    assert found["viab", "", "others", "median"].estimate == 70
    assert not [key for key in found if key[0] == "vcn"]
