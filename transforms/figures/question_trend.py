"""Open questions to sites over time, a line per study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import matplotlib as mpl
import numpy as np

from transforms.figures.canvas import COLORS, GRID, STYLE, new_figure, svg_text
from transforms.words import Words


def draw_question_trend(counts: Mapping[str, Sequence[tuple[date, int]]], until: date, title: str, words: Words) -> str:
    """The lines as SVG. counts: by study, how many were open from a day on. until: the day they are drawn to."""
    with mpl.rc_context(STYLE):
        figure = new_figure(9.2, 2.6)
        axes = figure.add_axes((0.07, 0.17, 0.58, 0.76))
        for number, (study, steps) in enumerate(counts.items()):
            days = np.array([*(day for day, _ in steps), until], dtype="datetime64[D]")
            still_open = [*(count for _, count in steps), steps[-1][1]]
            axes.step(days, still_open, where="post", color=COLORS[number % len(COLORS)], label=study)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(words("figure.open_questions"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(loc="center right", frameon=False, fontsize=8.5)
    return svg_text(figure, title)
