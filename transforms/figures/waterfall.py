"""Waterfall of marrow blasts: before the infusion and at the assessment, one bar per subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.lines import Line2D

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text
from transforms.words import Words

# The better the response, the cooler the colour.
RESPONSE_COLORS = {"CR": COLORS[0], "CRi": COLORS[3], "PR": COLORS[2], "NR": COLORS[1], "NE": COLORS[4]}


@dataclass(frozen=True)
class Bar:
    """One subject: change of marrow blasts (percentage points), and the code of the response."""

    change: float
    response: str


def draw_waterfall(bars: Sequence[Bar], title: str, words: Words) -> str:
    """The bars as SVG, from the largest rise to the deepest fall, coloured by response."""
    ordered = sorted(bars, key=lambda bar: -bar.change)
    seen = {bar.response for bar in ordered}
    with mpl.rc_context(STYLE):
        figure = new_figure(max(4.5, min(9.2, 1.6 + 0.22 * len(ordered))), 2.8)
        axes = figure.subplots()
        for x, bar in enumerate(ordered):
            axes.bar(x, bar.change, width=0.8, color=RESPONSE_COLORS[bar.response])
        axes.axhline(0, color=INK, linewidth=0.9)
        axes.set_xticks([])
        axes.set_ylabel(words("figure.blast_change"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.legend(
            handles=[
                Line2D([], [], color=color, linewidth=6, label=words.told(response))
                for response, color in RESPONSE_COLORS.items()
                if response in seen
            ],
            frameon=False,
            fontsize=8.5,
        )
        figure.tight_layout()
    return svg_text(figure, title)
