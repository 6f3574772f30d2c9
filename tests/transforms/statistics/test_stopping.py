"""Stopping boundaries and interim looks against published tables, another way to compute them, and simulation."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.integrate import quad

from transforms.statistics import (
    NotEstimable,
    StoppingBoundary,
    conditional_power,
    operating_characteristics,
    posterior_over_limit,
    sequential_bounds,
    spend_alpha,
    stopping_boundary,
)

# Jennison and Turnbull, Group Sequential Methods, 2000: two-sided 0.05, equal looks. C_B(K) of table 2.3, C_P(K) of table 2.1.
OBRIEN_FLEMING = {1: 1.960, 2: 1.977, 3: 2.004, 4: 2.024, 5: 2.040, 10: 2.087}
POCOCK = {1: 1.960, 2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413, 10: 2.555}


@pytest.mark.parametrize(("looks", "constant"), OBRIEN_FLEMING.items())
def test_obrien_and_fleming_as_published(looks: int, constant: float) -> None:
    found = sequential_bounds([look / looks for look in range(1, looks)] + [1.0])
    assert found.bounds == pytest.approx([constant * np.sqrt(looks / look) for look in range(1, looks + 1)], rel=4e-4)
    assert found.spent[-1] == pytest.approx(0.05, abs=1e-8)


@pytest.mark.parametrize(("looks", "constant"), POCOCK.items())
def test_pocock_as_published(looks: int, constant: float) -> None:
    found = sequential_bounds([look / looks for look in range(1, looks)] + [1.0], shape="pocock")
    assert found.bounds == pytest.approx([constant] * looks, abs=6e-4)


@pytest.mark.parametrize(
    ("shape", "bounds"),
    [
        # Reboussin et al., Control Clin Trials 2000;21:190, and gsDesign: five equal looks, two-sided 0.05
        ("spending-obrien-fleming", [4.877, 3.357, 2.680, 2.290, 2.031]),
        ("spending-pocock", [2.438, 2.427, 2.410, 2.397, 2.386]),
    ],
)
def test_lan_and_demets_as_published(shape: str, bounds: list[float]) -> None:
    found = sequential_bounds([0.2, 0.4, 0.6, 0.8, 1.0], shape=shape)  # type: ignore[arg-type]
    assert found.bounds == pytest.approx(bounds, abs=1.1e-3)
    assert found.spent == pytest.approx([spend_alpha(t, 0.05, shape) for t in found.fractions], abs=1e-8)  # type: ignore[arg-type]


def test_a_look_that_was_not_planned_spends_what_was_left() -> None:
    early, late = (
        sequential_bounds([0.5, 1.0], shape="spending-pocock"),
        sequential_bounds([0.5, 0.7, 1.0], shape="spending-pocock"),
    )
    assert early.bounds[0] == pytest.approx(late.bounds[0], abs=1e-9)
    assert late.bounds[-1] > early.bounds[-1]


def test_bounds_keep_their_error_in_simulated_trials() -> None:
    fractions = [0.3, 0.55, 1.0]
    found = sequential_bounds(fractions, 0.05, shape="spending-obrien-fleming", sides="one")
    steps = np.random.default_rng(1).normal(size=(400_000, 3)) * np.sqrt(np.diff([0.0, *fractions]))
    z = steps.cumsum(axis=1) / np.sqrt(fractions)
    assert (z >= found.bounds).any(axis=1).mean() == pytest.approx(0.05, abs=0.0015)


@pytest.mark.parametrize(
    ("z", "fraction", "drift", "power"),
    # Phi((z sqrt t + drift (1 - t) - 1.96) / sqrt(1 - t)), worked out by hand
    [(0.0, 0.5, None, 0.00279), (1.96, 0.5, 0.0, 0.2085), (2.0, 0.5, None, 0.8903), (1.0, 0.5, 3.24, 0.6982)],
)
def test_conditional_power_by_its_formula(z: float, fraction: float, drift: float | None, power: float) -> None:
    assert conditional_power(z, fraction, 1.96, drift=drift) == pytest.approx(power, abs=5e-4)


@pytest.mark.parametrize(
    ("n", "stops"),
    # Liu and Yuan, J R Stat Soc C 2015;64:507, table 1: a dose of target 0.3 is eliminated (posterior 0.95, uniform prior)
    [(3, 3), (6, 4), (9, 5), (12, 7), (15, 8), (18, 9)],
)
def test_the_bayesian_boundary_is_that_by_which_boin_eliminates_a_dose(n: int, stops: int) -> None:
    boundary = stopping_boundary(0.3, 18, threshold=0.95, first=3, every=3)
    assert isinstance(boundary, StoppingBoundary)
    assert boundary.at(n) == stops


def test_a_posterior_probability_is_the_integral_over_the_rate() -> None:
    def weight(rate: float) -> float:
        return float(rate ** (0.3 + 4 - 1) * (1 - rate) ** (1.7 + 9 - 4 - 1))

    over, whole = quad(weight, 0.2, 1)[0], quad(weight, 0, 1)[0]
    assert posterior_over_limit(4, 9, 0.2, prior_events=0.3, prior_n=2.0) == pytest.approx(over / whole, rel=1e-9)


@pytest.mark.parametrize("method", ["bayesian", "exact", "exact-overall"])
@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5])
def test_operating_characteristics_are_those_of_all_paths(method: str, rate: float) -> None:
    level = 0.9 if method == "bayesian" else 0.1
    boundary = stopping_boundary(0.2, 10, method=method, threshold=level, first=2)  # type: ignore[arg-type]
    assert isinstance(boundary, StoppingBoundary)
    stops = n = events = 0.0
    for path in product([0, 1], repeat=10):
        chance = rate ** sum(path) * (1 - rate) ** (10 - sum(path))
        stopped = [
            look
            for look, stop in zip(boundary.looks, boundary.stops_at, strict=True)
            if stop is not None and sum(path[:look]) >= stop
        ]
        end = stopped[0] if stopped else 10
        stops, n, events = stops + chance * bool(stopped), n + chance * end, events + chance * sum(path[:end])
    found = operating_characteristics(boundary, rate)
    assert (found.stops, found.expected_n, found.expected_events) == pytest.approx((stops, n, events), abs=1e-12)


def test_the_exact_boundary_is_the_binomial_tail() -> None:
    boundary = stopping_boundary(0.2, 20, method="exact", threshold=0.05, first=3)
    assert isinstance(boundary, StoppingBoundary)
    for n, stop in zip(boundary.looks, boundary.stops_at, strict=True):
        tail = [sum(comb(n, k) * 0.2**k * 0.8 ** (n - k) for k in range(x, n + 1)) for x in range(n + 2)]
        assert stop == next((x for x in range(n + 1) if tail[x] <= 0.05), None)


def test_over_all_looks_it_stops_no_more_often_than_stated_and_nearly_as_often() -> None:
    boundary = stopping_boundary(0.2, 30, method="exact-overall", threshold=0.1, first=3)
    each = stopping_boundary(0.2, 30, method="exact", threshold=0.1, first=3)
    assert isinstance(boundary, StoppingBoundary)
    assert isinstance(each, StoppingBoundary)
    assert 0.07 < operating_characteristics(boundary, 0.2).stops <= 0.1 < operating_characteristics(each, 0.2).stops


def test_the_last_look_is_at_the_end_of_the_trial() -> None:
    boundary = stopping_boundary(0.3, 10, first=3, every=3)
    assert isinstance(boundary, StoppingBoundary)
    assert boundary.looks == (3, 6, 9, 10)
    assert (boundary.at(2), boundary.at(4) == boundary.stops_at[0]) == (None, True)


def test_where_no_number_of_events_stops_there_is_no_boundary() -> None:
    assert isinstance(stopping_boundary(0.9, 3, method="exact", threshold=0.001), NotEstimable)
    assert isinstance(stopping_boundary(0.9, 3, method="exact-overall", threshold=0.001), NotEstimable)
