"""What a protocol may choose of its models in the demonstration: ties, intervals, strata, what their promise is worth, a shrunk cut."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from flows.settings import REPOSITORY
from schemas.protocol import Model, Protocol
from schemas.yaml_file import load_yaml
from tests.studies.built import built
from transforms import statistics as st
from transforms.analyses.data_cuts import cut_rows
from transforms.analyses.fitted import fitted_rows
from transforms.analyses.models import model_rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData

STUDY = "demo_hard_cases"
PROTOCOL = load_yaml(REPOSITORY / "studies" / STUDY / "protocol.yaml", Protocol)
LFS = {"label": "m", "kind": "cox", "endpoint": "lfs", "covariates": ["disease_status"]}


def data_with(model: dict[str, Any]) -> StudyData:
    stated = Model.model_validate(model)
    return StudyData.of(PROTOCOL.model_copy(update={"models": {"m": stated}}), built(STUDY))


def ratio_of(model: dict[str, Any]) -> ResultRow:
    return next(row for row in model_rows(data_with(model)) if row.statistic.endswith("hazard_ratio"))


@pytest.mark.parametrize(
    ("options", "method"),
    [
        ({}, "cox/efron-ties/wald"),
        ({"ties": "Breslow"}, "cox/breslow-ties/wald"),
        ({"ties": "exact", "interval": "profile"}, "cox/exact-ties/profile"),
        (
            {"kind": "fine-gray", "endpoint": "cir", "strata": "sex"},
            "fine-gray/finegray-weights/breslow-ties/robust-errors/wald",
        ),
        ({"covariates": ["transplant"], "ties": "exact"}, "cox-time-dependent/exact-ties/wald"),
    ],
)
def test_a_model_is_fitted_as_the_protocol_asks_and_says_so(options: dict[str, Any], method: str) -> None:
    assert ratio_of(LFS | options).method == method


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kind": "fine-gray", "ties": "exact"}, "ties: expected in Cox models only"),
        ({"kind": "fine-gray", "interval": "profile"}, "interval: expected Wald for Fine-Gray"),
        ({"cluster": "site", "interval": "profile"}, "cluster: expected Wald intervals"),
        ({"cluster": "site", "ties": "exact"}, "cluster: expected Wald intervals"),
        ({"kind": "fine-gray", "validation": {}}, "validation: expected in Cox models"),
        ({"select_below": 0.1, "validation": {}}, "validation: expected of stated covariates"),
        (
            {"kind": "logistic", "infusion": 1, "population": "infused", "strata": "sex"},
            "expected `strata` in Cox and Fine-Gray",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Model.model_validate(LFS | options)


def test_what_a_model_promises_stands_beside_what_is_left_of_it() -> None:
    rows = {
        (row.statistic, row.measure, row.time_months): row
        for row in fitted_rows(data_with(LFS | {"validation": {"resamples": 40, "groups": 2}}))
    }
    apparent, corrected = (rows[name, "", None].estimate for name in ("concordance", "concordance_corrected"))
    assert apparent is not None and corrected is not None and corrected < apparent
    assert rows["events_per_parameter", "", None].estimate == 9
    shares = [rows[name, "1", 12.0] for name in ("calibration_predicted", "calibration_observed")]
    assert all(row.estimate is not None and row.n for row in shares)
    assert all(row.basis.height for row in rows.values())


def test_a_validated_model_is_scored_over_time_beside_one_prediction_for_all() -> None:
    rows = {
        (row.statistic, row.time_months): row
        for row in fitted_rows(data_with(LFS | {"validation": {"resamples": 2}}))
        if row.statistic.startswith("brier")
    }
    assert {name for name, _ in rows} == {
        "brier", "brier_null", "brier_integrated", "brier_integrated_null", "brier_explained",
    }  # fmt: skip
    score, null = (rows[name, 12.0].estimate for name in ("brier_integrated", "brier_integrated_null"))
    assert score is not None and null is not None and 0 < score < null < 0.25
    assert rows["brier_explained", 12.0].estimate == pytest.approx(1 - score / null)
    assert all("scored_on_own_subjects" in {said.code for said in row.reasons} for row in rows.values())


def test_a_model_without_a_finite_estimate_promises_nothing_and_says_why() -> None:
    known = built(STUDY)["adam.adtte"].filter(paramcd="lfs").sort("subject_id")
    died = set(known.filter(event=1)["subject_id"])
    risk = built(STUDY)["adam.adrisk"].to_dicts()
    for row in risk:
        if row["risk_factor"] == "disease_status":
            row["level"] = row["value"] = "refractory" if row["subject_id"] in died else "hematologic relapse"
    tables = {**built(STUDY), "adam.adrisk": pl.DataFrame(risk, schema=built(STUDY)["adam.adrisk"].schema)}
    stated = Model.model_validate(LFS | {"validation": {}})
    data = StudyData.of(PROTOCOL.model_copy(update={"models": {"m": stated}}), tables)
    (row,) = list(fitted_rows(data))
    assert row.status == "not estimable" and row.reasons[0].code == "no_finite_model"


def test_the_ratio_at_a_cut_that_data_chose_stands_beside_the_same_shrunk() -> None:
    rows = {
        row.statistic: row
        for row in cut_rows(StudyData.of(PROTOCOL, built(STUDY)))
        if row.statistic.startswith("cut_") and row.endpoint
    }
    ratio, factor, shrunk = (rows[name].estimate for name in ("cut_ratio", "cut_shrinkage", "cut_ratio_shrunk"))
    assert ratio is not None and factor is not None and shrunk is not None
    assert shrunk == pytest.approx(ratio**factor) and 0 <= factor < 1
    assert all(
        any(said.code == "data_derived" for said in rows[name].reasons) for name in ("cut_ratio", "cut_ratio_shrunk")
    )


def test_the_library_shrinks_nothing_of_a_variable_it_does_not_know() -> None:
    fit = st.fit_cox([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], st.build_design([st.Numeric("x", [1.0, 3, 2, 5, 1])]))
    assert isinstance(fit, st.Model)
    with pytest.raises(ValueError, match="variable must be one column"):
        st.shrink_ratio(fit, "y")
