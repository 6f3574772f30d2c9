"""What a protocol has to ask for, and may not ask for: transplant side by side, censoring rules, null rates, doses, recurrences, pairs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL

FACTORS = {
    "hsct": {"label": "Transplant", "source": "transplant"},
    "sex": {"label": "Sex", "source": "subject.sex", "levels": {"female": ["female"], "male": ["male"]}},
    "age": {"label": "Age", "source": "subject.age_years"},
    "band": {"label": "Age band", "source": "subject.age_years", "cut": 18},
}
INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]
LEVELS = {
    "low": {"label": "low", "dose_from": 0, "dose_below": 5},
    "high": {"label": "high", "dose_from": 5, "dose_below": 20},
}
BOIN = {"design": "boin", "target": 0.3, "levels": LEVELS}
INFECTIONS = {"label": "Infections", "term": "infection", "population": "infused", "origin": "infusion_1"}
PAIRS = {"label": "Pairs", "groups": "sex", "treated": "female", "outcomes": [{"endpoint": "os"}, {"factor": "age"}]}
WINDOW = {"infusion": 1, "day": 30, "from_day": 21, "to_day": 45}
STATES: dict[str, Any] = {
    "label": "m", "population": "infused", "origin": "infusion_1", "begins": "well", "landmarks_months": [12],
    "states": {"well": {"label": "w", "moves": {"relapse": "ill"}}, "ill": {"label": "i"}},
}  # fmt: skip
RULE = {"label": "censored at transplant", "transplant": "censor"}


def protocol(**parts: Any) -> Protocol:
    return Protocol.model_validate({**PROTOCOL, "risk_factors": FACTORS, "infusions": INFUSIONS, **parts})


def test_each_part_can_be_asked_for() -> None:
    found = protocol(
        transplant_strategies={"lfs": {"exposure": "hsct"}},
        censoring_rules={"os": {"plain": {"label": "as it is"}}, "lfs": {"transplant": RULE}},
        response=[{**WINDOW, "against": {"rate": 0.2, "hoped_rate": 0.4}, "subgroups": {"factors": ["sex"], "contrast": "band"}}],
        dose_finding=BOIN,
        recurrent_events={"infections": {**INFECTIONS, "groups": ["sex"]}},
        win_ratios={"pairs": PAIRS},
    )  # fmt: skip
    assert found.transplant_strategies["lfs"].landmarks_months == [3]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"transplant_strategies": {"os": {"exposure": "hsct"}}}, "transplant_strategies: expected one of lfs, .*; found os"),
        ({"transplant_strategies": {"lfs": {"exposure": "sex"}}}, "transplant_strategies.lfs.exposure: expected one of hsct; found sex"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "strategies": ["ignored", "ignored"]}}}, "strategies: expected each once"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "landmarks_months": []}}}, "landmarks_months: expected at least one"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "weighted": {"covariates": ["hsct"]}}}}, "weighted.covariates: expected one of sex, age, band; found hsct"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "weighted": {"covariates": ["sex", "sex"]}}}}, "covariates: expected each once"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "weighted": {"covariates": ["sex"], "by_days": [0]}}}}, "greater than 0"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "supermodel": {"landmarks_months": [3]}}}}, "at least 2 items"),
        ({"transplant_strategies": {"lfs": {"exposure": "hsct", "supermodel": {"landmarks_months": [3, 3]}}}}, "supermodel.landmarks_months: expected each once"),
        ({"multi_state": {"m": STATES | {"transition_models": [{"state": "well", "to": "gone", "covariates": ["sex"]}]}}}, "transition_models.0..to: expected one of ill; found gone"),
        ({"multi_state": {"m": STATES | {"transition_models": [{"state": "well", "to": "ill", "covariates": ["lost"]}]}}}, "covariates: expected one of .*; found lost"),
        ({"multi_state": {"m": STATES | {"transition_models": [{"state": "well", "to": "ill", "covariates": ["sex"]}] * 2}}}, "transition_models: expected each once"),
        ({"censoring_rules": {"dor": {"plain": {"label": "x"}}}}, "censoring_rules: expected one of .*; found dor"),
        ({"censoring_rules": {"os": {"rule": RULE}}}, "expected overall survival to count death after transplant"),
        ({"response": [{**WINDOW, "against": {"rate": 0.4, "hoped_rate": 0.3}}]}, "hoped_rate: expected more than the null rate 0.4"),
        ({"response": [{**WINDOW, "against": {"rate": 0.4, "hoped_rate": 0.5, "alternative": "less"}}]}, "alternative: expected greater"),
        ({"response": [{**WINDOW, "subgroups": {"factors": ["age"]}}]}, "subgroups.factors: expected one of sex, band; found age"),
        ({"response": [{**WINDOW, "subgroups": {"factors": ["sex"], "contrast": "sex"}}]}, "contrast: expected a factor that makes no"),
        ({"dose_finding": {**BOIN, "target": None}}, "target: expected for boin and crm"),
        ({"dose_finding": {**BOIN, "design": "crm"}}, "skeleton: expected for crm"),
        ({"dose_finding": {**BOIN, "design": "crm", "skeleton": [0.3, 0.2]}}, "skeleton: expected to rise"),
        ({"dose_finding": {**BOIN, "design": "crm", "skeleton": [0.3]}}, "skeleton: expected one for each of 2 levels; found 1"),
        ({"dose_finding": {**BOIN, "levels": dict(reversed(LEVELS.items()))}}, "levels.low.dose_from: expected 20 or more, where high ends"),
        ({"dose_finding": {**BOIN, "infusion": 2}}, "dose_finding.infusion: expected one of 1; found 2"),
        ({"dose_finding": {**BOIN, "limiting": [{"term": "crs", "scale": "ASTCT 2019"}]}}, "term: expected one of .*; found crs"),
        ({"recurrent_events": {"i": {**INFECTIONS, "term": "infections"}}}, "term: expected one of .*; found infections"),
        ({"recurrent_events": {"i": {**INFECTIONS, "population": "all"}}}, "recurrent_events.i.population: expected one of .*; found all"),
        ({"recurrent_events": {"i": {**INFECTIONS, "groups": ["age"]}}}, "recurrent_events.i.groups: expected one of sex, band; found age"),
        ({"win_ratios": {"p": {**PAIRS, "treated": "men"}}}, "win_ratios.p.treated: expected one of female, male; found men"),
        ({"win_ratios": {"p": {**PAIRS, "outcomes": [{"factor": "age"}]}}}, "outcomes: expected at least one endpoint"),
        ({"win_ratios": {"p": {**PAIRS, "outcomes": [{"endpoint": "os", "factor": "age"}]}}}, "expected one of endpoint and factor"),
        ({"win_ratios": {"p": {**PAIRS, "outcomes": [{"endpoint": "os", "margin": 3}]}}}, "expected margin and higher_is_better of a factor"),
        ({"win_ratios": {"p": {**PAIRS, "outcomes": [{"endpoint": "os"}, {"factor": "hsct"}]}}}, "win_ratios.p.outcomes: .*; found hsct"),
        ({"win_ratios": {"p": {**PAIRS, "outcomes": [{"endpoint": "os"}, {"endpoint": "late"}]}},
          "endpoints": {**PROTOCOL["endpoints"], "late": {**PROTOCOL["endpoints"]["os"], "origin": "remission"}}},
         "win_ratios.p.outcomes: expected endpoints of one population and origin; late is of another than os"),
    ],
)  # fmt: skip
def test_what_may_not_be_asked_for_is_refused_by_its_path(parts: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        protocol(**parts)
