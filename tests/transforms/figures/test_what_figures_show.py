"""What is drawn, and what is left out because nobody has it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from transforms.figures import Bar, Lane, draw_forest, draw_swimmer, draw_waterfall
from transforms.figures.forest import ForestLine, axis_limits
from transforms.words import words_in

EN = words_in("en")


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@given(ratios=st.lists(st.floats(0.002, 500), min_size=1, max_size=5))
def test_the_axis_of_a_forest_plot_holds_every_estimate_and_no_effect(ratios: list[float]) -> None:
    low, high = axis_limits([ForestLine("", "", ratio) for ratio in ratios])
    assert all(low < ratio < high for ratio in [1.0, *ratios])


def test_an_axis_that_had_to_grow_counts_in_tens() -> None:
    drawn = draw_forest([ForestLine("factor", "", 308.0, 8.2, 110229.0)], "Hazard ratio", "risk", EN)
    assert [text for text in texts(drawn) if re.fullmatch(r"[\d.]+", text)] == ["0.1", "1", "10", "100"]


def test_a_swimmer_plot_names_only_what_happened() -> None:
    drawn = texts(draw_swimmer([Lane(12, True, "", {"relapse": [6.0]}), Lane(5, False, "", {"death": [5.0]})], "", EN))
    assert {"relapse", "death"} <= set(drawn)
    assert not {"transplant", "remission", "further infusion"} & set(drawn)


def test_a_waterfall_names_responses_from_best_to_worst() -> None:
    bars = [Bar(2.0, "NR"), Bar(-20.0, "PR"), Bar(-60.0, "CR"), Bar(-40.0, "CRi")]
    assert [text for text in texts(draw_waterfall(bars, "", EN)) if text in ("CR", "CRi", "PR", "NR")] == [
        "CR",
        "CRi",
        "PR",
        "NR",
    ]
