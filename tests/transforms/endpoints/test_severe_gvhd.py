"""Severe graft-versus-host disease as an event: GRFS counts it beside relapse and death, and says where nobody knows how severe it was."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study

COURSE = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\nfollow_up subject_id contact_date\na 400\n\n"
EVENT = "adverse_event subject_id term grade grading_scale start_date end_date skin_stage liver_stage upper_gi_stage lower_gi_stage\n"
GVHD = ["severe_acute_gvhd", "severe_chronic_gvhd"]
GRFS: dict[str, Any] = {
    "label": "GRFS", "kind": "efs", "population": "infused", "origin": "infusion_1", "event": [*GVHD, "relapse", "death"],
}  # fmt: skip


def built(tables: str, **changed: Any) -> duckdb.DuckDBPyConnection:
    return build_tiny_study(COURSE + tables, endpoints={"grfs": GRFS | changed})


def outcome(events: str, **changed: Any) -> tuple[int, int, str | None]:
    """Day and role of what decides, and whether anything is unknown."""
    with built(EVENT + events, **changed) as study:
        (row,) = study.execute("select aval, event, unkfl from adam.adtte").fetchall()
    return row


@pytest.mark.parametrize(
    "event",
    [
        "a acute_GVHD 3 MAGIC 100 . . . . .",
        "a acute_GVHD 4 . 100 . . . . .",
        "a chronic_GVHD 3 NIH_2014 100 . . . . .",
        "a acute_GVHD . . 100 . 1 2 . .",
        "a acute_GVHD . . 100 . . . . 4",
    ],
)
def test_severe_disease_is_an_event_on_the_day_of_its_onset(event: str) -> None:
    assert outcome(event) == (100, 1, None)


@pytest.mark.parametrize(
    "event",
    [
        "a acute_GVHD 2 MAGIC 100 . . . . .",
        "a chronic_GVHD 2 NIH_2014 100 . . . . .",
        "a acute_GVHD 0 MAGIC 100 . . . . .",
        "a acute_GVHD . . 100 . 2 0 0 0",
        "a CRS 4 . 100 . . . . .",
    ],
)
def test_milder_disease_and_other_events_are_none(event: str) -> None:
    assert outcome(event) == (400, 0, None)


@pytest.mark.parametrize(
    "event",
    [
        "a acute_GVHD . . 100 . . . . .",
        "a chronic_GVHD . NIH_2014 100 . . . . .",
        "a acute_GVHD . . 100 . 2 . . .",
        "a acute_GVHD 3 MAGIC . . . . . .",
        "a . 3 . 100 . . . . .",
    ],
)
def test_disease_of_unknown_grade_or_day_leaves_it_unknown(event: str) -> None:
    assert outcome(event) == (400, 0, "Y")


@pytest.mark.parametrize(
    "event", ["a acute_GVHD 2 MAGIC . . . . . .", "a . 1 . 100 . . . . .", "a CRS . . . . . . . ."]
)
def test_what_can_be_no_severe_disease_leaves_nothing_unknown(event: str) -> None:
    assert outcome(event) == (400, 0, None)


def test_disease_of_an_earlier_transplant_is_no_event_and_on_no_impossible_day() -> None:
    assert outcome("a acute_GVHD 3 MAGIC -60 . . . . .") == (400, 0, None)


def test_disease_that_ended_before_day_0_leaves_nothing_unknown() -> None:
    assert outcome("a acute_GVHD 3 MAGIC . -20 . . . .") == (400, 0, None)


def test_on_one_day_relapse_comes_first_and_death_last() -> None:
    gvhd = EVENT + "a acute_GVHD 3 MAGIC 70 . . . . .\n\n"
    competing = {"event": GVHD, "competing": ["relapse", "death"], "kind": "cir"}
    with built(gvhd + "death subject_id death_date\na 70", **competing) as study:
        assert study.execute("select aval, event from adam.adtte").fetchall() == [(70, 1)]
    with built(gvhd + "relapse subject_id relapse_date\na 70", **competing) as study:
        assert study.execute("select aval, event from adam.adtte").fetchall() == [(70, 2)]


def test_it_moves_a_subject_to_a_state_of_its_own() -> None:
    """GRFS as a sum of states: in remission, or transplanted, without severe disease."""
    model = {
        "label": "m", "population": "infused", "origin": "infusion_1", "begins": "well", "landmarks_months": [12],
        "states": {"well": {"label": "w", "moves": {"severe_acute_gvhd": "gvhd", "relapse": "r", "death": "d"}},
                   "gvhd": {"label": "g", "moves": {"death": "d"}}, "r": {"label": "r"}, "d": {"label": "d"}},
        "sums": {"grfs": {"label": "GRFS", "states": ["well"]}},
    }  # fmt: skip
    tables = EVENT + "a acute_GVHD 3 MAGIC 70 . . . . .\n\ndeath subject_id death_date\na 90"
    study = build_tiny_study(COURSE.replace("400", "80") + tables, multi_state={"m": model})
    stays = study.execute("select state, nextstat, exitdy from adam.adstate order by stayn").fetchall()
    assert stays == [("well", "gvhd", 70), ("gvhd", "d", 90), ("d", None, 90)]
