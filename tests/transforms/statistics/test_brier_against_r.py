"""Brier's score over time equals R's pec on two lung cancer data sets, one with most times tied, censoring in ties with events."""

from __future__ import annotations

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("brier")


@pytest.mark.parametrize(("name", "which"), [(name, i) for name in REFERENCE for i in range(3)])
def test_equal_to_pec(name: str, which: int) -> None:
    case = REFERENCE[name]
    found = st.brier_score(case["time"], case["event"], case["predicted"][which], case["times"][which])
    assert isinstance(found, st.BrierScore)
    assert_close([found.score, found.null_score], [case["score"][which], case["null"][which]], CLOSED_FORM)


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
