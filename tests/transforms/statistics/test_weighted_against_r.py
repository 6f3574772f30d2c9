"""Weighted estimands equal coxph, glm and survfit(weights) put together, on real data with tied days of transplant and events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("weighted_estimands")
NAMES = list(REFERENCE)


def given(name: str) -> tuple[list[float], list[int], Sequence[float | None], st.Design]:
    data = REFERENCE[name]["data"]
    design = st.build_design([st.Numeric("age", data["age"]), st.Numeric("surgery", data["surgery"])])
    return data["time"], data["cause"], data["begins"], design


def unexposed(name: str) -> st.Weighting:
    found = st.weigh_unexposed(*given(name))
    assert isinstance(found, st.Weighting)
    return found


def strategies(name: str) -> st.WeightedStrategies:
    found = st.weigh_strategies(*given(name), by=REFERENCE[name]["strategies"]["by"])
    assert isinstance(found, st.WeightedStrategies)
    return found


def curve_of(weighting: st.Weighting) -> st.WeightedCurve:
    found = st.weighted_incidence(weighting.rows)
    assert isinstance(found, st.WeightedCurve)
    return found


def compare(weighting: st.Weighting, theirs: dict[str, Any], times: list[float]) -> None:
    curve = curve_of(weighting)
    of: st.WeightedOf
    for of, name in (("incidence", "incidence"), ("survival", "free")):  # type: ignore[assignment]
        ours = [st.weighted_at(curve, t, of=of) for t in times]
        assert all(isinstance(one, st.Estimate) for one in ours)
        # The weights come from a fit; what is made of them is a closed form.
        assert_close([one.value for one in ours], theirs[name], ITERATIVE)  # type: ignore[union-attr]
        assert_close([one.standard_error for one in ours], theirs[f"{name}_se"], ITERATIVE)  # type: ignore[union-attr]
    summary, told = weighting.summary, theirs["weights"]
    assert len(weighting.rows) == told["rows"]
    assert_close(
        [summary.mean, summary.least, summary.largest], [told[k] for k in ("mean", "least", "largest")], ITERATIVE
    )
    assert_close([summary.least_probability], [told["least_probability"]], ITERATIVE)
    assert_close([st.effective_at(curve, t) for t in times], theirs["effective"], ITERATIVE)


@pytest.mark.parametrize("name", NAMES)
def test_had_nobody_been_exposed(name: str) -> None:
    theirs = REFERENCE[name]["nobody"]
    ours = unexposed(name)
    compare(ours, theirs, theirs["times"])
    assert ours.n_left == theirs["left"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("side", "called"), [("exposed", "yes"), ("unexposed", "no")])
def test_exposed_by_a_day_or_not(name: str, side: str, called: str) -> None:
    theirs = REFERENCE[name]["strategies"]
    ours = strategies(name)
    compare(getattr(ours, side), theirs[called], theirs["times"])
    assert (ours.n_exposed, ours.n_at_risk) == (theirs["exposed"], theirs["beyond"])


@pytest.mark.parametrize("name", NAMES)
def test_the_difference_of_two_strategies_allows_for_clones(name: str) -> None:
    theirs, ours = REFERENCE[name]["strategies"], strategies(name)
    first, second = curve_of(ours.unexposed), curve_of(ours.exposed)
    for place, t in enumerate(theirs["times"]):
        found = st.compare_weighted(first, second, t)
        assert not isinstance(found, st.NotEstimable)
        assert_close([found[0].value], [theirs["yes"]["incidence"][place] - theirs["no"]["incidence"][place]], 1e-5)
        assert_close([found[0].standard_error], [theirs["difference_se"][place]], ITERATIVE)


@pytest.mark.parametrize("name", NAMES)
def test_the_weighted_hazard_ratio(name: str) -> None:
    theirs, ours = REFERENCE[name]["strategies"], strategies(name)
    fit = st.fit_weighted_cox(ours.exposed.rows, ours.unexposed.rows)
    assert isinstance(fit, st.Model)
    assert_close([fit.terms[0].coefficient, fit.terms[0].standard_error], [theirs["coef"], theirs["se"]], ITERATIVE)


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_in_one_model(name: str) -> None:
    theirs = REFERENCE[name]["supermodel"]
    time, cause, begins, design = given(name)
    event = [int(one > 0) for one in cause]
    options: dict[str, Any] = {"landmarks": theirs["points"], "window": theirs["window"]}
    alone = st.fit_landmark_supermodel(time, event, begins, **options)
    adjusted = st.fit_landmark_supermodel(time, event, begins, design=design, over_time=True, **options)
    for fit, told in ((alone, theirs["alone"]), (adjusted, theirs["adjusted"])):
        assert isinstance(fit, st.Model)
        assert_close([term.coefficient for term in fit.terms], told["coef"], ITERATIVE)
        assert_close([term.standard_error for term in fit.terms], told["se"], ITERATIVE)
        assert (fit.n, fit.events) == (theirs["n"], theirs["events"])


def test_weights_of_one_give_kaplan_meier_and_its_jackknife() -> None:
    """A second route: with every weight 1 the curve is the plain one, its error Greenwood's."""
    time, event = [0.0, 3, 3, 5, 7, 7, 9, 12], [1, 1, 0, 1, 1, 1, 0, 0]
    n = len(time)
    rows = st.WeightedRows(np.arange(n), np.full(n, -1.0), np.array(time), np.array(event), np.ones(n), n)
    curve, plain = st.weighted_incidence(rows), st.kaplan_meier(time, event)
    assert isinstance(curve, st.WeightedCurve) and isinstance(plain, st.SurvivalCurve)
    for t in (0, 2, 3, 6, 7, 11):
        ours, theirs = st.weighted_at(curve, t, of="survival"), st.survival_at(plain, t)
        assert isinstance(ours, st.Estimate) and isinstance(theirs, st.Estimate)
        assert_close([ours.value, ours.standard_error], [theirs.value, theirs.standard_error], CLOSED_FORM)


