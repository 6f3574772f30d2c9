"""The same outcome under every admissible definition: by the SQL of the endpoints, the protocol's own first."""

from __future__ import annotations

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, SALVAGE, SECOND, STUDIES
from transforms.definitions_beside import definitions_beside


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
    for origin in ("second_infusion", "beside_remission_2"):
        ignored, censored = (
            rate(SECOND, "lfs", f"{origin}.{transplant}.last_contact.any", 24.0) for transplant in ("ignore", "censor")
        )
        assert censored < ignored


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
    bridged = [one for one in definitions_beside(protocol, residual_relapses=False) if one.of == "lfs_bridged"]
    assert {protocol.origins[one.endpoint.origin].kind for one in bridged} == {"transplant"}


def origins_of(study: str, endpoint: str) -> list[str]:
    """Origins of the definitions of an endpoint, the study's own first."""
    found = rates(study, endpoint).sort("position")["definition"].str.split(".").list.first()
    return found.unique(maintain_order=True).to_list()


def test_a_definition_may_begin_at_the_infusion_or_at_the_remission_after_it() -> None:
    assert origins_of(CHILDREN, "lfs") == ["first_infusion", "beside_remission_1"]
    assert origins_of(SECOND, "lfs") == ["second_infusion", "beside_remission_2"]


def test_event_free_survival_does_not_begin_at_remission() -> None:
    assert origins_of(SECOND, "efs") == ["second_infusion"]


def test_from_remission_on_a_subject_is_followed_from_the_assessment_that_found_it() -> None:
    alternative = built(CHILDREN)["adam.adttealt"].filter(origin="beside_remission_1")
    first = built(CHILDREN)["adam.adrs"].filter(infusion_number=1, respfl="Y").select("subject_id", found=pl.col("adt"))
    assert alternative.height
    assert alternative.join(first, on="subject_id").select((pl.col("startdt") == pl.col("found")).all()).item()


def test_relapses_by_residual_disease_are_counted_and_left_out_where_there_are_some() -> None:
    protocol = load_study(Settings(studies=REPOSITORY / "studies"), SALVAGE).protocol
    without, with_both = (definitions_beside(protocol, residual_relapses=given) for given in (False, True))
    assert len(with_both) == 2 * len(without)
    assert {one.relapse for one in with_both} == {"any", "morphologic"}
