"""Groups compared within strata: each test equals the library's, says its strata and whom it leaves out, and rests on both factors."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.statistics import gray_test, logrank, logrank_trend

# Subject: day the observation ends, relapse or not, dose, sex; of p nobody knows the sex.
SUBJECTS = {
    "a": (61, 1, 1, "male"), "b": (122, 1, 1, "male"), "c": (487, 0, 1, "female"), "d": (90, 1, 1, "female"),
    "e": (183, 1, 9, "male"), "f": (548, 0, 9, "male"), "g": (609, 0, 9, "female"), "h": (200, 1, 9, "female"),
    "p": (30, 1, 9, None),
}  # fmt: skip
STUDY = (
    "\nsubject subject_id enrollment_date sex\n" + "".join(f"{s} 0 {sex or '.'}\n" for s, (*_, sex) in SUBJECTS.items())
    + "\ninfusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n"
    + "".join(f"{s} 1 0 CD19 {dose}\n" for s, (_, _, dose, _) in SUBJECTS.items())
    + "\nrelapse subject_id relapse_date\n"
    + "".join(f"{s} {day}\n" for s, (day, event, *_) in SUBJECTS.items() if event)
    + "\nfollow_up subject_id contact_date disease_status\n"
    + "".join(f"{s} {day} remission\n" for s, (day, event, *_) in SUBJECTS.items() if not event)
)  # fmt: skip
FACTORS = {
    "dose": {"label": "Dose", "source": "infusion.dose_1e5_per_kg", "cut": 5, "ordered": [1, 8]},
    "sex": {"label": "Sex", "source": "subject.sex", "levels": {"female": ["female"], "male": ["male"]}},
    "early": {"label": "Early transplant", "source": "transplant"},
}
KNOWN = [s for s in SUBJECTS if SUBJECTS[s][3]]
DAYS, EVENTS = [SUBJECTS[s][0] for s in KNOWN], [SUBJECTS[s][1] for s in KNOWN]
GROUPS, STRATA = ["l" if SUBJECTS[s][2] < 5 else "h" for s in KNOWN], [SUBJECTS[s][3] for s in KNOWN]


def endpoints(name: str = "lfs", **further: Any) -> dict[str, Any]:
    given = {"strata": ["sex"], **further}
    return {name: {**PROTOCOL["endpoints"][name], "landmarks_months": [6], "groups": ["dose"], "further": given}}


@cache
def asked(name: str = "lfs") -> pl.DataFrame:
    weights = {"weights": ["peto-peto"]} if name == "lfs" else {}
    found = results(STUDY, risk_factors=FACTORS, endpoints=endpoints(name, **weights))
    return found.filter(statistic="stratified_test")


def test_the_stratified_tests_are_the_librarys_on_those_whose_stratum_is_known() -> None:
    p_values = dict(asked().select("p_method", "p_value").rows())
    assert p_values == pytest.approx({
        "stratified-log-rank": logrank(DAYS, EVENTS, GROUPS, strata=STRATA).p_value,  # type: ignore[union-attr]
        "stratified-peto-peto": logrank(DAYS, EVENTS, GROUPS, strata=STRATA, weights="Peto-Peto").p_value,  # type: ignore[union-attr]
        "stratified-log-rank-trend": logrank_trend(DAYS, EVENTS, GROUPS, {"l": 1, "h": 8}, strata=STRATA).p_value,  # type: ignore[union-attr]
    }, rel=1e-12)  # fmt: skip
    assert set(asked()["n"]) == {len(KNOWN)}


def test_with_competing_events_it_is_grays_test() -> None:
    row = asked("cir").row(0, named=True)
    assert (asked("cir").height, row["measure"]) == (1, "stratified-gray")
    assert row["p_value"] == pytest.approx(gray_test(DAYS, EVENTS, GROUPS, strata=STRATA).p_value, rel=1e-12)  # type: ignore[union-attr]


def test_who_has_no_known_stratum_is_left_out_and_counted() -> None:
    found = compute(STUDY, risk_factors=FACTORS, endpoints=endpoints())
    row = found.analysis.filter(statistic="stratified_test").row(0, named=True)
    said = dict(found.reason.filter(result_id=row["result_id"]).select("code", "arguments").rows())
    assert said["stratum_unknown"] == '{"n": 1, "names": ["sex"], "of": 9}'
    assert said["stratified_by"] == '{"names": ["sex"]}'


def test_it_rests_on_rows_that_conditions_choose() -> None:
    found = compute(STUDY, risk_factors=FACTORS, endpoints=endpoints())
    basis = found.analysis.filter(statistic="stratified_test")["basis_id"][0]
    parts = found.selection.filter(basis_id=basis)
    assert parts.select("role", "endpoint_table", "subject_count").rows() == [
        ("counted", "adam.adtte", 8), ("group", "adam.adrisk", 8), ("group", "adam.adrisk", 8),
    ]  # fmt: skip
    assert set(parts["listedfl"]) == {"N"}


def test_a_stratified_model_says_its_strata() -> None:
    model = {"cox": {"label": "LFS", "kind": "cox", "endpoint": "lfs", "covariates": ["dose"], "strata": "sex"}}
    found = compute(STUDY, risk_factors=FACTORS, models=model)
    ratio = found.analysis.filter(statistic="hazard_ratio").row(0, named=True)
    assert "stratified_by" in set(found.reason.filter(result_id=ratio["result_id"])["code"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"strata": ["dose"]}, "further.strata: expected none of `groups`"),
        ({"strata": ["early"]}, r"endpoints.lfs.further.strata: expected one of dose, sex"),
        ({"strata": ["sex", "sex"]}, r"further.strata: expected each once"),
    ],
)
def test_a_stratum_is_another_factor_known_on_day_0(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        results(STUDY, risk_factors=FACTORS, endpoints=endpoints(**changes))


def test_without_strata_no_stratified_test_is_made() -> None:
    found = results(STUDY, risk_factors=FACTORS, endpoints=endpoints(strata=[]))
    assert found.filter(statistic="stratified_test").is_empty()
