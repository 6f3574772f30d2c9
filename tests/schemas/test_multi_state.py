"""What a multi-state model may say: states that are declared and can be reached, moves that lead elsewhere."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import MultiState, Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL

COURSE: dict[str, Any] = {
    "label": "Course", "population": "infused", "origin": "infusion_1", "begins": "active",
    "states": {
        "active": {"label": "active", "moves": {"remission": "remission", "death": "dead"}},
        "remission": {"label": "in remission", "moves": {"relapse": "relapse", "death": "dead"}},
        "relapse": {"label": "in relapse", "moves": {"death": "dead"}},
        "dead": {"label": "dead"},
    },
}  # fmt: skip


def with_change(path: str, value: Any) -> dict[str, Any]:
    """The course with the value at a dotted path."""
    changed = deepcopy(COURSE)
    *parts, last = path.split(".")
    place = changed
    for part in parts:
        place = place[part]
    place[last] = value
    return changed


def test_the_happenings_of_a_model_are_told_once() -> None:
    assert MultiState.model_validate(COURSE).happenings == ["remission", "death", "relapse"]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("begins", "activ", "begins: expected one of active, remission, relapse, dead; found activ"),
        ("states.relapse.moves.death", "died", "states.relapse.moves.death: expected one of .*; found died"),
        ("states.remission.moves.transplant", "remission", "states.remission.moves.transplant: expected another state"),
        (
            "states.remission.moves.loss",
            "dead",
            "states.remission.moves: expected no loss: nobody knows what came after",
        ),
        ("states.remission.moves.mrd_relapse", "dead", "expected relapse or kinds of it, not both; .* mrd_relapse"),
        ("states.remission.moves.relaps", "dead", "states.remission.moves.relaps"),
        ("states.lost", {"label": "lost"}, "states: expected a way from active to each; found none to lost"),
        ("sums", {"dead": {"label": "dead", "states": ["dead"]}}, "sums: expected names that no state has; found dead"),
        ("sums", {"alive": {"label": "alive", "states": ["remision"]}}, "sums.alive.states: .*; found remision"),
        (
            "sums",
            {"alive": {"label": "alive", "states": ["relapse", "relapse"]}},
            "sums.alive.states: expected each once",
        ),
        ("landmarks_months", [12, 12], "landmarks_months: expected each once"),
        ("transitions", [{"months": 3, "state": "cr"}], r"transitions\[0\].state: expected one of .*; found cr"),
        ("transitions", [{"months": 24, "state": "relapse"}], "transitions: expected a month before .* found 24"),
        ("horizon_months", 0, "horizon_months"),
        ("horizont", 12, "horizont"),
    ],
)
def test_what_a_model_may_not_say_is_refused_by_its_path(path: str, value: Any, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        MultiState.model_validate(with_change(path, value))


@pytest.mark.parametrize(("name", "value"), [("population", "infusd"), ("origin", "infusion")])
def test_a_model_counts_a_population_from_an_origin_of_its_protocol(name: str, value: str) -> None:
    models = {"course": with_change(name, value)}
    with pytest.raises(ValidationError, match=f"multi_state.course.{name}: expected one of .*; found {value}"):
        Protocol.model_validate({**PROTOCOL, "multi_state": models})
