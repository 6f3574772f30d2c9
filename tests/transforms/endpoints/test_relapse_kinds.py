"""Kinds of relapse as endpoints of their own: a relapse is of each kind it shows, and of which it may be where nobody says."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study

INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n\n"
SEEN = "follow_up subject_id contact_date\na 400\n\n"
RELAPSE = "relapse subject_id relapse_date relapse_site detection cd19_status cd22_status\n"


def built(tables: str, kind: str, **changed: Any) -> duckdb.DuckDBPyConnection:
    endpoint = {"label": kind, "kind": "cir", "population": "infused", "origin": "infusion_1", "event": [kind],
                "competing": ["death"], **changed}  # fmt: skip
    return build_tiny_study(INFUSED + SEEN + tables, endpoints={"kind": endpoint})


def outcome(tables: str, kind: str, **changed: Any) -> tuple[int, int, str | None]:
    """Day and role of what decides, and whether anything is unknown."""
    with built(tables, kind, **changed) as study:
        (row,) = study.execute("select aval, event, unkfl from adam.adtte").fetchall()
    return row


@pytest.mark.parametrize(
    ("kind", "relapse"),
    [
        ("mrd_relapse", "a 100 marrow MRD positive positive"),
        ("overt_relapse", "a 100 marrow morphologic positive positive"),
        ("overt_relapse", "a 100 CNS . positive positive"),
        ("overt_relapse", "a 100 combined . positive positive"),
        ("extramedullary_relapse", "a 100 CNS imaging positive positive"),
        ("extramedullary_relapse", "a 100 extramedullary imaging positive positive"),
        ("cd19_negative_relapse", "a 100 marrow morphologic negative positive"),
        ("cd22_negative_relapse", "a 100 marrow morphologic positive negative"),
    ],
)
def test_a_relapse_of_the_kind_is_an_event(kind: str, relapse: str) -> None:
    assert outcome(RELAPSE + relapse, kind) == (100, 1, None)


@pytest.mark.parametrize(
    ("kind", "relapse"),
    [
        ("mrd_relapse", "a 100 marrow morphologic positive positive"),
        ("overt_relapse", "a 100 marrow MRD positive positive"),
        ("extramedullary_relapse", "a 100 marrow morphologic positive positive"),
        ("cd19_negative_relapse", "a 100 marrow morphologic positive positive"),
        ("cd22_negative_relapse", "a 100 marrow morphologic positive positive"),
    ],
)
def test_a_relapse_of_another_kind_is_none(kind: str, relapse: str) -> None:
    assert outcome(RELAPSE + relapse, kind) == (400, 0, None)


@pytest.mark.parametrize(
    ("kind", "relapse"),
    [
        ("mrd_relapse", "a 100 marrow . positive positive"),
        ("overt_relapse", "a 100 marrow . positive positive"),
        ("extramedullary_relapse", "a 100 . morphologic positive positive"),
        ("cd19_negative_relapse", "a 100 marrow morphologic . positive"),
        ("cd19_negative_relapse", "a 100 marrow morphologic not_done positive"),
        ("cd22_negative_relapse", "a 100 marrow morphologic positive ."),
    ],
)
def test_a_relapse_of_which_nobody_says_its_kind_leaves_the_endpoint_unknown(kind: str, relapse: str) -> None:
    assert outcome(RELAPSE + relapse, kind) == (400, 0, "Y")


@pytest.mark.parametrize(
    "kind", ["mrd_relapse", "extramedullary_relapse", "cd19_negative_relapse", "cd22_negative_relapse"]
)
def test_leukemia_found_at_a_follow_up_may_be_a_relapse_of_any_kind(kind: str) -> None:
    found = "response subject_id assessment_date response\na 30 CR\n\n"
    tables = found + SEEN.replace("contact_date\na 400", "contact_date disease_status\na 100 relapsed\na 400 .")
    endpoint = {"label": kind, "kind": "cir", "population": "infused", "origin": "infusion_1", "event": [kind]}
    study = build_tiny_study(INFUSED + tables, endpoints={"kind": endpoint})
    assert study.execute("select event, unkfl from adam.adtte").fetchall() == [(0, "Y")]


def test_time_to_mrd_relapse_ends_at_an_overt_one_that_competes() -> None:
    overt_first = RELAPSE + "a 100 marrow morphologic positive positive\na 160 marrow MRD positive positive"
    mrd_first = RELAPSE + "a 100 marrow MRD positive positive\na 160 marrow morphologic positive positive"
    competing = {"competing": ["overt_relapse", "death"]}
    assert outcome(overt_first, "mrd_relapse", **competing) == (100, 2, None)
    assert outcome(mrd_first, "mrd_relapse", **competing) == (100, 1, None)


def test_a_relapse_is_of_its_kind_before_it_is_any_relapse() -> None:
    """Where any relapse competes with one of a kind, a relapse of that kind is the event."""
    both = {"competing": ["relapse", "death"]}
    assert outcome(RELAPSE + "a 100 CNS imaging positive positive", "extramedullary_relapse", **both) == (100, 1, None)
    assert outcome(RELAPSE + "a 100 marrow MRD positive positive", "extramedullary_relapse", **both) == (100, 2, None)


def test_a_relapse_of_a_kind_before_the_remission_it_is_counted_from_is_unknown() -> None:
    tables = "response subject_id assessment_date response\na 30 CR\n\n" + RELAPSE + "a 20 marrow MRD positive positive"
    assert outcome(tables, "mrd_relapse", population="responders", origin="remission") == (370, 0, "Y")
    assert outcome(tables, "relapse", population="responders", origin="remission") == (370, 0, "Y")
