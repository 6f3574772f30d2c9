"""The demonstration's recovery of counts and support, from its exports: what was sampled decides, and what its site does not send is no 0."""

from __future__ import annotations

import polars as pl

from tests.studies.built import built
from transforms.analyses.care import SECTION as CARE
from transforms.analyses.cytopenia import SECTION as CYTOPENIA

STUDY = "demo_hard_cases"


def rows(section: str) -> pl.DataFrame:
    return built(STUDY)["results.analysis"].filter(section=section)


def test_the_site_sends_no_such_treatments_which_is_not_collected() -> None:
    shares = rows(CARE).filter(statistic="proportion")
    assert shares["term"].to_list() == ["tocilizumab", "corticosteroid", "intensive care", "hospital stay"]
    assert shares["status"].unique().to_list() == ["not estimable"]
    said = built(STUDY)["results.reason"].join(shares, on="result_id", how="semi")
    assert said["code"].unique().to_list() == ["care_not_collected"]


def test_the_code_map_of_its_column_is_what_says_so() -> None:
    codes = built(STUDY)["meta.source_column"].filter(domain="treatment", column_name="treatment")
    assert codes["codes"].unique().to_list() == ["antileukemic\nbridging"]


def test_those_at_risk_and_those_not_are_all_who_were_infused() -> None:
    infused = built(STUDY)["adam.adex"].filter(infusion_number=1)["subject_id"].n_unique()
    for day in ("30", "60"):
        counts = rows(CYTOPENIA).filter(pl.col("quantity") != "", measure=day)
        assert counts["estimate"].sum() == infused


def test_severe_recovered_and_unknown_are_all_at_risk() -> None:
    states = built(STUDY)["adam.adcyto"].filter(pl.col("state") != "not at risk", paramcd="any", infusion_number=1)
    for day in (30, 60):
        (at_risk,) = rows(CYTOPENIA).filter(quantity="at_risk", measure=str(day))["estimate"]
        (share,) = rows(CYTOPENIA).filter(statistic="proportion", measure=str(day), term="any").to_dicts()
        unknown = rows(CYTOPENIA).filter(statistic="unknown", measure=str(day), term="any")["estimate"].sum()
        assert share["n"] + unknown == at_risk == states.filter(askdy=day).height
