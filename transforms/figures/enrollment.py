"""Enrollment of the studies over time: subjects so far, a step per enrollment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import matplotlib as mpl
import numpy as np

from transforms.figures.canvas import COLORS, GRID, STYLE, new_figure, svg_text
from transforms.words import Words


def draw_enrollment(days: Mapping[str, Sequence[date]], title: str, words: Words) -> str:
    """The curves as SVG; `days` holds the day of enrollment of each subject, by study."""
    with mpl.rc_context(STYLE):
        figure = new_figure(9.2, 2.9)
        axes = figure.add_axes((0.07, 0.16, 0.58, 0.78))
        for number, (study, enrolled) in enumerate(days.items()):
            ordered = np.array(sorted(enrolled), dtype="datetime64[D]")
            axes.step(
                ordered, range(1, len(ordered) + 1), where="post", color=COLORS[number % len(COLORS)], label=study
            )
        axes.set_ylim(bottom=0)
        axes.set_ylabel(words("figure.enrolled"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(loc="center right", frameon=False, fontsize=8.5)
    return svg_text(figure, title)
