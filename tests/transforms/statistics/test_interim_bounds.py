"""Bounds of interim looks against rpact and against printed tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from transforms.statistics import conditional_power, sequential_bounds, spend_alpha

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "interim_looks.json").read_text("utf-8"))


def named(case: dict[str, Any]) -> str:
    return f"{case['shape']}-{case['sides']}-{len(case['fractions'])}"


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=named)
def test_bounds_and_error_spent_are_those_of_rpact(case: dict[str, Any]) -> None:
    found = sequential_bounds(case["fractions"], case["alpha"], shape=case["shape"], sides=case["sides"])
    # A bound of nearly no error (z beyond 6 at a tenth of the information) is flat in what it spends.
    assert found.spent == pytest.approx(case["spent"], abs=2e-7)
    assert found.bounds == pytest.approx(case["bounds"], abs=2e-5)


@pytest.mark.parametrize(
    ("shape", "looks", "constant"),
    [
        # Jennison and Turnbull 2000, tables 2.1 and 2.3: two-sided 0.05; of O'Brien and Fleming the last bound.
        ("pocock", 2, 2.178), ("pocock", 3, 2.289), ("pocock", 4, 2.361), ("pocock", 5, 2.413),
        ("obrien-fleming", 2, 1.977), ("obrien-fleming", 3, 2.004), ("obrien-fleming", 4, 2.024), ("obrien-fleming", 5, 2.040),
    ],
)  # fmt: skip
def test_original_boundaries_are_those_of_the_tables(shape: Any, looks: int, constant: float) -> None:
    found = sequential_bounds([n / looks for n in range(1, looks + 1)], 0.05, shape=shape)
    assert found.bounds[-1] == pytest.approx(constant, abs=6e-4)


def test_spending_by_halves_is_as_printed() -> None:
    # Proschan, Lan and Wittes 2006, chapter 5: one-sided 0.025 of O'Brien and Fleming's type.
    found = sequential_bounds([0.5, 1.0], 0.025, shape="spending-obrien-fleming", sides="one")
    assert [round(bound, 3) for bound in found.bounds] == [2.963, 1.969]
    assert spend_alpha(0.5, 0.025, "spending-obrien-fleming", sides="one") == pytest.approx(found.spent[0], abs=1e-9)


def test_conditional_power_is_the_closed_form() -> None:
    # B(t) = z sqrt t; what is left has mean theta (1 - t) and variance 1 - t: here exactly on the bound.
    assert conditional_power(1.0, 0.25, 0.5 + 0.75 * 2.0, drift=2.0) == pytest.approx(0.5)
