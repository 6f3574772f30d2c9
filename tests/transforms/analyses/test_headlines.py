"""Which results come first is stated by the protocol, and nowhere else."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from flows.settings import REPOSITORY, Settings
from flows.study.report import render_study
from flows.study_folder import list_studies, load_study
from schemas.protocol import Protocol
from tests.studies.built import built
from tests.transforms.analyses.test_results import CRS, INFUSIONS, OUTCOMES, compute
from tests.transforms.endpoints.tiny_study import PROTOCOL

STUDIES = list_studies(Settings(studies=REPOSITORY / "studies"))
STATED = {"primary": ["lfs"], "secondary": ["response.i1", "os"]}


def headlines(**protocol: Any) -> list[str]:
    found = compute(INFUSIONS + OUTCOMES, **protocol).analysis
    return (
        found.filter(pl.col("headline").is_not_null())
        .sort("headline")["analysis_id"]
        .unique(maintain_order=True)
        .to_list()
    )


def test_primary_outcomes_come_first_then_secondary_ones_in_the_order_stated() -> None:
    assert headlines(outcomes=STATED) == ["lfs", "response.i1", "os"]


def test_without_stated_outcomes_every_response_and_endpoint_is_a_headline() -> None:
    assert headlines() == ["response.i1", "os", "lfs", "cir", "efs"]


def test_of_adverse_events_the_severe_ones_of_the_first_term_are_the_headline() -> None:
    found = compute(INFUSIONS + OUTCOMES, toxicity=CRS, outcomes={"primary": ["toxicity.i1"]}).analysis
    assert found.filter(pl.col("headline").is_not_null()).select("term", "grade", "statistic").rows() == [
        ("CRS", 3, "proportion")
    ]


def test_what_the_protocol_does_not_call_primary_or_secondary_is_exploratory() -> None:
    found = compute(INFUSIONS + OUTCOMES, outcomes=STATED).analysis
    purposes = dict(found.select("analysis_id", "purpose").unique().iter_rows())
    assert (purposes["lfs"], purposes["os"], purposes["efs"]) == ("primary", "secondary", "exploratory")
    assert set(compute(INFUSIONS + OUTCOMES).analysis["purpose"]) == {""}


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ({"primary": ["pfs"]}, "outcomes.primary: expected one of os, .*; found pfs"),
        ({"primary": ["response.i2"]}, "outcomes.primary: expected one of .*response.i1; found response.i2"),
        ({"primary": ["os"], "secondary": ["os"]}, "expected each outcome once, primary or secondary; found os twice"),
        ({"primary": ["os"], "at_months": 7}, "outcomes.at_months: expected 7 among landmarks_months of os"),
    ],
)
def test_an_outcome_has_to_be_there(outcomes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Protocol.model_validate({**PROTOCOL, "outcomes": outcomes})


def test_a_population_may_not_have_the_name_of_an_analysis_set_of_every_study() -> None:
    populations = {**PROTOCOL["populations"], "evaluable": {"label": "evaluable", "infused": 1}}
    with pytest.raises(ValidationError, match="populations: evaluable is an analysis set that every study has"):
        Protocol.model_validate({**PROTOCOL, "populations": populations})


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_states_its_outcomes_and_the_report_has_a_tile_of_each(study: str) -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    stated = [*loaded.protocol.outcomes.primary, *loaded.protocol.outcomes.secondary]
    assert stated
    page = render_study(loaded, built(study), "key")
    # One more tells how many were enrolled.
    assert page.count('<div class="headline">') == len(stated) + 1
