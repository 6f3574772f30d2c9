"""Headlines without one subject, tests with changed outcomes, and the further kinds of model a protocol may ask for."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.analyses.test_results import results
from tests.transforms.endpoints.tiny_study import PROTOCOL

SUBJECTS = "abcdefghijkl"
INFUSIONS = "\ninfusion subject_id infusion_number infusion_date target\n" + "".join(
    f"{s} 1 0 CD19\n" for s in SUBJECTS
)
GENOMICS = "\ngenomics subject_id finding result sample_date\n" + "".join(
    f"{s} TP53 {'present' if i % 2 else 'absent'} -5\n" for i, s in enumerate(SUBJECTS)
)
FOLLOW_UP = "\nfollow_up subject_id contact_date disease_status\n" + "".join(
    f"{s} {400 + 10 * i} remission\n" for i, s in enumerate(SUBJECTS) if s not in "bdfhjk"
)
RELAPSES = "\nrelapse subject_id relapse_date relapse_site\nb 50 marrow\nd 90 marrow\nf 130 marrow\nk 210 marrow\n"
DEATHS = "\ndeath subject_id death_date cause\nh 70 infection\nj 150 infection\n"
STUDY = INFUSIONS + GENOMICS + FOLLOW_UP + RELAPSES + DEATHS
FACTORS = {
    "tp53": {"label": "TP53", "source": "genomics.TP53", "levels": {"no": ["absent"], "yes": ["present"]}},
}


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    cir = {**PROTOCOL["endpoints"]["cir"], "groups": ["tp53"], "landmarks_months": [6]}
    models = {
        "cause_specific": {"label": "Relapse", "kind": "cox", "endpoint": "cir", "covariates": ["tp53"]},
        "subdistribution": {"label": "Relapse", "kind": "fine-gray", "endpoint": "cir", "covariates": ["tp53"]},
    }
    return results(STUDY, risk_factors=FACTORS, endpoints={"cir": cir}, models=models)


def test_a_rate_without_each_subject_in_turn(found: pl.DataFrame) -> None:
    row = found.filter(section="fragility", statistic="leave_one_subject_out", analysis_id="fragility.cir").row(
        0, named=True
    )
    # Three relapses of twelve by six months; without a relapse 2 of 11, without another subject 3 of 11.
    assert row["estimate"] == pytest.approx(3 / 12)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(2 / 11), pytest.approx(3 / 11))
    assert "not a confidence interval" in row["note"]


def test_outcomes_that_must_change_to_flip_a_comparison(found: pl.DataFrame) -> None:
    row = found.filter(section="fragility", statistic="fragility_index").row(0, named=True)
    assert row["factor"] == "tp53" and row["estimate"] >= 1 and "p < 0.05" in row["note"]


def test_fine_gray_stands_beside_the_cause_specific_model(found: pl.DataFrame) -> None:
    ratios = found.filter(section="model", fit="univariable").filter(pl.col("statistic").str.ends_with("ratio"))
    assert ratios.select("analysis_id", "statistic").rows() == [
        ("cause_specific", "hazard_ratio"),
        ("subdistribution", "subdistribution_hazard_ratio"),
    ]
    assert ratios["estimate"][0] != ratios["estimate"][1]


def test_a_cox_model_says_whether_its_hazards_are_proportional(found: pl.DataFrame) -> None:
    row = found.filter(analysis_id="cause_specific", statistic="proportional_hazards").row(0, named=True)
    assert row["p_method"] == "schoenfeld" and 0 < row["p_value"] < 1


def test_no_model_of_a_yes_or_no_takes_strata() -> None:
    model = {"label": "m", "kind": "logistic", "infusion": 1, "covariates": ["tp53"], "strata": "tp53"}
    with pytest.raises(ValueError, match="strata"):
        results(STUDY, risk_factors=FACTORS, models={"m": model})


def test_where_nobody_has_the_reference_level_the_one_that_stands_in_for_it_is_named() -> None:
    status = {
        "label": "Status", "source": "subject.disease_status",
        "levels": {"relapse": ["hematologic relapse"], "refractory": ["refractory"], "MRD": ["MRD positive"]},
    }  # fmt: skip
    enrolled = "\nsubject subject_id enrollment_date disease_status\n" + "".join(
        f"{s} -5 {'MRD_positive' if i % 2 else 'refractory'}\n" for i, s in enumerate(SUBJECTS)
    )
    model = {"label": "Relapse", "kind": "cox", "endpoint": "cir", "covariates": ["status"]}
    found = results(
        STUDY + enrolled,
        risk_factors={"status": status},
        endpoints={"cir": PROTOCOL["endpoints"]["cir"]},
        models={"m": model},
    )
    ratios = found.filter(statistic="hazard_ratio", level="MRD")
    assert ratios["reference_level"].unique().to_list() == ["refractory"]