def test_weights_undo_confounding_that_is_all_stated() -> None:
    """Of those with a poor risk most are transplanted: weighted for it, the curve is that of a world without transplant, plainly censored it is not."""
    draw = np.random.default_rng(7)
    n = 6_000
    poor = draw.integers(0, 2, n)
    event, begins = draw.exponential(np.where(poor, 100, 400)), draw.exponential(np.where(poor, 60, 1000))
    alone = np.maximum(np.ceil(event), 1)
    time = np.minimum(alone, 300)
    starts = [float(day) if day < 300 else None for day in np.ceil(begins)]
    found = st.weigh_unexposed(time, (alone <= 300).astype(int), starts, st.build_design([st.Numeric("poor", poor)]))
    assert isinstance(found, st.Weighting)
    weighted = st.weighted_at(curve_of(found), 200, of="survival")
    left = np.minimum(time, [300 if day is None else day for day in starts])
    plain = st.survival_at(st.kaplan_meier(left, (alone <= left) & (alone <= 300)), 200)  # type: ignore[arg-type]
    assert isinstance(weighted, st.Estimate) and isinstance(plain, st.Estimate)
    truth = float((alone > 200).mean())
    assert abs(weighted.value - truth) < 3 * float(weighted.standard_error or 0)
    assert abs(plain.value - truth) > 0.05


def test_a_level_of_which_nobody_is_exposed_has_no_weights() -> None:
    time, event, begins, _ = given("heart")
    apart = [int(begin is not None) for begin in begins]
    found = st.weigh_unexposed(time, event, begins, st.build_design([st.Numeric("chosen", apart)]))
    assert isinstance(found, st.NotEstimable) and "nobody, or everybody" in found.reason
    both = st.weigh_strategies(time, event, begins, st.build_design([st.Numeric("chosen", apart)]), by=40)
    assert isinstance(both, st.NotEstimable)


def test_on_the_day_of_the_event_the_event_came_first() -> None:
    """A transplant on the day of relapse follows it: the relapse counts, and nobody is censored by it."""
    time, event = [5.0, 6, 7, 8, 9, 10], [1, 1, 0, 1, 0, 1]
    begins = [5, None, 3, None, 2, None]
    found = st.weigh_unexposed(time, event, begins, st.build_design([st.Numeric("x", [1.0, 2, 1.5, 2.5, 2, 1])]))
    assert isinstance(found, st.Weighting)
    assert found.n_left == 2
    assert int((found.rows.cause > 0).sum()) == 4


def test_who_has_a_covariate_missing_is_counted_not_weighted() -> None:
    time, event, begins, _ = given("heart")
    ages: list[float | None] = [None, *REFERENCE["heart"]["data"]["age"][1:]]
    found = st.weigh_unexposed(time, event, begins, st.build_design([st.Numeric("age", ages)]))
    assert isinstance(found, st.Weighting)
    assert (found.n, found.n_missing) == (102, 1)
    assert 0 not in found.rows.subject
