"""The same outcome under every admissible definition: by the SQL of the endpoints, the protocol's own first."""

from __future__ import annotations

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, SALVAGE, SECOND, STUDIES
from tests.transforms.endpoints.tiny_study import build_tiny_study
from transforms.definitions_beside import definitions_beside, is_assessed_later
from warehouse.frames import frame_of


def rates(study: str, endpoint: str) -> pl.DataFrame:
    return built(study)["results.analysis"].filter(pl.col("definition") != "", analysis_id=f"{endpoint}.definitions")


def rate(study: str, endpoint: str, definition: str, months: float) -> float:
    return float(rates(study, endpoint).filter(definition=definition, time_months=months)["estimate"].item())


@pytest.mark.parametrize("study", STUDIES)
def test_the_protocols_own_definition_gives_the_studys_own_numbers(study: str) -> None:
    analysis = built(study)["results.analysis"]
    for endpoint in {
        name.removesuffix(".definitions") for name in analysis.filter(section="definitions")["analysis_id"]
    }:
        first = rates(study, endpoint).sort("position")
        own = analysis.filter(
            pl.col("statistic").is_in(["survival", "cumulative_incidence"]), analysis_id=endpoint, factor=""
        ).sort("position")
        assert first.head(own.height)["estimate"].to_list() == pytest.approx(own["estimate"].to_list())


def test_censoring_at_transplant_changes_the_rate_of_those_transplanted() -> None:
    ignored, censored = (
        rate(SECOND, "lfs", f"second_infusion.{transplant}.last_contact.any", 24.0)
        for transplant in ("ignore", "censor")
    )
    assert censored < ignored


@pytest.mark.parametrize("study", STUDIES)
def test_each_definition_differs_from_the_protocols_in_one_thing(study: str) -> None:
    analysis = built(study)["results.analysis"].filter(pl.col("definition") != "", section="definitions")
    for _, of in analysis.sort("position").group_by("endpoint", maintain_order=True):
        own, *others = (key.split(".") for key in of["definition"].unique(maintain_order=True))
        assert {sum(a != b for a, b in zip(own, other, strict=True)) for other in others} <= {1}


@pytest.mark.parametrize("study", STUDIES)
def test_each_definition_counts_the_same_subjects(study: str) -> None:
    analysis = built(study)["results.analysis"].filter(pl.col("definition") != "", section="definitions")
    counted = analysis.filter(pl.col("estimate").is_not_null()).group_by("endpoint").agg(pl.col("n").n_unique())
    assert counted.height
    assert set(counted["n"]) == {1}


def test_a_relapse_by_residual_disease_alone_counts_or_not_by_definition() -> None:
    counted, left_out = (
        rate(ADULTS, "lfs", f"first_infusion.ignore.last_contact.{relapse}", 12.0) for relapse in ("any", "morphologic")
    )
    assert counted < left_out


def test_the_spread_is_that_of_the_definitions() -> None:
    of = rates(SALVAGE, "cir").filter(time_months=12.0)["estimate"].drop_nulls()
    ends = built(SALVAGE)["results.analysis"].filter(analysis_id="cir.definitions", definition="", time_months=12.0)
    assert dict(ends["statistic", "estimate"].iter_rows()) == {"min": of.min(), "max": of.max()}


def test_no_definition_begins_before_it_is_known_who_is_counted() -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), SALVAGE).protocol
    found = definitions_beside(protocol, residual_relapses=False, assessed_later=True)
    bridged = [one for one in found if one.of == "lfs_bridged"]
    assert {protocol.origins[one.endpoint.origin].kind for one in bridged} == {"transplant"}


def origins_of(study: str, endpoint: str) -> list[str]:
    """Origins of the definitions of an endpoint, the study's own first."""
    found = rates(study, endpoint).sort("position")["definition"].str.split(".").list.first()
    return found.unique(maintain_order=True).to_list()


def test_a_definition_may_begin_at_the_remission_where_all_who_count_came_to_it() -> None:
    assert origins_of(SECOND, "lfs") == ["second_infusion", "beside_remission_2"]


def test_no_definition_begins_at_a_remission_that_some_who_count_never_reached() -> None:
    assert origins_of(CHILDREN, "lfs") == ["first_infusion"]


def test_event_free_survival_does_not_begin_at_remission() -> None:
    assert origins_of(SECOND, "efs") == ["second_infusion"]


def test_from_remission_on_a_subject_is_followed_from_the_assessment_that_found_it() -> None:
    alternative = built(SECOND)["adam.adttealt"].filter(origin="beside_remission_2")
    first = built(SECOND)["adam.adrs"].filter(infusion_number=2, respfl="Y").select("subject_id", found=pl.col("adt"))
    assert alternative.height
    assert alternative.join(first, on="subject_id").select((pl.col("startdt") == pl.col("found")).all()).item()


def test_relapses_by_residual_disease_are_left_out_by_one_definition_where_there_are_some() -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), SALVAGE).protocol
    without, given = (
        definitions_beside(protocol, residual_relapses=some, assessed_later=False) for some in (False, True)
    )
    assert {one.relapse for one in without} == {"any"}
    left_out = [one for one in given if one.relapse == "morphologic"]
    assert [one.of for one in left_out] == list(dict.fromkeys(one.of for one in given))
    # All else is as the protocol says.
    own = {one.of: one.endpoint for one in reversed(without)}
    assert all(one.endpoint == own[one.of] for one in left_out)


@pytest.mark.parametrize("assessed_later", [True, False])
def test_the_last_assessment_is_offered_where_sites_look_at_the_disease_later_too(assessed_later: bool) -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), SALVAGE).protocol
    found = definitions_beside(protocol, residual_relapses=False, assessed_later=assessed_later)
    assert ("last_assessment" in {one.endpoint.censor_at for one in found}) == assessed_later


@pytest.mark.parametrize(("looks", "expected"), [("a 200 remission\nb 200 .", True), ("a 200 .\nb 200 .", False)])
def test_sites_look_later_where_half_of_those_alive_long_after_were_looked_at(looks: str, expected: bool) -> None:
    study = build_tiny_study(
        "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\nb 1 0 CD19\n\n"
        "response subject_id assessment_date response\na 30 CR\nb 30 CR\n\n"
        f"follow_up subject_id contact_date disease_status\n{looks}"
    )
    names = ("adam.adsl", "adam.adrs", "adam.adevent")
    assert is_assessed_later({name: frame_of(study, f"SELECT * FROM {name}") for name in names}) == expected
