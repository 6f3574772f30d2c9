"""How numbers are printed."""

from __future__ import annotations

import pytest

from transforms.reports.numbers import (
    measured,
    median_interval,
    p_value,
    percent_interval,
    ratio,
    ratio_interval,
    signed_interval,
    spread,
)
from transforms.words import words_in

EN, ZH = words_in("en"), words_in("zh")
ROW = {"estimate": None, "ci_low": None, "ci_high": None, "note": "", "codes": []}


@pytest.mark.parametrize(("value", "printed"), [(0.25, "0.25"), (0.0, "0"), (6.0, "6"), (58.1, "58.1"), (None, "–")])
def test_measured_values(value: float | None, printed: str) -> None:
    assert measured(value) == printed


@pytest.mark.parametrize(
    ("values", "printed"),
    [
        ((58.1, 25.9, 75.0), "58.1 (25.9–75.0)"),
        ((6.0, 1.0, 16.0), "6 (1–16)"),
        ((10.0, 0.25, 47.4), "10.0 (0.25–47.4)"),
        ((3.0, 0.0, 5.5), "3.0 (0–5.5)"),
    ],
)
def test_values_told_together_have_the_same_decimals(values: tuple[float, float, float], printed: str) -> None:
    assert spread(*values) == printed


def test_a_difference_has_signs() -> None:
    assert (
        signed_interval({"estimate": -0.391, "ci_low": -0.661, "ci_high": 0.059}, EN, scale=100)
        == "-39.1 (-66.1 to +5.9)"
    )
    assert signed_interval(ROW, EN) == "–"


@pytest.mark.parametrize(("value", "printed"), [(0.0004, "p < 0.001"), (0.0445, "p = 0.044"), (None, "p –")])
def test_p_values(value: float | None, printed: str) -> None:
    assert p_value(value) == printed


@pytest.mark.parametrize(("value", "printed"), [(0.128, "0.13"), (21.37, "21.4"), (243.661, "244")])
def test_ratios(value: float, printed: str) -> None:
    assert ratio(value) == printed


def test_a_median_not_reached_says_so() -> None:
    assert median_interval({**ROW, "codes": ["not_reached"]}, EN) == "not reached"
    assert median_interval({**ROW, "estimate": 20.8, "ci_low": 10.5}, EN) == "20.8 (10.5–not reached)"
    assert median_interval({**ROW, "estimate": 20.8, "ci_low": 10.5}, ZH) == "20.8 (10.5–未达到)"


def test_an_undefined_interval_is_left_out_and_an_open_one_is_open() -> None:
    assert percent_interval({**ROW, "estimate": 1.0}) == "100.0"
    assert ratio_interval({**ROW, "estimate": 2.0, "ci_low": 1.5}) == "2.00 (1.50–∞)"
