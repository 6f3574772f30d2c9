"""A treatment that failed: which day it counts on, and what shows it where no assessment lies in the window."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study, endpoint_rows

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"
SEEN = "follow_up subject_id contact_date disease_status\na 400 .\n\n"


def efs(tables: str, **changed: Any) -> tuple[int, int, str]:
    study = build_tiny_study(INFUSED + tables, endpoints={"efs": {**PROTOCOL["endpoints"]["efs"], **changed}})
    return endpoint_rows(study, "efs")["a"]


@pytest.mark.parametrize(("on", "day"), [("assessment", 28), ("day_0", 0)])
def test_the_protocol_says_on_which_day_a_failure_counts(on: str, day: int) -> None:
    tables = SEEN + "response subject_id assessment_date response\na 28 NR"
    assert efs(tables, no_response_on=on) == (day, 1, "No response to infusion 1: NR")


@pytest.mark.parametrize("on", ["assessment", "day_0"])
def test_a_relapse_after_a_response_counts_on_its_own_day_either_way(on: str) -> None:
    tables = SEEN + "response subject_id assessment_date response\na 28 CR\n\nrelapse subject_id relapse_date\na 90"
    assert efs(tables, no_response_on=on) == (90, 1, "Relapse")


EARLY = "response subject_id assessment_date response\na 14 NR\n\n"
BLINATUMOMAB = "treatment subject_id treatment treatment_text start_date\na antileukemic blinatumomab {day}"


def test_no_response_before_the_window_and_new_therapy_within_it_is_a_failure() -> None:
    found = efs(SEEN + EARLY + BLINATUMOMAB.format(day=20))
    assert found == (14, 1, "No response to infusion 1: NR, then new therapy")


@pytest.mark.parametrize("tables", [SEEN + EARLY, SEEN + EARLY + BLINATUMOMAB.format(day=60)], ids=["none", "later"])
def test_no_response_before_the_window_alone_is_none_as_a_response_may_come_late(tables: str) -> None:
    assert efs(tables) == (400, 0, "Censored at last contact")


def test_a_response_in_the_window_counts_whatever_was_seen_before_it() -> None:
    late = EARLY.rstrip() + "\na 30 CR\n\n"
    assert efs(SEEN + late + BLINATUMOMAB.format(day=20)) == (400, 0, "Censored at last contact")


FOUND = "follow_up subject_id contact_date disease_status\na 200 relapsed\na 400 .\n\n"
REMISSION = "response subject_id assessment_date response\na 30 CR\n\n"


def with_leukemia(tables: str) -> duckdb.DuckDBPyConnection:
    return build_tiny_study(INFUSED + FOUND + tables)


def test_leukemia_at_a_follow_up_is_a_relapse_where_no_record_of_one_is_there() -> None:
    study = with_leukemia(REMISSION)
    assert endpoint_rows(study, "cir")["a"] == (200, 1, "Leukemia present at follow-up")
    assert study.execute("select relapsedt - date '2020-01-01' from adam.adsl").fetchall() == [(200,)]


@pytest.mark.parametrize(("recorded", "counted"), [(150, 150), (207, 207), (208, 200)])
def test_a_relapse_on_record_by_then_or_within_a_week_is_the_one_that_was_found(recorded: int, counted: int) -> None:
    study = with_leukemia(REMISSION + f"relapse subject_id relapse_date\na {recorded}")
    assert endpoint_rows(study, "cir")["a"][:2] == (counted, 1)


def test_a_relapse_before_a_further_remission_is_not_the_one_that_a_follow_up_finds() -> None:
    again = {"second": {"label": "second infusion", "kind": "infusion", "infusion": 2}}
    lfs = {**PROTOCOL["endpoints"]["lfs"], "population": "again", "origin": "second"}
    study = build_tiny_study(
        INFUSED.rstrip()
        + "\na 2 120 CD22\n\n"
        + FOUND
        + REMISSION.rstrip()
        + "\na 150 CR\n\nrelapse subject_id relapse_date\na 100",
        origins=again,
        populations={"again": {"label": "infused again", "infused": 2}},
        endpoints={"lfs": lfs},
    )
    assert endpoint_rows(study, "lfs")["a"] == (80, 1, "Leukemia present at follow-up")


def test_leukemia_at_a_follow_up_of_one_never_in_remission_is_no_relapse_but_a_failure() -> None:
    study = with_leukemia("")
    assert endpoint_rows(study, "efs")["a"] == (200, 1, "Leukemia present at follow-up")
    assert study.execute("select count(*) from adam.adevent where happening = 'relapse'").fetchone() == (0,)
