"""Optimism, shrinkage and calibration equal R's on the same resamples; what predicts nothing is shrunk to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("validation")
DATA = REFERENCE["data"]
DESIGN = st.build_design([st.Numeric(name, DATA[name]) for name in ("age", "sex", "ph.ecog", "wt.loss")])


def test_optimism_and_slope_of_given_resamples() -> None:
    found = st.validate_cox(DATA["time"], DATA["event"], DESIGN, samples=REFERENCE["samples"])
    assert isinstance(found, st.Validation)
    assert_close([found.concordance], [REFERENCE["concordance"]], CLOSED_FORM)
    ours = [found.optimism, found.slope, found.shrinkage]
    assert_close(ours, [REFERENCE[name] for name in ("optimism", "slope", "shrinkage")], ITERATIVE)
    assert found.corrected == pytest.approx(found.concordance - found.optimism)
    assert (found.n_failed, found.events_per_parameter) == (0, sum(DATA["event"]) / 4)


def test_calibration_in_groups_of_like_prediction() -> None:
    found = st.calibrate_at(DATA["time"], DATA["event"], REFERENCE["predicted"], 365)
    assert not isinstance(found, st.NotEstimable)
    for ours, theirs in zip(found, REFERENCE["groups"], strict=True):
        assert isinstance(ours.observed, st.Estimate)
        assert ours.n == theirs["n"]
        assert_close(
            [ours.predicted, ours.observed.value, ours.observed.standard_error],
            [theirs["predicted"], theirs["observed"], theirs["se"]], CLOSED_FORM,
        )  # fmt: skip


def test_what_predicts_nothing_is_worth_little_more_than_a_coin_once_corrected() -> None:
    found = []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        design = st.build_design([st.Numeric(f"x{i}", draw.normal(size=60)) for i in range(8)])
        found.append(st.validate_cox(np.ceil(draw.exponential(50, 60)), np.ones(60), design, resamples=20))
    held = [one for one in found if isinstance(one, st.Validation)]
    assert len(held) == 12
    assert np.mean([one.concordance for one in held]) > 0.59
    assert abs(np.mean([one.corrected for one in held]) - 0.5) < 0.04
    assert np.mean([one.slope for one in held]) < 0.5


def test_a_ratio_is_taken_back_by_what_its_likelihood_says() -> None:
    strong = st.fit_cox(DATA["time"], DATA["event"], st.build_design([st.Numeric("sex", DATA["sex"])]))
    weak = st.fit_cox(DATA["time"], DATA["event"], st.build_design([st.Numeric("wt.loss", DATA["wt.loss"])]))
    assert isinstance(strong, st.Model) and isinstance(weak, st.Model)
    own = st.shrink_ratio(strong, "sex")
    statistic = strong.likelihood_ratio.statistic
    assert statistic is not None
    assert own.factor == pytest.approx(1 - 1 / statistic)
    assert own.ratio == pytest.approx(strong.terms[0].ratio.value ** own.factor)
    assert st.shrink_ratio(weak, "wt.loss").ratio == 1.0


def test_the_same_seed_draws_the_same() -> None:
    once, again = (st.validate_cox(DATA["time"], DATA["event"], DESIGN, resamples=5, seed=4) for _ in range(2))
    assert once == again


def test_resamples_without_a_finite_estimate_are_counted() -> None:
    time, event, x = [1.0, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 0, 1, 0, 0], [0.0, 1, 0, 1, 1, 1, 0, 1]
    found = st.validate_cox(time, event, st.build_design([st.Numeric("x", x)]), resamples=50)
    assert isinstance(found, st.Validation)
    assert 0 < found.n_failed < 50


def test_predictions_that_are_all_alike_are_one_group() -> None:
    found = st.calibrate_at([1.0, 2, 3, 4], [1, 0, 1, 0], [0.5] * 4, 2)
    assert not isinstance(found, st.NotEstimable) and [group.n for group in found] == [4]
