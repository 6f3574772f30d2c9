"""What only looks like an answer is refused at the door: a misspelt method, dates, masks, fractions of a subject, overflowing counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms import statistics as st

TIME, EVENT, GROUP = [3, 4, 5, 6, 7, 8], [1, 0, 1, 1, 0, 1], list("ababab")
CURVE = st.kaplan_meier(TIME, EVENT)
PROFILE = st.build_profile([1, 7, 14], [3.0, 9.0, 2.0], [True, True, True], assay="flow", matrix="blood", unit="%")

MISSPELT: dict[str, Callable[[], Any]] = {
    "McNemar": lambda: st.mcnemar(3, 1, method="exactt"),  # type: ignore[arg-type]
    "rank sum": lambda: st.wilcoxon_rank_sum([1, 2], [3, 4], method="Exact"),  # type: ignore[arg-type]
    "signed rank": lambda: st.wilcoxon_signed_rank([1, 2], [3, 4], method="approximate"),  # type: ignore[arg-type]
    "cut-point": lambda: st.maximally_selected_logrank(TIME, EVENT, TIME, method="lausen1992"),  # type: ignore[arg-type]
    "one sample": lambda: st.one_sample_logrank(TIME, EVENT, [(0, 1), (9, 0.5)], between="steps"),  # type: ignore[arg-type]
    "area": lambda: st.area_under_curve(PROFILE, end=7, method="log"),  # type: ignore[arg-type]
    "below quantification": lambda: st.build_profile(  # type: ignore[call-overload]
        [1], [1.0], [True], assay="flow", matrix="blood", unit="%", blq_rule="nil"
    ),
    "proportion": lambda: st.proportion(3, 4, method="exact"),  # type: ignore[arg-type]
    "difference": lambda: st.difference_of_proportions(3, 4, 1, 4, method="score"),  # type: ignore[arg-type]
    "association": lambda: st.compare_two_proportions(3, 4, 1, 4, method="chi"),  # type: ignore[arg-type]
    "interval": lambda: st.kaplan_meier(TIME, EVENT, interval="loglog"),  # type: ignore[arg-type]
    "rounding": lambda: st.round_number(1.5, 0, "up"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_method_runs_no_other_one(name: str) -> None:
    with pytest.raises(ValueError, match=r"must be one of .*; got"):
        MISSPELT[name]()


@pytest.mark.parametrize(
    "time",
    [
        np.array(["2021-03-05"] * 6, dtype="datetime64[D]"),
        np.array([3] * 6, dtype="timedelta64[D]"),
        np.ma.masked_array(TIME, mask=[0, 1, 0, 0, 0, 0]),
        ["3", "4", "5", "6", "7", "8"],
        [3, 4, 5, 6, 7, None],
        [3, 4, 5, 6, 7, pd.NA],
        [3, 4, 5, 6, 7, 8j],
    ],
    ids=["dates", "lengths of time", "masked", "text", "None", "NA", "complex"],
)
def test_times_are_numbers_and_none_is_missing(time: Any) -> None:
    with pytest.raises(ValueError, match="time"):
        st.kaplan_meier(time, EVENT)


@pytest.mark.parametrize("missing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
def test_a_subject_of_unknown_group_is_no_group_of_its_own(missing: Any) -> None:
    with pytest.raises(ValueError, match="missing labels"):
        st.logrank(TIME, EVENT, [*GROUP[:-1], missing])


def test_a_masked_label_is_missing() -> None:
    with pytest.raises(ValueError, match="missing labels"):
        st.logrank(TIME, EVENT, np.ma.masked_array(GROUP, mask=[0, 0, 0, 0, 0, 1]))


def test_censoring_is_no_cause_to_model() -> None:
    with pytest.raises(ValueError, match="cause must be 1 or more"):
        st.fit_fine_gray(TIME, EVENT, st.build_design([st.Numeric("x", TIME)]), cause=0)


def test_nor_is_it_one_to_test_or_to_estimate() -> None:
    with pytest.raises(ValueError, match="cause must be 1 or more"):
        st.gray_test(TIME, EVENT, GROUP, cause=0)
    with pytest.raises(ValueError, match="cause must be 1 or more"):
        st.cumulative_incidence(TIME, EVENT, cause=0)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.int64, int, float])
def test_counts_of_any_width_give_the_same_interval(kind: type) -> None:
    wanted, found = (
        st.proportion(200, 250, method="wilson"),
        st.proportion(kind(200), kind(250), method="wilson"),
    )
    assert found == wanted


@pytest.mark.parametrize(
    "call",
    [
        lambda: st.proportion(2.5, 5),  # type: ignore[arg-type]
        lambda: st.mcnemar(1.5, 2),  # type: ignore[arg-type]
        lambda: st.compare_two_proportions(1.5, 2, 1, 2),  # type: ignore[arg-type]
        lambda: st.difference_of_proportions(1, 2.5, 1, 2),  # type: ignore[arg-type]
        lambda: st.fisher_exact([[1.5, 2], [3, 4]]),
        lambda: st.trend_test([1.5, 2], [3, 4]),  # type: ignore[list-item]
        lambda: st.proportion(float("nan"), 5),  # type: ignore[arg-type]
        lambda: st.proportion(True, 5),
    ],
)
def test_there_is_no_fraction_of_a_subject(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="whole number"):
        call()


@pytest.mark.parametrize("fewer", [2, 3])
def test_hazards_of_a_likelihood_without_maximum_are_not_tested(fewer: int) -> None:
    # All events lie in group b: its hazard ratio has no estimate, so nothing can be said of its course over time.
    group = ["b" if happened else "a" for happened in (1, 1, 1, 1, 0, 0, 0, 0)]
    found = st.proportional_hazards_tests(
        [fewer, 4, 5, 6, 7, 8, 9, 10],
        [1, 1, 1, 1, 0, 0, 0, 0],
        st.build_design([st.Categorical("group", group, ["a", "b"])]),
    )
    assert isinstance(found, st.NotEstimable) and "no maximum" in found.reason


@pytest.mark.parametrize("known_at", [[None, float("nan"), 0], [None, pd.NA, 0]], ids=["NaN", "NA"])
def test_when_a_factor_became_known_is_a_time_or_none(known_at: list[Any]) -> None:
    with pytest.raises(ValueError, match="known_at must hold a time or None"):
        st.build_design([st.Numeric("transplant", [0, 1, 0], known_at=known_at)])


def test_a_number_is_no_name_of_a_level() -> None:
    with pytest.raises(ValueError, match="not among levels"):
        st.build_design([st.Categorical("risk", [1, 2], ["1", "2"])])  # type: ignore[list-item]


def test_covariates_of_more_subjects_than_have_rows_are_not_matched_to_them() -> None:
    rows = st.split_at_exposures(TIME, EVENT, {"transplant": [None] * 6})
    with pytest.raises(ValueError, match="one row for each of 6 subjects, got 7"):
        st.fit_cox_time_dependent(rows, st.build_design([st.Numeric("age", range(7))]))


@pytest.mark.parametrize(
    "values", [["1", "2"], np.ma.masked_array([1.0, 2], mask=[0, 1]), np.array(["2021-03-05"], "M8[D]")]
)
def test_a_description_takes_numbers_alone(values: Any) -> None:
    for describe in (st.summarize, st.geometric_mean, st.geometric_cv):
        with pytest.raises(ValueError, match="values"):
            describe(values)


RNG = np.random.default_rng(4)
MANY: dict[str, Callable[[], Any]] = {
    "exact rank sum": lambda: st.wilcoxon_rank_sum(RNG.normal(size=2000), RNG.normal(size=2000)),
    "exact signed rank": lambda: st.wilcoxon_signed_rank(RNG.normal(size=2000), RNG.normal(size=2000)),
    "pairwise differences": lambda: st.hodges_lehmann(np.arange(9e4), np.arange(9e4)),
    "permutation": lambda: st.maximally_selected_logrank(np.arange(1e5), np.ones(100_000), RNG.normal(size=100_000)),
}


@pytest.mark.parametrize("name", MANY)
def test_what_would_take_hours_is_refused_with_a_reason(name: str) -> None:
    found = MANY[name]()
    assert isinstance(found, st.NotEstimable) and "too many" in found.reason


def test_exact_ranks_of_two_hundred_subjects_a_group_are_counted() -> None:
    a, b = RNG.normal(size=200), RNG.normal(0.2, size=200)
    exact, normal = (st.wilcoxon_rank_sum(a, b, method=method) for method in ("exact", "normal"))  # type: ignore[arg-type]
    assert isinstance(exact, st.TestResult) and isinstance(normal, st.TestResult)
    assert exact.p_value == pytest.approx(normal.p_value, rel=5e-3)


def test_a_risk_set_that_empties_before_others_come_is_said() -> None:
    curve = st.kaplan_meier([2, 3, 8, 9], [1, 1, 1, 0], entry=[0, 0, 4, 5])
    assert isinstance(curve, st.SurvivalCurve) and curve.emptied.tolist() == [3]
    before, after = st.survival_at(curve, 2), st.survival_at(curve, 8)
    assert isinstance(before, st.Estimate) and not before.note
    assert isinstance(after, st.Estimate) and after.note.startswith("nobody was left at risk at 3, before others")
