"""Effects at a month fixed in advance, adjusted: equal to the library's, of who has all covariates, told by level or per unit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.units import DAYS_PER_MONTH
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.analyses.test_stratified import FACTORS, STUDY, SUBJECTS
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms import statistics as st

AMOUNT = {"amount": {"label": "Amount", "source": "infusion.dose_1e5_per_kg"}}
MONTHS = [SUBJECTS[s][0] / DAYS_PER_MONTH for s in SUBJECTS]
EVENTS = [SUBJECTS[s][1] for s in SUBJECTS]


def endpoints(name: str = "lfs", **asked: Any) -> dict[str, Any]:
    adjusted = {"months": 6, "covariates": ["sex", "amount"], **asked}
    given = PROTOCOL["endpoints"][name]
    return {name: {**given, "landmarks_months": [6], "further": {"adjusted": [adjusted]}}}


def expected(**options: Any) -> st.PseudoModel:
    design = st.build_design(
        [st.Categorical("sex", [SUBJECTS[s][3] for s in SUBJECTS], ["female", "male"]),
         st.Numeric("amount", [float(SUBJECTS[s][2]) for s in SUBJECTS])]
    )  # fmt: skip
    found = st.fit_pseudo_observations(MONTHS, EVENTS, design, 6, **options)
    assert isinstance(found, st.PseudoModel)
    return found


def asked(name: str = "lfs", **options: Any) -> list[dict[str, Any]]:
    found = results(STUDY, risk_factors={**FACTORS, **AMOUNT}, endpoints=endpoints(name, **options))
    return found.filter(section="curves").to_dicts()


@pytest.mark.parametrize(
    ("name", "options", "statistic", "unit", "of"),
    [
        ("lfs", {}, "adjusted_difference", "fraction", {"of": "survival", "link": "identity"}),
        ("lfs", {"of_mean": True}, "adjusted_mean_difference", "months", {"of": "restricted mean", "link": "identity"}),
        ("cir", {}, "adjusted_difference", "fraction", {"of": "incidence", "link": "identity"}),
        (
            "lfs",
            {"of_mean": True, "link": "log"},
            "adjusted_mean_ratio",
            "ratio",
            {"of": "restricted mean", "link": "log"},
        ),
    ],
)
def test_effects_are_the_librarys(name: str, options: Any, statistic: str, unit: str, of: Any) -> None:
    sex, amount = asked(name, **options)
    terms = expected(**of).terms
    for row, term in zip((sex, amount), terms, strict=True):
        assert (row["statistic"], row["unit"], row["time_months"]) == (statistic, unit, 6)
        assert (row["estimate"], row["ci_low"], row["p_value"]) == pytest.approx(
            (term.effect.value, term.effect.low, term.test.p_value), rel=1e-9
        )
    assert (sex["level"], sex["reference_level"], amount["level"], amount["measure"]) == (
        "male", "female", "", "per_unit",
    )  # fmt: skip


def test_who_lacks_a_covariate_is_left_out_of_the_regression_and_counted() -> None:
    found = compute(STUDY, risk_factors={**FACTORS, **AMOUNT}, endpoints=endpoints())
    row = found.analysis.filter(section="curves").row(0, named=True)
    said = dict(found.reason.filter(result_id=row["result_id"]).select("code", "arguments").rows())
    assert (row["n"], json.loads(said["covariates_missing"])) == (8, {"n": 1, "of": 9})


def test_it_rests_on_the_rows_of_everybody_and_of_each_covariate() -> None:
    found = compute(STUDY, risk_factors={**FACTORS, **AMOUNT}, endpoints=endpoints())
    basis = found.analysis.filter(section="curves")["basis_id"][0]
    parts = found.selection.filter(basis_id=basis).select("endpoint_table", "subject_count", "listedfl").rows()
    assert parts == [("adam.adtte", 9, "N"), ("adam.adrisk", 8, "N"), ("adam.adrisk", 9, "N")]


def test_a_month_beyond_all_follow_up_gives_a_reason_and_no_number() -> None:
    row = asked(months=60)[0]
    assert (row["status"], row["estimate"]) == ("not estimable", None)


@pytest.mark.parametrize(
    ("name", "link", "statistic"),
    [("lfs", "logit", "adjusted_odds_ratio"), ("cir", "complementary-log-log", "adjusted_hazard_ratio")],
)
def test_equations_without_a_solution_are_told_at_each_covariate(name: str, link: str, statistic: str) -> None:
    rows = asked(name, link=link)
    assert [(row["factor"], row["statistic"], row["status"]) for row in rows] == [
        ("sex", statistic, "not estimable"),
        ("amount", statistic, "not estimable"),
    ]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("cir", {"of_mean": True}, "further.adjusted.of_mean: expected of endpoints without competing events"),
        ("lfs", {"of_mean": True, "link": "logit"}, "link: expected identity or log of a mean time"),
        ("lfs", {"covariates": ["early"]}, r"further.adjusted\[0\].covariates: expected one of dose, sex, amount"),
    ],
)
def test_what_can_not_be_answered_is_refused(name: str, options: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        asked(name, **options)
