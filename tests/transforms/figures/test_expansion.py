"""Expansion curves: the limit of quantification is drawn where it is known."""

from __future__ import annotations

import polars as pl

from transforms.figures import draw_expansion
from transforms.figures.expansion import Expansion, median_course
from transforms.words import words_in

WORDS = words_in("en")

SAMPLES = pl.DataFrame(
    {"subject_id": ["a"] * 3, "ckdy": [7, 14, 28], "aval": [20.0, 5.0, None], "quantfl": ["Y", "Y", "N"]}
)


def test_a_known_limit_is_a_line_with_its_name() -> None:
    panels = [Expansion("Infusion 1", SAMPLES)]
    assert "limit of quantification" in draw_expansion(panels, "CAR-T cells", "%", WORDS, 0.01)
    assert "limit of quantification" not in draw_expansion(panels, "CAR-T cells", "%", WORDS)


def test_the_axis_reaches_down_to_the_limit() -> None:
    drawn = draw_expansion([Expansion("Infusion 1", SAMPLES)], "CAR-T cells", "%", WORDS, 0.01)
    assert ">0.01<" in drawn.replace(" ", "")


def test_the_median_counts_samples_below_quantification_as_the_floor() -> None:
    days, values, quantified = [14] * 3 + [60] * 3 + [90] * 2, [5.0, 9.0, 1.0, 0.4, None, None, 0.2, 0.1], "YYYYNNYY"
    samples = pl.DataFrame({"ckdy": days, "aval": values, "quantfl": list(quantified)})
    assert median_course(samples, 0.005).select("ckdy", "aval").rows() == [(14, 5.0), (60, 0.005)]
