"""A range holds the figure of every choice of courses, and no figure of the real estimator lies outside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.units import DAYS_PER_MONTH
from transforms.reach import Headline
from transforms.reach.ordered import Course
from transforms.reach.ranges import Cohort, Range, range_of
from transforms.statistics import (
    Estimate,
    NotEstimable,
    cumulative_incidence,
    incidence_at,
    kaplan_meier,
    median_survival,
    survival_at,
)

# Few days, so that ties and days on either side of the landmark are frequent.
MONTHS = 6 / DAYS_PER_MONTH
TIMED = st.tuples(st.integers(0, 9), st.integers(0, 2))
SHARE = st.tuples(st.just(1), st.integers(0, 1))


def headline(kind: str) -> Headline:
    months = None if kind in ("median", "share") else MONTHS
    return Headline("R1", kind, {"time_months": months, "estimate": None, "unit": "fraction"})  # type: ignore[arg-type]


def real(kind: str, courses: Sequence[Course]) -> float | None:
    """The figure by the estimator that publishes it; None where it gives none."""
    counted = [course for course in courses if course is not None]
    days, event = (np.array([course[part] for course in counted], dtype=np.int64) for part in (0, 1))
    if kind == "share":
        return float(event.mean()) if counted else None
    if kind == "incidence":
        curve = cumulative_incidence(days, event)
        return None if isinstance(curve, NotEstimable) else value(incidence_at(curve, MONTHS * DAYS_PER_MONTH))
    survival = kaplan_meier(days, event == 1)
    if isinstance(survival, NotEstimable):
        return None
    if kind == "survival":
        return value(survival_at(survival, MONTHS * DAYS_PER_MONTH))
    found = value(median_survival(survival))
    return None if found is None else found / DAYS_PER_MONTH


def value(found: Estimate | NotEstimable) -> float | None:
    return None if isinstance(found, NotEstimable) else found.value


def assert_inside(kind: str, found: Range, figure: float | None) -> None:
    if figure is None:
        assert kind != "median" or found.highest is None
        return
    assert found.lowest is not None
    assert found.lowest <= figure + 1e-9
    assert found.highest is None or figure <= found.highest + 1e-9


def courses_of(kind: str) -> st.SearchStrategy[Course]:
    return st.one_of(st.none(), SHARE if kind == "share" else TIMED)


@pytest.mark.parametrize("kind", ["survival", "incidence", "median", "share"])
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_choice_of_answers_leads_outside_of_the_range(kind: str, data: st.DataObject) -> None:
    course = courses_of(kind)
    fixed = data.draw(st.lists(course.filter(lambda one: one is not None), min_size=1, max_size=6))
    open_ = data.draw(st.lists(st.lists(course, min_size=1, max_size=4), max_size=3))
    found = range_of(headline(kind), Cohort.of(fixed), open_)
    for choice in product(*open_):
        assert_inside(kind, found, real(kind, [*fixed, *choice]))


@pytest.mark.parametrize("kind", ["survival", "incidence", "share"])
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_searched_range_ends_where_some_answers_lead(kind: str, data: st.DataObject) -> None:
    course = courses_of(kind)
    # Somebody is at risk beyond the landmark, so that every figure has a value.
    last: list[Course] = [(1, 1)] if kind == "share" else [(9, 0)]
    fixed = [*data.draw(st.lists(course, max_size=5)), *last]
    open_ = data.draw(st.lists(st.lists(course, min_size=1, max_size=4), min_size=1, max_size=3))
    found = range_of(headline(kind), Cohort.of(fixed), open_)
    figures = [figure for choice in product(*open_) if (figure := real(kind, [*fixed, *choice])) is not None]
    assert found.bounded_by == "search"
    assert (found.lowest, found.highest) == pytest.approx((min(figures), max(figures)), abs=1e-9)


@pytest.mark.parametrize("kind", ["survival", "incidence", "median", "share"])
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_subject_to_whom_anything_may_happen_has_the_widest_range(kind: str, data: st.DataObject) -> None:
    course = courses_of(kind)
    fixed = data.draw(st.lists(course.filter(lambda one: one is not None), min_size=1, max_size=6))
    found = range_of(headline(kind), Cohort.of(fixed), [None])
    assert found.bounded_by == "bounds"
    assert_inside(kind, found, real(kind, [*fixed, data.draw(course)]))


@pytest.mark.parametrize("kind", ["survival", "incidence", "median", "share"])
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_may_happen_beside_open_courses_stays_inside(kind: str, data: st.DataObject) -> None:
    course = courses_of(kind)
    fixed = data.draw(st.lists(course.filter(lambda one: one is not None), min_size=1, max_size=4))
    open_ = data.draw(st.lists(st.lists(course, min_size=1, max_size=3), max_size=2))
    anyone = data.draw(st.integers(1, 2))
    found = range_of(headline(kind), Cohort.of(fixed), [*open_, *[None] * anyone])
    drawn = [data.draw(course) for _ in range(anyone)]
    for choice in product(*open_):
        assert_inside(kind, found, real(kind, [*fixed, *choice, *drawn]))


def test_an_event_when_nobody_else_is_at_risk_is_within_a_median_of_anything() -> None:
    # Two are censored on day 3, two more on day 5 at the latest: a death alone, on day 6, brings the curve to nothing.
    later: list[Course] = [(5, 0)]
    found = range_of(headline("median"), Cohort.of([(3, 0), (3, 0)]), [later, later, None])
    assert found == Range(pytest.approx(6 / DAYS_PER_MONTH), None, "bounds")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_bounds_of_incidence_hold_where_a_search_would_be_too_long(data: st.DataObject) -> None:
    fixed = data.draw(st.lists(TIMED, min_size=1, max_size=5))
    # Everybody may be censored on any of many days: more combinations than are tried.
    censored: list[list[Course]] = [[(day, 0) for day in range(7)] for _ in range(5)]
    found = range_of(headline("incidence"), Cohort.of(fixed), censored)
    chosen = [data.draw(st.sampled_from(one)) for one in censored]
    assert_inside("incidence", found, real("incidence", [*fixed, *chosen]))


def test_a_death_on_an_unknown_day_moves_survival_as_reckoned_by_hand() -> None:
    # Ten subjects seen to day 9; one more died on day 3, or on day 8, after the landmark on day 6.
    found = range_of(headline("survival"), Cohort.of([(9, 0)] * 9), [[(3, 1), (8, 1)]])
    assert found == Range(pytest.approx(0.9), pytest.approx(1.0), "search")


def test_a_response_that_may_be_either_moves_a_share_by_one_subject() -> None:
    found = range_of(headline("share"), Cohort.of([(1, 1), (1, 1), (1, 0)]), [[(1, 0), (1, 1)]])
    assert found == Range(0.5, 0.75, "search")


def test_a_median_that_may_not_be_reached_has_no_upper_end() -> None:
    found = range_of(headline("median"), Cohort.of([(4, 1), (9, 0)]), [[(5, 1), (9, 0)]])
    assert found.lowest == pytest.approx(5 / DAYS_PER_MONTH)
    assert found.highest is None
