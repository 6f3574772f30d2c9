"""What holds for any data: bounds, sums, and results that do not depend on row order or time unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as hs

from transforms import statistics as st

SUBJECT = hs.tuples(hs.integers(0, 30), hs.integers(0, 2), hs.sampled_from("ab"))
COHORT = hs.lists(SUBJECT, min_size=1, max_size=25)
quick = settings(max_examples=60)


def split(cohort: list[Any]) -> tuple[Any, Any, list[str]]:
    time, event, group = zip(*cohort, strict=True)
    return np.array(time, float), np.array(event), list(group)


def curve_of(time: Any, event: Any, **options: Any) -> st.SurvivalCurve:
    curve = st.kaplan_meier(time, event, **options)
    assert isinstance(curve, st.SurvivalCurve)
    return curve


def incidence_of(time: Any, event: Any, cause: int, **options: Any) -> st.IncidenceCurve:
    curve = st.cumulative_incidence(time, event, cause=cause, **options)
    assert isinstance(curve, st.IncidenceCurve)
    return curve


@quick
@given(COHORT)
def test_incidences_and_survival_sum_to_one(cohort: list[Any]) -> None:
    time, event, _ = split(cohort)
    relapse, death = (incidence_of(time, event, cause) for cause in (1, 2))
    survival = curve_of(time, event > 0)
    np.testing.assert_allclose(relapse.incidence + death.incidence + relapse.event_free, 1, atol=1e-12)
    np.testing.assert_allclose(relapse.event_free, survival.survival, atol=1e-12)
    assert np.array_equal(relapse.at_risk, survival.at_risk)


@quick
@given(COHORT, hs.sampled_from(["plain", "log", "log-log"]))
def test_bounds_enclose_the_estimate(cohort: list[Any], interval: st.Interval) -> None:
    time, event, _ = split(cohort)
    curve, relapse = (
        curve_of(time, event > 0, interval=interval),
        incidence_of(time, event, 1, interval=interval),
    )
    for value, low, high in [
        *zip(curve.survival, curve.low, curve.high, strict=True),
        *zip(relapse.incidence, relapse.low, relapse.high, strict=True),
    ]:
        assert (low is None) == (high is None)
        if low is not None and high is not None:
            assert 0 <= low <= value + 1e-12 and value - 1e-12 <= high <= 1


@quick
@given(COHORT, hs.randoms(use_true_random=False))
def test_row_order_does_not_matter(cohort: list[Any], random: Any) -> None:
    shuffled = random.sample(cohort, len(cohort))
    (time, event, group), (time2, event2, group2) = split(cohort), split(shuffled)
    assert curve_of(time, event > 0).survival.tolist() == curve_of(time2, event2 > 0).survival.tolist()
    assert (
        incidence_of(time, event, 1).standard_error.tolist() == incidence_of(time2, event2, 1).standard_error.tolist()
    )
    assert st.logrank(time, event > 0, group) == st.logrank(time2, event2 > 0, group2)
    assert st.gray_test(time, event, group) == st.gray_test(time2, event2, group2)


@quick
@given(COHORT)
def test_the_time_unit_does_not_matter(cohort: list[Any]) -> None:
    time, event, group = split(cohort)
    days, months = curve_of(time, event > 0), curve_of(time / 30.4375, event > 0)
    assert days.survival.tolist() == months.survival.tolist()
    in_days, in_months = st.median_survival(days), st.median_survival(months)
    if isinstance(in_days, st.Estimate):
        assert isinstance(in_months, st.Estimate)
        np.testing.assert_allclose(in_days.value, in_months.value * 30.4375)
    assert st.logrank(time, event > 0, group) == st.logrank(time / 30.4375, event > 0, group)


@quick
@given(hs.integers(1, 200).flatmap(lambda n: hs.tuples(hs.integers(0, n), hs.just(n))))
def test_intervals_of_a_proportion_mirror(count_of: tuple[int, int]) -> None:
    count, total = count_of
    methods: tuple[st.ProportionMethod, ...] = (
        "clopper-pearson",
        "wilson",
        "wald",
        "wald-cc",
        "agresti-coull",
        "jeffreys",
    )
    for method in methods:
        yes, no = (
            st.proportion(count, total, method=method),
            st.proportion(total - count, total, method=method),
        )
        assert isinstance(yes, st.Estimate) and isinstance(no, st.Estimate)
        assert yes.low is not None and yes.high is not None and no.high is not None
        assert 0 <= yes.low <= yes.value <= yes.high <= 1
        np.testing.assert_allclose(yes.low, 1 - no.high, atol=1e-9)
