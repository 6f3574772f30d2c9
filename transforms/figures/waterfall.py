"""Waterfall, one bar per subject: the change of marrow blasts, or the residual disease at the assessment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.words import Words

WIDEST, LEGEND_SIZE = 9.2, 8.5
# The better the response, the cooler the colour.
RESPONSE_COLORS = {
    "CR": COLORS[0],
    "CRi": COLORS[3],
    "PR": COLORS[2],
    "NR": COLORS[1],
    "NE": COLORS[4],
    "UNK": COLORS[5],
}


@dataclass(frozen=True)
class Bar:
    """One subject: the change of marrow blasts (percentage points) or log10 of the share of residual cells, and the code of the response.

    undetected: no residual cell was found, and the value is the limit of the method.
    """

    value: float
    response: str
    undetected: bool = False


def draw_waterfall(bars: Sequence[Bar], title: str, words: Words, *, of: Literal["blasts", "mrd"] = "blasts") -> str:
    """The bars as SVG, from the largest to the deepest, coloured by response; open where nothing was detected."""
    ordered = sorted(bars, key=lambda bar: (-bar.value, bar.undetected))
    width = max(4.5, min(WIDEST, 1.6 + 0.22 * len(ordered)))
    with mpl.rc_context(STYLE):
        legend = _legend(ordered, words)
        # Bars that hang from the top leave no room for a legend among them.
        beside = max(width_of(str(entry.get_label()), LEGEND_SIZE) for entry in legend) + 0.6 if of == "mrd" else 0.0
        figure = new_figure(min(WIDEST, width + beside), 2.8)
        axes = figure.subplots()
        for x, bar in enumerate(ordered):
            color = RESPONSE_COLORS[bar.response]
            face = "white" if bar.undetected else color
            axes.bar(x, bar.value, width=0.8, facecolor=face, edgecolor=color, linewidth=1.2 if bar.undetected else 0)
        axes.axhline(0, color=INK, linewidth=0.9)
        axes.set_xticks([])
        axes.set_ylabel(words("figure.blast_change" if of == "blasts" else "figure.mrd_left"))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        if of == "mrd":
            _name_shares(axes, ordered)
            axes.legend(
                handles=legend, frameon=False, fontsize=LEGEND_SIZE, loc="upper left", bbox_to_anchor=(1.0, 1.0)
            )
        else:
            axes.legend(handles=legend, frameon=False, fontsize=LEGEND_SIZE)
        figure.tight_layout()
    return svg_text(figure, title)


def _name_shares(axes: Axes, ordered: Sequence[Bar]) -> None:
    """Every tenfold step from all cells down to the deepest bar, as a percentage."""
    steps = range(0, math.floor(min(bar.value for bar in ordered)) - 1, -1)
    axes.set_yticks(list(steps), [f"{100 * 10.0**step:g}%" for step in steps])


def _legend(ordered: Sequence[Bar], words: Words) -> list[Line2D | Patch]:
    """The responses that are there, from best to worst, and what an open bar is."""
    seen = {bar.response for bar in ordered}
    known: list[Line2D | Patch] = [
        Line2D([], [], color=color, linewidth=6, label=words("unknown") if response == "UNK" else words.told(response))
        for response, color in RESPONSE_COLORS.items()
        if response in seen
    ]
    if any(bar.undetected for bar in ordered):
        known.append(Patch(facecolor="white", edgecolor=INK, label=words("figure.undetected")))
    return known
