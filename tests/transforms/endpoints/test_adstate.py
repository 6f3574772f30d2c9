"""Stays in states: which happening moves whom, in what order on one day, and until when a state was seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import duckdb
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.transforms.endpoints.test_one_day import COURSE as DAYS
from tests.transforms.endpoints.test_one_day import _written
from tests.transforms.endpoints.tiny_study import build_tiny_study

STATES: dict[str, Any] = {
    "active": {"label": "a", "moves": {"remission": "remission", "no_response": "failed", "death": "dead"}},
    "failed": {"label": "f", "moves": {"remission": "remission", "next_infusion": "product", "death": "dead_later"}},
    "remission": {"label": "r", "moves": {"mrd_relapse": "molecular", "overt_relapse": "relapse", "transplant": "grafted", "death": "dead"}},
    "grafted": {"label": "g", "moves": {"mrd_relapse": "molecular", "overt_relapse": "relapse", "death": "dead"}},
    "molecular": {"label": "m", "moves": {"overt_relapse": "relapse", "remission": "remission", "death": "dead_later"}},
    "relapse": {"label": "s", "moves": {"remission": "remission", "next_infusion": "product", "death": "dead_later"}},
    "product": {"label": "p", "moves": {"remission": "remission", "no_response": "failed", "death": "dead_later"}},
    "dead": {"label": "d"},
    "dead_later": {"label": "l"},
}  # fmt: skip
COURSE = {"label": "Course", "population": "infused", "origin": "infusion_1", "begins": "active", "states": STATES}
INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n"
RESPONSE = "response subject_id assessment_date response\n"
RELAPSE = "relapse subject_id relapse_date detection\n"


def course(*tables: str, model: dict[str, Any] = COURSE) -> list[tuple[str, int, int, str | None]]:
    """State, first and last day, and the next state, of each stay of subject a."""
    return stays_of(build_tiny_study("\n\n".join(tables), multi_state={"course": model}), "a")


def stays_of(study: duckdb.DuckDBPyConnection, subject: str) -> list[tuple[str, int, int, str | None]]:
    return study.execute(
        "SELECT state, entrydy, exitdy, nextstat FROM adam.adstate WHERE subject_id = ? ORDER BY stayn", [subject]
    ).fetchall()


def test_a_course_is_told_state_by_state() -> None:
    found = course(
        INFUSED, RESPONSE + "a 28 CR", "transplant subject_id transplant_date\na 95", RELAPSE + "a 210 morphology",
        "death subject_id death_date\na 260",
    )  # fmt: skip
    assert found == [
        ("active", 0, 28, "remission"), ("remission", 28, 95, "grafted"), ("grafted", 95, 210, "relapse"),
        ("relapse", 210, 260, "dead_later"), ("dead_later", 260, 260, None),
    ]  # fmt: skip


def test_who_comes_into_remission_again_is_there_again() -> None:
    found = course(INFUSED + "a 2 150 CD22\n", RESPONSE + "a 28 CR\na 178 CR", RELAPSE + "a 120 morphology")
    assert [(state, first) for state, first, *_ in found] == [
        ("active", 0), ("remission", 28), ("relapse", 120), ("product", 150), ("remission", 178),
    ]  # fmt: skip


def test_a_state_lasts_to_the_last_contact_or_to_the_last_look_at_the_disease() -> None:
    tables = (
        INFUSED,
        RESPONSE + "a 28 CR",
        "follow_up subject_id contact_date disease_status\na 90 remission\na 200 .",
    )
    assert course(*tables)[-1] == ("remission", 28, 200, None)
    assert course(*tables, model={**COURSE, "censor_at": "last_assessment"})[-1] == ("remission", 28, 90, None)


def test_relapse_and_death_on_one_day_is_death_after_relapse() -> None:
    found = course(INFUSED, RESPONSE + "a 28 CR", RELAPSE + "a 70 morphology", "death subject_id death_date\na 70")
    assert found[-2:] == [("relapse", 70, 70, "dead_later"), ("dead_later", 70, 70, None)]


def test_death_on_day_0_has_its_stay() -> None:
    assert course(INFUSED, "death subject_id death_date\na 0") == [("active", 0, 0, "dead"), ("dead", 0, 0, None)]


def test_what_came_before_a_state_was_entered_moves_nobody_out_of_it() -> None:
    found = course(INFUSED, "transplant subject_id transplant_date\na 10", RESPONSE + "a 28 CR\na 60 CR")
    assert [state for state, *_ in found] == ["active", "remission"]


def test_no_response_counts_of_the_product_given_last() -> None:
    found = course(
        INFUSED + "a 2 100 CD22\n", RESPONSE + "a 28 NR\na 130 NR", "follow_up subject_id contact_date\na 200"
    )
    # The window of the second product is not declared: its failure is none, and the one of the first is over.
    assert [state for state, *_ in found] == ["active", "failed", "product"]


def test_a_relapse_of_two_kinds_moves_once() -> None:
    found = course(INFUSED, RESPONSE + "a 28 CR", RELAPSE + "a 70 MRD\na 90 morphology")
    assert [state for state, *_ in found] == ["active", "remission", "molecular", "relapse"]


def test_of_whom_a_happening_is_not_known_is_marked_under_its_own_name() -> None:
    """A response nobody could read may have been a remission."""
    study = build_tiny_study("\n\n".join([INFUSED, RESPONSE + "a 28 ."]), multi_state={"course": COURSE})
    unknown = study.execute("SELECT paramcd FROM adam.adtte WHERE paramcd LIKE 'course.%' AND unkfl = 'Y' ORDER BY 1")
    assert unknown.fetchall() == [("course.no_response",), ("course.remission",)]


def test_a_protocol_without_models_has_no_stays_and_no_further_endpoints() -> None:
    study = build_tiny_study(INFUSED)
    assert study.execute("SELECT count(*) FROM adam.adstate").fetchall() == [(0,)]
    assert study.execute("SELECT count(*) FROM meta.endpoint WHERE kind = 'state'").fetchall() == [(0,)]


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(st.lists(DAYS, min_size=1, max_size=12))
def test_whatever_happens_on_few_days_stays_follow_one_another_and_end_with_death(
    courses: list[dict[str, Any]],
) -> None:
    states: dict[str, Any] = {
        "active": {"label": "a", "moves": {"relapse": "relapse", "transplant": "grafted", "death": "dead"}},
        "grafted": {"label": "g", "moves": {"relapse": "relapse", "death": "dead"}},
        "relapse": {"label": "r", "moves": {"transplant": "grafted", "death": "dead"}},
        "dead": {"label": "d"},
    }
    study = build_tiny_study(_written(courses), multi_state={"course": {**COURSE, "states": states}})
    for place, one in enumerate(courses):
        stays = stays_of(study, f"s{place}")
        assert stays[0][:2] == ("active", 0)
        assert all(before[2:] == (after[1], after[0]) for before, after in pairwise(stays))
        assert stays[-1][3] is None and all(first <= last for _, first, last, _ in stays)
        assert (stays[-1][0] == "dead") == (one["death"] is not None)
        if one["death"] is not None:
            assert stays[-1][1] == one["death"]
            # By hand: what came before death and was not yet there moves, day by day, relapse before the graft.
            known = sorted(
                [(day, 0, "relapse") for day in one["relapses"]]
                + [(one["transplant"], 2, "grafted")] * (one["transplant"] is not None)
            )
            state, expected = "active", ["active"]
            for day, turn, to in known:
                if (day, turn) < (one["death"], 1) and to != state:
                    state = to
                    expected.append(to)
            assert [name for name, *_ in stays] == [*expected, "dead"]


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(st.lists(DAYS, min_size=1, max_size=12))
def test_the_first_way_out_of_a_state_is_the_event_of_the_endpoint(courses: list[dict[str, Any]]) -> None:
    """Leukemia-free until relapse or death: the first stay ends when and as adtte says of leukemia-free survival."""
    states: dict[str, Any] = {
        "free": {"label": "f", "moves": {"relapse": "relapse", "death": "dead"}},
        "relapse": {"label": "r"},
        "dead": {"label": "d"},
    }
    study = build_tiny_study(_written(courses), multi_state={"m": {**COURSE, "begins": "free", "states": states}})
    stays = study.execute(
        "SELECT subject_id, exitdy, coalesce(nextstat, 'censored') FROM adam.adstate WHERE stayn = 1 ORDER BY 1"
    ).fetchall()
    endpoint = study.execute(
        "SELECT subject_id, aval, if(event = 0, 'censored', if(srcdom = 'death', 'dead', 'relapse')) FROM adam.adtte "
        "WHERE paramcd = 'lfs' ORDER BY 1"
    ).fetchall()
    assert stays == endpoint
