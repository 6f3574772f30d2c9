"""A word or a day that can't be read of a therapy, a contact or a withdrawal: it may have happened, and figures say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from tests.warehouse.test_undecided_conditions import ENROLLED_AND_INFUSED
from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build
from transforms.analyses import StudyData
from transforms.analyses.cautions import consent_cautions, orphans_cautions
from transforms.analyses.study_data import ENDPOINT_TABLES
from warehouse.frames import frame_of

SITE = csv_site(
    *ENROLLED_AND_INFUSED,
    {"domain": "treatment", "columns": {"subject_id": "id", "treatment": "given", "start_date": "began"}},
    {"domain": "follow_up", "columns": {"subject_id": "id", "contact_date": {"constant": "2020-09-01"}, "disease_status": "found"}},
    {"domain": "disposition", "columns": {"subject_id": "id", "disposition": "left", "disposition_date": "left_on"}},
)  # fmt: skip
THERAPY = {
    "free": {"label": "Free of therapy", "kind": "efs", "population": "infused", "origin": "infusion_1", "event": ["new_therapy", "death"]}
}  # fmt: skip
# id, treatment, its day, finding of the contact, step of the study, its day
EXPORT = """id,given,began,found,left,left_on
support,tocilizumab,2020-03-01,remission,,
therapy,antileukemic,2020-03-01,remission,,
typo,antileukaemik,2020-03-01,remission,,
undated,antileukemic,,remission,,
unread,tocilizumab,2020-03-01,relasped?,,
withdrew,tocilizumab,2020-03-01,remission,withdrew consent,2020-05-01
no_day,tocilizumab,2020-03-01,remission,withdrew consent,
misspelt,tocilizumab,2020-03-01,remission,withdrew consnet,2020-05-01
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with tiny_build(tmp_path_factory.mktemp("b"), SITE, {FIRST: EXPORT}, endpoints=True, also=THERAPY) as study:
        yield study


def told(study: duckdb.DuckDBPyConnection, endpoint: str) -> dict[str, str]:
    found = rows(study, f"SELECT subject_id[3:], event, unkfl FROM adam.adtte WHERE paramcd = '{endpoint}'")
    return {who: "event" if event else "unknown" if unknown == "Y" else "free" for who, event, unknown in found}


def test_a_treatment_nobody_can_name_or_date_may_be_the_new_therapy(built: duckdb.DuckDBPyConnection) -> None:
    found = told(built, "free")
    assert {who: found[who] for who in ("support", "therapy", "typo", "undated")} == {
        "support": "free", "therapy": "event", "typo": "unknown", "undated": "unknown",
    }  # fmt: skip


def test_a_contact_whose_finding_cannot_be_read_may_have_found_leukemia(built: duckdb.DuckDBPyConnection) -> None:
    found = told(built, "lfs")
    assert (found["support"], found["unread"]) == ("free", "unknown")


def test_a_withdrawal_without_a_day_or_a_readable_word_is_said_beside_every_figure(
    built: duckdb.DuckDBPyConnection,
) -> None:
    protocol = Protocol.model_validate({**PROTOCOL, "sites": ["s"], "endpoints": {**PROTOCOL["endpoints"], **THERAPY}})
    data = StudyData.of(protocol, {f"adam.{name}": frame_of(built, f"FROM adam.{name}") for name in ENDPOINT_TABLES})
    subjects = data.subjects_of("os")
    assert [(said.code, said.arguments["n"]) for said in consent_cautions(data, subjects)] == [
        ("withheld_by_consent", 1), ("consent_unknown", 2),
    ]  # fmt: skip
    sure = subjects.filter(pl.col("subject_id").is_in(["s-support", "s-therapy"]))
    assert list(consent_cautions(data, sure)) == []


CONTACTS = csv_site(
    *ENROLLED_AND_INFUSED,
    {"domain": "follow_up", "where": {"column": "what", "equals": "contact"}, "columns": {"subject_id": "id", "contact_date": "day", "disease_status": "found"}},
    {"domain": "milestone", "where": {"column": "what", "equals": "milestone"}, "columns": {"subject_id": "id", "milestone_date": "day", "milestone": "found"}},
    {"domain": "transplant", "where": {"column": "what", "equals": "transplant"}, "columns": {"subject_id": "id", "transplant_date": "day", "transplant_type": "found"}},
    {"domain": "relapse", "where": {"column": "what", "equals": "relapse"}, "columns": {"subject_id": "id", "relapse_date": "day"}},
)  # fmt: skip
OF_CONTACTS = {
    "cells": {"label": "B-cell recovery", "kind": "cir", "population": "infused", "origin": "infusion_1", "event": ["b_cell_recovery"]},
    "until": {"label": "Until transplant", "kind": "lfs", "population": "infused", "origin": "infusion_1", "event": ["relapse", "death"], "transplant": "censor"},
}  # fmt: skip
# Each was seen in remission on 2020-03-01.
HAPPENED = {
    "seen": [("contact", "2020-05-01", "remission")],
    "said_dead": [("contact", "2020-05-01", "死亡")],
    "seen_later": [("contact", "2020-05-01", "死亡"), ("contact", "2020-06-01", "remission")],
    "found": [("contact", "", "relapsed")],
    "found_in_a_month": [("contact", "2020-04", "relapsed")],
    "found_before": [("contact", "2020-01", "relapsed")],
    "found_and_told": [("contact", "", "relapsed"), ("relapse", "2020-04-01", "")],
    "unnamed": [("milestone", "2020-04-01", "B cells back")],
    "unnamed_before": [("milestone", "2020-01-15", "B cells back")],
    "transplanted": [("transplant", "", "allogeneic")],
    "in_the_future": [("contact", "2031-05-01", "remission")],
}


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    lines = [
        ",".join((who, *one))
        for who, more in HAPPENED.items()
        for one in [("contact", "2020-03-01", "remission"), *more]
    ]
    sent = {FIRST: "\n".join(["id,what,day,found", *lines]) + "\n"}
    with tiny_build(tmp_path_factory.mktemp("c"), CONTACTS, sent, endpoints=True, also=OF_CONTACTS) as study:
        yield study


