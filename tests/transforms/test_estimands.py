"""Estimands: which strategy of ICH E9(R1) handles what happens on the way to an endpoint, and how the report says so."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.protocol import Protocol
from transforms.definitions import derive_definitions
from transforms.estimands import estimand_rows
from transforms.reports.methods import estimands_part
from transforms.reports.queries import Queries
from transforms.words import words_in

PARTS: dict[str, Any] = {
    "study_id": "tiny", "title": "A study", "design": "single arm", "sites": ["a"],
    "origins": {"infusion": {"label": "infusion", "kind": "infusion"}, "transplant": {"label": "transplant", "kind": "transplant"}},
    "populations": {
        "infused": {"label": "infused", "infused": 1},
        "bridged": {"label": "bridged", "responded_after": 1, "transplanted": True},
        "not_bridged": {"label": "not bridged", "responded_after": 1, "transplanted": False},
    },
}  # fmt: skip


def protocol(**endpoint: Any) -> Protocol:
    common = {"label": "Endpoint", "kind": "lfs", "population": "infused", "origin": "infusion"}
    return Protocol.model_validate({**PARTS, "endpoints": {"it": {**common, **endpoint}}})


def handled(**endpoint: Any) -> dict[str, str]:
    return {row["intercurrent_event"]: row["strategy"] for row in estimand_rows(protocol(**endpoint))}


def test_a_death_that_is_one_of_several_events_is_composite_and_treatment_after_day_0_is_followed_through() -> None:
    assert handled(event=["relapse", "death"]) == {
        "death": "composite",
        "transplant": "treatment_policy",
        "consolidation": "treatment_policy",
        "next_infusion": "treatment_policy",
    }


def test_the_only_event_of_an_endpoint_is_its_variable_and_no_intercurrent_event() -> None:
    assert "death" not in handled(kind="os", event=["death"])


@pytest.mark.parametrize(
    ("role", "strategy"), [("censor", "hypothetical"), ("competing", "while_free"), ("event", "composite")]
)
def test_the_role_of_transplant_decides_its_strategy(role: str, strategy: str) -> None:
    assert handled(event=["relapse", "death"], transplant=role)["transplant"] == strategy


def test_the_variable_names_every_happening_that_ends_the_time_as_event() -> None:
    given = protocol(kind="efs", event=["no_response", "relapse", "death"], transplant="event")
    assert {row["variable"] for row in estimand_rows(given)} == {"no_response.relapse.death.transplant"}


def test_a_competing_death_leaves_the_time_until_it() -> None:
    assert handled(kind="cir", event=["relapse"], competing=["death"])["death"] == "while_free"


def test_a_death_without_a_role_censors_which_is_said() -> None:
    assert handled(kind="cir", event=["relapse"])["death"] == "hypothetical"


def test_a_population_chosen_by_transplant_is_said_to_be_so() -> None:
    assert handled(population="not_bridged", event=["relapse", "death"])["transplant"] == "population"


def test_a_transplant_that_is_day_0_is_no_intercurrent_event() -> None:
    assert "transplant" not in handled(population="bridged", origin="transplant", event=["relapse", "death"])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Endpoint", "competing event (while event-free)", *["follow-up continues (treatment policy)"] * 3]),
        ("zh", ["Endpoint", "竞争事件（在其发生之前）", *["继续随访（疗法策略）"] * 3]),
    ],
)
def test_the_report_prints_a_row_an_endpoint_in_both_languages(language: Any, expected: list[str]) -> None:
    tables = derive_definitions(
        protocol(kind="cir", event=["relapse"], competing=["death"]), data_cut=None, latest_extract=None, build_key=""
    )
    (estimand,) = tables["meta.estimand"].select("population", "origin", "variable").unique().rows()
    assert estimand == ("infused", "infusion", "relapse")
    assert estimands_part(tables, Queries("tiny"), words_in(language)).table.rows == [expected]
