"""Funnel limits against intervals by other routes: exact intervals of the count seen, and sums of exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, chi2

from transforms.statistics import binomial_funnel, poisson_funnel

CONFIDENCES = st.sampled_from([0.8, 0.95, 0.998])


@given(count=st.integers(0, 200), exposure=st.floats(0.1, 500), rate=st.floats(0.001, 3), confidence=CONFIDENCES)
def test_a_count_is_beyond_the_poisson_limits_where_its_exact_interval_misses_the_rate(
    count: int, exposure: float, rate: float, confidence: float
) -> None:
    """Garwood's interval, from quantiles of chi-square: no Poisson sum is formed."""
    limits, mean, tail = (
        poisson_funnel([count], [exposure], rate, confidence=confidence),
        exposure * rate,
        (1 - confidence) / 2,
    )
    lower = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    upper = chi2.ppf(1 - tail, 2 * count + 2) / 2
    if min(abs(lower - mean), abs(upper - mean)) > 1e-9 * mean:
        assert (count > limits.highest[0]) == (mean < lower)
        assert (count < limits.lowest[0]) == (mean > upper)


@given(total=st.integers(1, 300), seen=st.floats(0, 1), share=st.floats(0.001, 0.999), confidence=CONFIDENCES)
def test_a_count_is_beyond_the_binomial_limits_where_its_exact_interval_misses_the_share(
    total: int, seen: float, share: float, confidence: float
) -> None:
    """Clopper and Pearson's interval, from quantiles of the beta distribution."""
    count, tail = round(seen * total), (1 - confidence) / 2
    limits = binomial_funnel([count], [total], share, confidence=confidence)
    lower = beta.ppf(tail, count, total - count + 1) if count else 0.0
    upper = beta.ppf(1 - tail, count + 1, total - count) if count < total else 1.0
    if min(abs(lower - share), abs(upper - share)) > 1e-9:
        assert (count > limits.highest[0]) == (share < lower)
        assert (count < limits.lowest[0]) == (share > upper)


@pytest.mark.parametrize("share", [Fraction(1, 10), Fraction(1, 3), Fraction(4, 5)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_of_five_patients_the_limits_are_those_of_sums_of_fractions(share: Fraction, confidence: float) -> None:
    mass = [comb(5, k) * share**k * (1 - share) ** (5 - k) for k in range(6)]
    tail = Fraction(str(round((1 - confidence) / 2, 6)))
    lowest = next(k for k in range(6) if sum(mass[: k + 1]) > tail)
    highest = next(k for k in reversed(range(6)) if sum(mass[k:]) > tail)
    found = binomial_funnel([2], [5], float(share), confidence=confidence)
    assert (found.lowest[0], found.highest[0]) == (lowest, highest)
    assert found.p_low[0] == pytest.approx(float(sum(mass[:3])), rel=1e-12)
    assert found.p_high[0] == pytest.approx(float(sum(mass[2:])), rel=1e-12)


@given(exposure=st.floats(0.1, 100), rate=st.floats(0.01, 3), confidence=CONFIDENCES)
def test_each_tail_beyond_the_limits_has_at_most_its_share(exposure: float, rate: float, confidence: float) -> None:
    limits = poisson_funnel([0], [exposure], rate, confidence=confidence)
    beyond = poisson_funnel(limits.highest + 1, [exposure], rate, confidence=confidence)
    assert beyond.p_high[0] <= (1 - confidence) / 2 * (1 + 1e-9)
    if limits.lowest[0] > 0:
        assert poisson_funnel(limits.lowest - 1, [exposure], rate, confidence=confidence).p_low[0] <= (
            1 - confidence
        ) / 2 * (1 + 1e-9)


def test_a_site_without_exposure_has_nothing_beyond_its_limits() -> None:
    for limits in (poisson_funnel([0], [0], 0.4), binomial_funnel([0], [0], 0.4)):
        assert (limits.lowest[0], limits.highest[0]) == (0, 0)
        assert np.all(np.isfinite([limits.p_low, limits.p_high]))


@pytest.mark.parametrize(
    ("count", "size", "rate"),
    [([-1], [5], 0.1), ([1.5], [5], 0.1), ([1], [np.nan], 0.1), ([6], [5], 0.1), ([1], [5], 1.1)],
)
def test_what_is_no_count_of_a_share_is_refused(count: list[float], size: list[float], rate: float) -> None:
    with pytest.raises(ValueError, match=r"expected|must be"):
        binomial_funnel(count, size, rate)
