"""Brier's score equals R's pec on two lung cancer data sets, most times of one tied; its mean over time equals Graf's formulas written out in R."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("brier")
OVER_TIME = load_reference("brier_integrated")
TIME, EVENT = OVER_TIME["data"]["time"], OVER_TIME["data"]["event"]


@cache
def curves() -> st.PredictedCurves:
    """What the model of the reference predicts for its own subjects."""
    design = st.build_design([st.Numeric(name, OVER_TIME["data"][name]) for name in ("age", "sex", "ph.ecog")])
    found = st.predict_survival(TIME, EVENT, design, design)
    assert isinstance(found, st.PredictedCurves)
    return found


@pytest.mark.parametrize(("name", "which"), [(name, i) for name in REFERENCE for i in range(3)])
def test_equal_to_pec(name: str, which: int) -> None:
    case = REFERENCE[name]
    found = st.brier_score(case["time"], case["event"], case["predicted"][which], case["times"][which])
    assert isinstance(found, st.BrierScore)
    assert_close([found.score, found.null_score], [case["score"][which], case["null"][which]], CLOSED_FORM)


@pytest.mark.parametrize("which", range(3))
def test_equal_to_the_formulas_on_tied_days(which: int) -> None:
    t = OVER_TIME["at"][which]
    predicted = curves().survival[np.searchsorted(curves().time, t, side="right") - 1]
    found = st.brier_score(TIME, EVENT, predicted, t)
    assert isinstance(found, st.BrierScore)
    assert_close([found.score, found.null_score], [OVER_TIME["score"][which], OVER_TIME["null"][which]], CLOSED_FORM)


@pytest.mark.parametrize("which", range(2))
def test_the_mean_over_time_equals_the_formulas(which: int) -> None:
    found = st.integrated_brier_score(TIME, EVENT, curves().time, curves().survival, OVER_TIME["horizons"][which])
    assert isinstance(found, st.IntegratedBrier)
    assert_close([found.score, found.null_score], OVER_TIME["integrated"][which], CLOSED_FORM)
    assert found.explained == pytest.approx(1 - found.score / found.null_score)


def test_the_mean_over_time_is_the_area_under_the_scores() -> None:
    # Before 2 nobody has had the event and all are predicted free of it; from 2 to 3 one of four has, and 0.5 is predicted.
    found = st.integrated_brier_score([2, 4, 6, 8], [1, 1, 1, 1], [2.0], [[0.5] * 4], 3.0)
    assert isinstance(found, st.IntegratedBrier) and found.score == pytest.approx((2 * 0 + 1 * 0.25) / 3)


def test_predictions_that_do_not_fit_their_times_are_refused() -> None:
    with pytest.raises(ValueError, match="a row per time"):
        st.integrated_brier_score([2, 4], [1, 1], [1.0, 2.0], [[0.5, 0.5]], 3.0)
    with pytest.raises(ValueError, match="probabilities"):
        st.integrated_brier_score([2, 4], [1, 1], [1.0], [[0.5, 1.5]], 3.0)


def test_without_censoring_it_is_the_mean_squared_distance() -> None:
    found = st.brier_score([1, 2, 3, 4], [1, 1, 1, 1], [0.2, 0.4, 0.9, 0.5], 2.5)
    assert isinstance(found, st.BrierScore)
    assert found.score == pytest.approx(np.mean([0.2**2, 0.4**2, 0.1**2, 0.5**2]))
    assert (found.null_score, found.effective_n, found.n_censored) == (pytest.approx(0.25), 4, 0)


def test_weights_make_up_for_the_censored() -> None:
    # One of four is censored at 2: the two who are followed on count as three do, one and a half each.
    found = st.brier_score([1, 2, 3, 4], [1, 0, 1, 1], [0.5] * 4, 2.5)
    assert isinstance(found, st.BrierScore)
    assert (found.n_censored, found.largest_weight) == (1, pytest.approx(1.5))
    assert found.effective_n == pytest.approx(4**2 / (1 + 2 * 1.5**2))


def test_beyond_those_still_followed_there_is_a_reason_and_a_share_is_one() -> None:
    found = st.brier_score([1, 2], [1, 0], [0.5, 0.5], 2)
    assert isinstance(found, st.NotEstimable) and "at risk" in found.reason
    with pytest.raises(ValueError, match="one probability for each"):
        st.brier_score([1, 2], [1, 0], [0.5, 1.5], 1)
