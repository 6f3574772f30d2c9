"""Laws that tie estimators together on random data: two routes to one number, and special cases of one another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from transforms import statistics as st

subjects = some.lists(
    some.tuples(some.integers(1, 60), some.integers(0, 2), some.sampled_from("ab"), some.integers(-9, 9)),
    min_size=6,
    max_size=40,
)


def unpack(drawn: list[tuple[int, int, str, int]]) -> tuple[Any, Any, list[str], Any]:
    time, kind, group, x = zip(*drawn, strict=True)
    return np.array(time, dtype=float), np.array(kind), list(group), np.array(x, dtype=float)


@given(subjects)
@settings(max_examples=40)
def test_kaplan_meier_equals_lifelines(drawn: list[Any]) -> None:
    from lifelines import KaplanMeierFitter

    time, kind, _, _ = unpack(drawn)
    curve = st.kaplan_meier(time, kind > 0)
    assert isinstance(curve, st.SurvivalCurve)
    theirs = KaplanMeierFitter().fit(time, kind > 0).survival_function_at_times(curve.time).to_numpy()
    assert curve.survival == pytest.approx(theirs, abs=1e-12)


@given(subjects)
@settings(max_examples=60)
def test_probabilities_of_all_states_add_up_to_one(drawn: list[Any]) -> None:
    """Cumulative incidence of relapse, of death in remission, and leukemia-free survival."""
    time, kind, _, _ = unpack(drawn)
    curves = [st.cumulative_incidence(time, kind, cause=cause) for cause in (1, 2)]
    alive = st.kaplan_meier(time, kind > 0)
    assert all(isinstance(curve, st.IncidenceCurve) for curve in curves) and isinstance(alive, st.SurvivalCurve)
    total = sum(curve.incidence for curve in curves if isinstance(curve, st.IncidenceCurve)) + alive.survival
    assert total == pytest.approx(np.ones_like(alive.survival), abs=1e-12)


@given(subjects)
@settings(max_examples=40)
def test_a_single_stratum_changes_nothing(drawn: list[Any]) -> None:
    time, kind, group, x = unpack(drawn)
    design = st.build_design([st.Numeric("x", x)])
    plain, layered = (st.fit_cox(time, kind > 0, design, strata=s) for s in (None, ["all"] * len(time)))
    if isinstance(plain, st.Model):
        assert isinstance(layered, st.Model) and layered.penalized == plain.penalized
        assert layered.terms[0].coefficient == pytest.approx(plain.terms[0].coefficient, rel=1e-5, abs=1e-7)
    tests = [st.logrank(time, kind > 0, group, strata=s) for s in (None, ["all"] * len(time))]
    if isinstance(tests[0], st.LogrankResult):
        assert isinstance(tests[1], st.LogrankResult)
        assert tests[1].statistic == pytest.approx(tests[0].statistic)


@given(some.lists(some.tuples(some.integers(0, 1), some.integers(-9, 9)), min_size=10, max_size=30))
@settings(max_examples=40)
def test_without_competing_events_fine_gray_is_cox(drawn: list[Any]) -> None:
    """At distinct times, so that ties after Breslow and after Efron are the same."""
    event, x = (np.array(part) for part in zip(*drawn, strict=True))
    time = np.arange(1.0, event.size + 1)
    design = st.build_design([st.Numeric("x", x)])
    fine_gray, cox = st.fit_fine_gray(time, event, design), st.fit_cox(time, event, design)
    if isinstance(fine_gray, st.Model):
        assert isinstance(cox, st.Model)
        assert fine_gray.terms[0].coefficient == pytest.approx(cox.terms[0].coefficient, rel=1e-5, abs=1e-7)


@given(some.lists(some.integers(1, 50), min_size=1, max_size=30), some.integers(1, 60))
def test_without_censoring_the_restricted_mean_is_a_mean(times: list[int], horizon: int) -> None:
    curve = st.kaplan_meier(times, np.ones(len(times)))
    assert isinstance(curve, st.SurvivalCurve)
    mean = st.restricted_mean(curve, horizon)
    assert isinstance(mean, st.Estimate) and mean.value == pytest.approx(np.minimum(times, horizon).mean())


@given(subjects)
def test_the_roc_area_is_the_rank_sum(drawn: list[Any]) -> None:
    _, kind, _, x = unpack(drawn)
    present = kind > 0
    area = st.roc_area(present, x)
    test = st.wilcoxon_rank_sum(x[present], x[~present])
    if isinstance(area, st.Estimate) and isinstance(test, st.TestResult):
        assert test.statistic == pytest.approx(area.value * present.sum() * (~present).sum())


@given(some.integers(0, 9), some.integers(1, 9), some.integers(0, 9), some.integers(1, 9))
def test_the_exact_test_of_a_table_is_that_of_two_proportions(x: int, more: int, y: int, others: int) -> None:
    m, n = x + more, y + others
    table, two = st.fisher_exact([[x, m - x], [y, n - y]]), st.compare_two_proportions(x, m, y, n)
    if isinstance(two, st.TestResult):
        assert isinstance(table, st.TestResult) and table.p_value == pytest.approx(two.p_value, rel=1e-6)


@given(subjects)
@settings(max_examples=40)
def test_order_of_subjects_does_not_matter(drawn: list[Any]) -> None:
    def results(rows: list[Any]) -> list[Any]:
        time, kind, group, x = unpack(rows)
        design = st.build_design([st.Numeric("x", x)])
        model = st.fit_cox(time, kind > 0, design, cluster=list(x.astype(int)))
        return [
            st.logrank(time, kind > 0, group, rho=1),
            st.wilcoxon_rank_sum(time, x),
            model.terms[0].coefficient if isinstance(model, st.Model) else model,
        ]

    forward, backward = results(drawn), results(drawn[::-1])
    for one, other in zip(forward, backward, strict=True):
        if isinstance(one, st.TestResult):
            assert isinstance(other, st.TestResult) and one.p_value == pytest.approx(other.p_value, rel=1e-9, abs=1e-12)
        elif isinstance(one, float):
            assert one == pytest.approx(other, rel=1e-5, abs=1e-7)
        else:
            assert type(one) is type(other)


@given(some.lists(some.tuples(some.integers(1, 60), some.booleans()), min_size=8, max_size=60))
@settings(max_examples=60)
def test_a_curve_read_off_exactly_is_rebuilt(drawn: list[Any]) -> None:
    """With the number at risk at every step, each rebuilt subject is one of the study."""
    time, event = (np.array(part, dtype=float) for part in zip(*drawn, strict=True))
    curve = st.kaplan_meier(time, event)
    assert isinstance(curve, st.SurvivalCurve)
    points = list(zip(curve.time, curve.survival, strict=True))
    rebuilt = st.reconstruct_patients(points, list(zip(curve.time, map(int, curve.at_risk), strict=True)))
    assert rebuilt.largest_gap < 0.5 / len(drawn)
    assert rebuilt.event.sum() == event.sum() and rebuilt.time.size == len(drawn)
