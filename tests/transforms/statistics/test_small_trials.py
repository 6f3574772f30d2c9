"""What a small trial throws at an estimator: nobody, one subject, no event, all events, nothing that varies.

Each case is legal data and must give a number or a sentence, never NaN, infinity or an exception.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from transforms import statistics as st

TINY: dict[str, tuple[list[float], list[int], list[str]]] = {
    "nobody": ([], [], []),
    "one, event": ([5], [1], ["a"]),
    "one, censored": ([5], [0], ["a"]),
    "event on the day of origin": ([0], [1], ["a"]),
    "all censored": ([3, 4, 5, 9], [0, 0, 0, 0], ["a", "b", "a", "b"]),
    "all die on one day": ([4, 4, 4, 4], [1, 1, 1, 1], ["a", "b", "a", "b"]),
    "one group only": ([1, 2, 3], [1, 0, 1], ["a", "a", "a"]),
    "events in one group only": ([1, 2, 3, 5, 6, 7], [1, 1, 1, 0, 0, 0], ["a", "a", "a", "b", "b", "b"]),
    "groups never at risk together": ([1, 2, 8, 9], [0, 0, 1, 1], ["a", "a", "b", "b"]),
    "a group of one": ([1, 2, 3, 5], [1, 0, 1, 0], ["a", "b", "b", "b"]),
}


def check_finite(value: Any) -> None:
    """Walk through a result: no NaN, no infinity, and a NotEstimable says why."""
    if isinstance(value, st.NotEstimable):
        assert value.reason
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            check_finite(getattr(value, field.name))
    elif isinstance(value, dict):
        check_finite(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            check_finite(item)
    elif isinstance(value, np.ndarray):
        assert np.isfinite(value).all()
    elif isinstance(value, float):
        assert math.isfinite(value)


def try_curve(time: Any, event: Any, group: Any) -> list[Any]:
    curve = st.kaplan_meier(time, event)
    if isinstance(curve, st.NotEstimable):
        return [curve]
    return [curve, st.median_survival(curve), *(st.survival_at(curve, t) for t in (0, 2, 4, 6, 99))]


def try_incidence(time: Any, event: Any, group: Any) -> list[Any]:
    curve = st.cumulative_incidence(time, event)
    tests = [st.gray_test(time, event, group), st.cumulative_incidence(time, event, cause=2)]
    return (
        tests
        if isinstance(curve, st.NotEstimable)
        else [*tests, curve, *(st.incidence_at(curve, t) for t in (0, 4, 99))]
    )


def try_models(time: Any, event: Any, group: Any) -> list[Any]:
    design = st.build_design([st.Categorical("group", group, ["a", "b"]), st.Numeric("x", [1.0] * len(group))])
    rows = st.split_at_exposures(time, event, {"transplant": [2.0] * len(group)})
    screens = [st.screen_cox(time, event, design), st.screen_logistic(event, design)]
    return [
        st.fit_cox(time, event, design),
        st.fit_logistic(event, design),
        st.fit_cox_time_dependent(rows, design),
        *screens,
        *(tuple(st.select_variables(screen, p_below=0.2)) for screen in screens),
    ]


def try_the_rest(time: Any, event: Any, group: Any) -> list[Any]:
    return [
        st.logrank(time, event, group),
        st.logrank(time, event, group, strata=group),
        st.follow_up_reverse_kaplan_meier(time, event),
        st.follow_up_simple(time),
        st.follow_up_among_survivors(time, event),
        st.summarize(time),
        st.proportion(sum(event), len(event)),
    ]


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("attempt", [try_curve, try_incidence, try_models, try_the_rest])
@pytest.mark.parametrize("name", TINY)
def test_a_number_or_a_reason(name: str, attempt: Callable[..., list[Any]]) -> None:
    for result in attempt(*TINY[name]):
        check_finite(result)


def test_no_estimate_beyond_the_last_time_at_risk() -> None:
    curve = st.kaplan_meier([3, 6, 9], [1, 0, 0])
    assert isinstance(curve, st.SurvivalCurve)
    assert isinstance(st.survival_at(curve, 9), st.Estimate)
    assert st.survival_at(curve, 9.5) == st.NotEstimable("no subject was at risk at 9.5; the last was at 9")


def test_at_risk_counts_those_who_leave_on_the_day() -> None:
    curve = st.kaplan_meier([3, 6, 6, 9], [1, 1, 0, 0])
    assert isinstance(curve, st.SurvivalCurve)
    assert [curve.at_risk_at(t) for t in (0, 3, 4, 6, 7, 9, 10)] == [4, 4, 3, 3, 1, 1, 0]


def test_times_parted_by_rounding_are_ties() -> None:
    apart = np.array([0.1 + 0.2, 0.3, 0.5])
    curve = st.kaplan_meier(apart, [1, 1, 0])
    assert isinstance(curve, st.SurvivalCurve)
    assert curve.events.tolist() == [0, 2, 0]


def test_a_landmark_meets_events_that_rounding_parted_from_it() -> None:
    event_time = 0.1 + 0.2  # 0.30000000000000004, after 0.3 in the last bit
    curve = st.kaplan_meier([event_time, 0.5], [1, 0])
    incidence = st.cumulative_incidence([event_time, 0.5], [1, 0])
    assert isinstance(curve, st.SurvivalCurve) and isinstance(incidence, st.IncidenceCurve)
    survival, relapse = st.survival_at(curve, 0.3), st.incidence_at(incidence, 0.3)
    assert isinstance(survival, st.Estimate) and isinstance(relapse, st.Estimate)
    assert (survival.value, survival.at_risk, relapse.value, relapse.at_risk) == (0.5, 2, 0.5, 2)


def test_exposure_on_the_day_of_the_event_does_not_count() -> None:
    rows = st.split_at_exposures([10, 10, 10, 10], [1, 1, 1, 1], {"transplant": [10, 9, None, 0]})
    assert rows.subject.tolist() == [0, 1, 1, 2, 3]
    assert rows.exposed[:, 0].tolist() == [0, 0, 1, 0, 1]
    assert rows.event.tolist() == [True, False, True, True, True]


def test_missing_covariates_are_left_out_and_counted() -> None:
    age = st.Numeric("age", [20, None, 40, 35, 50, 28])
    model = st.fit_cox([5, 6, 7, 8, 9, 10], [1, 1, 1, 0, 1, 1], st.build_design([age]))
    assert isinstance(model, st.Model) and not model.penalized
    assert (model.n, model.n_missing, model.events) == (5, 1, 4)
    assert "4 for 1, " in model.warnings[-1]


def test_a_repeated_covariate_is_left_out_and_named() -> None:
    age = [20, 30, 40, 35, 50, 45]
    design = st.build_design([st.Numeric("age", age), st.Numeric("age in months", [12 * a for a in age])])
    model = st.fit_cox([5, 6, 7, 8, 9, 3], [1, 1, 1, 0, 1, 1], design)
    assert isinstance(model, st.Model)
    assert [term.variable for term in model.terms] == ["age"]
    assert [column.name for column in model.not_estimable] == ["age in months"]


def test_a_level_censored_before_the_first_event_is_left_out_and_named() -> None:
    group = st.Categorical("group", list("aabbabcc"), ["a", "b", "c"])
    model = st.fit_cox([5, 6, 7, 8, 9, 9, 1, 2], [1, 1, 1, 1, 1, 1, 0, 0], st.build_design([group]))
    assert isinstance(model, st.Model) and not model.penalized
    assert [column.name for column in model.not_estimable] == ["group: c"]


def test_an_event_of_the_last_subject_at_risk_says_nothing() -> None:
    model = st.fit_cox([1, 2, 9], [0, 0, 1], st.build_design([st.Numeric("age", [20, 30, 40])]))
    assert model == st.NotEstimable("no covariate differs between subjects at risk when an event happened")


def test_an_exposure_without_events_is_penalized() -> None:
    rows = st.split_at_exposures([5, 6, 7, 8, 9], [1, 1, 1, 0, 0], {"transplant": [None, None, None, 2, 3]})
    model = st.fit_cox_time_dependent(rows)
    assert isinstance(model, st.Model) and model.penalized and model.method.startswith("firth-cox/")
    assert model.terms[0].ratio.value < 1 and model.terms[0].ratio.low is not None


@pytest.mark.parametrize(
    "call",
    [
        lambda: st.kaplan_meier([1, 2], [1]),
        lambda: st.kaplan_meier([1, float("nan")], [1, 0]),
        lambda: st.kaplan_meier([1, -2], [1, 0]),
        lambda: st.kaplan_meier([1, 2], [1, 2]),
        lambda: st.kaplan_meier([1, 2], [1, 1], entry=[0, 2]),
        lambda: st.proportional_hazards_tests([1, 2], [1, 1], st.build_design([st.Numeric("x", [1, 2])]), entry=[0, 2]),
        lambda: st.proportional_hazards_tests([1, 2], [1, 1], st.build_design([st.Numeric("x", [1, 2])]), entry=[0]),
        lambda: st.kaplan_meier([1, 2], [1, 1], confidence=95),
        lambda: st.cumulative_incidence([1, 2], [1, 1.5]),
        lambda: st.logrank([1, 2], [1, 1], ["a", None]),
        lambda: st.proportion(4, 3),
        lambda: st.build_design([st.Categorical("sex", ["x"], ["f", "m"])]),
        lambda: st.fit_logistic([0, 2], st.build_design([st.Numeric("x", [1, 2])])),
    ],
)
def test_a_callers_mistake_is_an_error(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError):
        call()


def test_all_names_promised_exist() -> None:
    assert all(hasattr(st, name) for name in st.__all__)