def test_a_contact_that_may_say_that_the_subject_died_is_no_proof_of_life(contacts: duckdb.DuckDBPyConnection) -> None:
    found = told(contacts, "os")
    assert [who for who in found if found[who] != "free"] == ["said_dead"]
    unknown = rows(contacts, "SELECT subject_id FROM adam.adsl WHERE dthunkfl = 'Y'")
    assert unknown == [("s-said_dead",)]


def test_leukemia_found_on_an_unknown_day_leaves_nobody_free_of_relapse(contacts: duckdb.DuckDBPyConnection) -> None:
    found = told(contacts, "cir")
    assert {who: how for who, how in found.items() if how != "free"} == {
        "said_dead": "unknown", "found": "unknown", "found_in_a_month": "unknown", "found_and_told": "event",
    }  # fmt: skip
    unknown = rows(contacts, "SELECT subject_id[3:] FROM adam.adsl WHERE relunkfl = 'Y' ORDER BY 1")
    assert unknown == [("found",), ("found_in_a_month",), ("said_dead",)]


def test_a_milestone_nobody_can_name_may_be_the_one(contacts: duckdb.DuckDBPyConnection) -> None:
    found = told(contacts, "cells")
    assert [who for who in found if found[who] != "free"] == ["unnamed"]


def test_nobody_is_followed_beyond_the_last_day_anybody_saw_the_subject(contacts: duckdb.DuckDBPyConnection) -> None:
    days = dict(rows(contacts, "SELECT subject_id[3:], CAST(adt AS VARCHAR) FROM adam.adtte WHERE paramcd = 'until'"))
    # An export knows of nothing after its own day; a transplant on an unknown day adds none.
    assert (days["in_the_future"], days["transplanted"]) == (FIRST.isoformat(), "2020-03-01")


DOSE_LIMITING = csv_site(
    *ENROLLED_AND_INFUSED,
    {"domain": "follow_up", "columns": {"subject_id": "id", "contact_date": {"constant": "2020-02-11"}}},
    {
        "domain": "adverse_event",
        "columns": {
            "subject_id": "id", "term": {"constant": "organ toxicity"}, "start_date": {"constant": "2020-02-05"},
            "dose_limiting": "limiting",
        },
    },
)  # fmt: skip
DLT_EVALUABLE = {"label": "evaluable", "infused": 1, "followed_days": 28, "dose_limiting": True}


def test_who_left_early_with_a_toxicity_that_may_be_dose_limiting_is_neither_in_nor_out(tmp_path: Path) -> None:
    populations = {**PROTOCOL["populations"], "dlt": DLT_EVALUABLE}
    sent = {FIRST: "id,limiting\nhad,yes\nhad_not,no\nunread,ye?\n"}
    with tiny_build(tmp_path, DOSE_LIMITING, sent, endpoints=True, populations=populations) as study:
        found = rows(study, "SELECT subject_id[3:], popfl, exclcd FROM adam.adpop WHERE population = 'dlt' ORDER BY 1")
    assert found == [("had", "Y", None), ("had_not", "N", "not_followed"), ("unread", "U", "toxicity_unknown")]


GIVEN = csv_site(
    ENROLLED_AND_INFUSED[0],
    {**ENROLLED_AND_INFUSED[1], "where": {"column": "given", "equals": "yes"}},
    {"domain": "follow_up", "columns": {"subject_id": "id", "contact_date": {"constant": "2020-09-01"}}},
)


def test_who_may_have_been_infused_is_neither_in_nor_out_and_every_figure_says_so(tmp_path: Path) -> None:
    sent = {FIRST: "id,given\nwas,yes\nwas_not,no\nunread,#N/A\n"}
    with tiny_build(tmp_path, GIVEN, sent, endpoints=True) as study:
        found = rows(
            study, "SELECT subject_id[3:], popfl, exclcd FROM adam.adpop WHERE population = 'infused' ORDER BY 1"
        )
        data = StudyData.of(
            Protocol.model_validate({**PROTOCOL, "sites": ["s"]}),
            {f"adam.{name}": frame_of(study, f"FROM adam.{name}") for name in ENDPOINT_TABLES},
        )
    assert found == [("unread", "U", "infusion_unknown"), ("was", "Y", None), ("was_not", "N", "not_infused")]
    for domains in (["death"], ["adverse_event"], ["response"]):
        (said,) = orphans_cautions(data, domains)
        assert (said.code, said.arguments) == ("infusion_unknown", {"n": 1})
