"""What is drawn, and what is left out because nobody has it."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.figures import Bar, Lane, draw_forest, draw_incidence, draw_survival, draw_swimmer, draw_waterfall
from transforms.figures.canvas import COLORS
from transforms.figures.curves import Curve
from transforms.figures.forest import ForestLine, axis_limits
from transforms.figures.swimmer import MARKS
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


def test_remissions_are_told_apart_by_their_depth() -> None:
    def drawn(what: str) -> str:
        return draw_swimmer([Lane(12, False, "", {what: [6.0]})], "", EN)

    green, white = f"fill: {COLORS[3]}", "fill: #ffffff"
    filled = {depth: drawn(f"remission_mrd_{depth}") for depth in ("negative", "positive", "unknown")}
    assert {depth: (green in svg, white in svg) for depth, svg in filled.items()} == {
        "negative": (True, False),
        "positive": (False, True),
        "unknown": (True, True),
    }


def test_a_legend_of_every_mark_has_room_in_a_plot_of_one_lane() -> None:
    happened = {what: [1.0] for what in MARKS}
    drawn = draw_swimmer([Lane(12, True, "", happened)], "", EN)
    assert len({*texts(drawn)} & {EN(f"happening.{what}") for what in MARKS}) == len(MARKS)
    (height,) = re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', drawn)
    # In points, a line of the legend takes about 13.
    assert float(height) > 13 * (len(MARKS) + 1)


def test_a_lane_bears_the_name_it_is_given_and_none_else() -> None:
    drawn = draw_swimmer([Lane(12, True, name="boren-P01"), Lane(5, False)], "", EN)
    assert [text for text in texts(drawn) if text.startswith("boren")] == ["boren-P01"]


def test_an_open_bar_is_one_of_whom_nothing_was_detected() -> None:
    bars = [Bar(-1.0, "NR"), Bar(-4.0, "CR", undetected=True)]
    drawn = draw_waterfall(bars, "", EN, of="mrd")
    assert "none detected (at the limit)" in texts(drawn)
    assert "none detected (at the limit)" not in texts(draw_waterfall(bars[:1], "", EN, of="mrd"))


def test_the_axis_of_residual_disease_names_tenfold_steps_down_to_the_deepest() -> None:
    drawn = texts(draw_waterfall([Bar(-0.5, "NR"), Bar(-3.2, "CR")], "", EN, of="mrd"))
    assert [text for text in drawn if text.endswith("%")] == ["100%", "10%", "1%", "0.1%", "0.01%"]


def test_a_response_nobody_knows_has_its_bar() -> None:
    assert "unknown" in texts(draw_waterfall([Bar(-20.0, "UNK")], "", EN))


def curve(label: str) -> Curve:
    rows = {
        "time_months": [0.0, 3.0, 6.0], "estimate": [1.0, 0.8, 0.6], "ci_low": [None, 0.5, 0.3], "ci_high": [None, 0.9, 0.8],
        "at_risk": [9, 7, 4], "censored": [0, 1, 0],
    }  # fmt: skip
    return Curve(label, pl.DataFrame(rows))


def bands(svg: str) -> int:
    return svg.count("fill-opacity: 0.13")


def test_curves_of_groups_have_their_bands_where_asked_and_a_single_one_always() -> None:
    two = [curve("a"), curve("b")]
    assert bands(draw_survival(two, "", EN)) == 0
    assert bands(draw_survival(two, "", EN, bands=True)) == 2
    assert bands(draw_incidence(two, "", EN, one_risk_set=False)) == 0
    assert bands(draw_incidence(two, "", EN, one_risk_set=False, bands=True)) == 2
    assert bands(draw_survival(two[:1], "", EN)) == 1


def test_an_event_and_its_competing_event_have_both_their_bands() -> None:
    assert bands(draw_incidence([curve("event"), curve("competing")], "", EN, one_risk_set=True)) == 2


def test_the_ratio_of_two_groups_stands_in_the_plot() -> None:
    two = [curve("a"), curve("b")]
    drawn = draw_survival(two, "", EN, ratio="HR 0.52 (0.24–1.12)\nb vs a")
    assert [text for text in texts(drawn) if text.startswith(("HR", "b vs"))] == ["HR 0.52 (0.24–1.12)", "b vs a"]
