"""Covariates selected by a stated procedure, and a fitted model asked anew: what it predicts, and ratios between any two levels."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol import Model
from tests.transforms.analyses.test_fragility_and_models import DEATHS, FOLLOW_UP, GENOMICS, RELAPSES, SUBJECTS
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.statistics import (
    Categorical,
    Design,
    Numeric,
    build_design,
    fit_cox,
    predict_survival,
    predicted_survival_at,
)

DOSES = dict(zip(SUBJECTS, (5, 1, 9, 5, 1, 9, 5, 5, 1, 9, 9, 1), strict=True))
DAYS = {"b": 50, "d": 90, "f": 130, "h": 70, "j": 150, "k": 210}
STUDY = (
    "\ninfusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n"
    + "".join(f"{s} 1 0 CD19 {dose}\n" for s, dose in DOSES.items())
    + GENOMICS + FOLLOW_UP + RELAPSES + DEATHS
)  # fmt: skip
FACTORS: dict[str, Any] = {
    "tp53": {"label": "TP53", "source": "genomics.TP53", "levels": {"no": ["absent"], "yes": ["present"]}},
    "dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg"},
    "later": {"label": "Transplant", "source": "transplant"},
}
COX = {"label": "LFS", "kind": "cox", "endpoint": "lfs", "covariates": ["tp53", "dose"]}
ENDPOINTS = {"lfs": {**PROTOCOL["endpoints"]["lfs"], "landmarks_months": [3, 6]}}
PATTERN = {"label": "TP53, dose 5", "values": {"tp53": "yes", "dose": 5}}


@cache
def _of(key: str) -> pl.DataFrame:
    asked = {
        "plain": {},
        "selected": {"select_below": 0.2},
        "none": {"select_below": 0.0001},
        "predicted": {"predict": {"one": PATTERN}},
        "contrasts": {"contrasts": [{"factor": "tp53", "level": "no", "against": "yes"}]},
    }[key]
    return results(STUDY, risk_factors=FACTORS, endpoints=ENDPOINTS, models={"cox": {**COX, **asked}})


def times() -> tuple[list[int], list[bool]]:
    return [DAYS.get(s, 400 + 10 * i) for i, s in enumerate(SUBJECTS)], [s in DAYS for s in SUBJECTS]


def design(*names: str) -> Design:
    both = {
        "tp53": Categorical("tp53", ["yes" if i % 2 else "no" for i in range(12)], ["no", "yes"]),
        "dose": Numeric("dose", list(DOSES.values())),
    }
    return build_design([both[name] for name in names])


def test_nothing_is_selected_or_predicted_unless_the_protocol_asks() -> None:
    found = _of("plain")
    assert found.filter(pl.col("section").is_in(["selection", "fitted"])).is_empty()
    assert found.filter(section="model", fit="multivariable", statistic="hazard_ratio").height == 2


def test_each_covariate_is_tested_alone_and_said_to_be_kept_or_not() -> None:
    rows = {row["factor"]: row for row in _of("selected").filter(section="selection").iter_rows(named=True)}
    for name in ("tp53", "dose"):
        expected = fit_cox(*times(), design(name)).variable_tests[name]  # type: ignore[union-attr]
        assert rows[name]["p_value"] == pytest.approx(expected.p_value, rel=1e-9)
    assert "kept: p < 0.2" in rows["tp53"]["note"]
    assert "left out: p not below 0.2" in rows["dose"]["note"]


def test_the_model_is_of_the_covariates_that_were_kept_and_says_how_they_were_chosen() -> None:
    rows = _of("selected").filter(section="model", fit="multivariable", statistic="hazard_ratio")
    expected = fit_cox(*times(), design("tp53"))
    assert rows.select("factor", "estimate").rows() == [("tp53", pytest.approx(expected.terms[0].ratio.value))]  # type: ignore[union-attr]
    assert "1 of 2 covariates were selected by p < 0.2" in rows["note"][0]


def test_where_no_covariate_is_kept_the_model_says_so() -> None:
    rows = _of("none").filter(section="model", fit="multivariable")
    assert rows.select("status").rows() == [("not estimable",)]
    assert "no covariate has p < 0.0001 alone" in rows["note"][0]


def test_a_model_predicts_survival_for_a_stated_subject() -> None:
    asked = build_design([Categorical("tp53", ["yes"], ["no", "yes"]), Numeric("dose", [5.0])])
    curves = predict_survival(*times(), design("tp53", "dose"), asked)
    rows = _of("predicted").filter(section="fitted")
    assert rows.select("statistic", "measure", "time_months").rows() == [
        ("predicted_survival", "one", 3.0), ("predicted_survival", "one", 6.0),
    ]  # fmt: skip
    at = predicted_survival_at(curves, 0, 6 * 30.4375)  # type: ignore[arg-type]
    row = rows.row(1, named=True)
    assert (row["estimate"], row["ci_low"]) == (pytest.approx(at.value), pytest.approx(at.low))  # type: ignore[union-attr]


def test_the_predicted_curve_is_kept_as_a_curve_on_which_nobody_is_at_risk() -> None:
    models = {"cox": {**COX, "predict": {"one": PATTERN}}}
    curve = compute(STUDY, risk_factors=FACTORS, endpoints=ENDPOINTS, models=models).curve.filter(
        analysis_id="fitted.cox"
    )
    assert curve["estimate"][0] == 1 and curve["estimate"].is_sorted(descending=True)
    assert curve["at_risk"].null_count() == curve.height > 1


def test_any_level_may_be_held_against_any_other() -> None:
    row = _of("contrasts").filter(section="fitted").row(0, named=True)
    printed = _of("contrasts").filter(section="model", fit="multivariable", factor="tp53", statistic="hazard_ratio")
    assert (row["level"], row["reference_level"]) == ("no", "yes")
    assert row["estimate"] == pytest.approx(1 / printed["estimate"].item())
    assert row["p_value"] == pytest.approx(printed["p_value"].item())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"predict": {"one": {"label": "x", "values": {"tp53": True, "dose": 5}}}},
            "a level yes or no stands in quotes",
        ),
        (
            {"kind": "fine-gray", "select_below": 0.1},
            "expected `select_below` in multivariable Cox and logistic models",
        ),
        ({"select_below": 0.1, "predict": {"one": PATTERN}}, "whose covariates are stated, not selected"),
        ({"select_below": 0}, "greater than 0"),
        ({"strata": "x", "predict": {"one": PATTERN}}, "expected `predict` in Cox models without strata"),
        (
            {"predict": {"one": {"label": "x", "values": {"dose": 5}}}},
            "predict.one.values: expected one for each of tp53, dose",
        ),
        (
            {"contrasts": [{"factor": "age", "level": "a", "against": "b"}]},
            "contrasts of the model's covariates; found age",
        ),
        ({"contrasts": [{"factor": "tp53", "level": "no", "against": "no"}]}, "two different levels"),
    ],
)
def test_a_question_fits_the_model_it_is_put_to(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Model.model_validate({**COX, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"contrasts": [{"factor": "tp53", "level": "maybe", "against": "no"}]},
            "expected one of no, yes; found maybe",
        ),
        (
            {"predict": {"one": {**PATTERN, "values": {"tp53": "maybe", "dose": 5}}}},
            "values.tp53: expected one of no, yes",
        ),
        (
            {"predict": {"one": {**PATTERN, "values": {"tp53": "yes", "dose": "high"}}}},
            "values.dose: expected one of a number",
        ),
        (
            {"covariates": ["tp53", "later"], "select_below": 0.1},
            "models.cox.covariates: expected one of tp53, dose; found later",
        ),
    ],
)
def test_levels_and_covariates_have_to_exist(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        results(STUDY, risk_factors=FACTORS, endpoints=ENDPOINTS, models={"cox": {**COX, **changes}})
