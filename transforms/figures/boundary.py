"""A stopping boundary with the path of a trial: subjects known across, events up; what stops it lies on or above the steps."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.ticker import MaxNLocator

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text
from transforms.words import Words

WIDTH, HEIGHT = 6.4, 3.2


def draw_boundary(
    boundary: Sequence[tuple[int, float]],
    path: Sequence[tuple[int, float]],
    crossed: tuple[int, float] | None,
    title: str,
    words: Words,
) -> str:
    """The figure as SVG. boundary: subjects known and the events that stop; path: those of the trial; crossed: the first look at which it was reached."""
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, HEIGHT)
        axes = figure.add_axes((0.1, 0.17, 0.87, 0.78))
        looks, stops = zip(*boundary, strict=True)
        top = max(*stops, *(events for _, events in path), 1) + 1
        axes.fill_between(looks, stops, top, step="post", color=COLORS[1], alpha=0.12, linewidth=0)
        axes.step(looks, stops, where="post", color=COLORS[1], linewidth=1.4, label=words("figure.boundary"))
        if path:
            known, events = zip((0, 0.0), *path, strict=True)
            axes.step(known, events, where="post", color=COLORS[0], linewidth=1.8, label=words("figure.path"))
        if crossed:
            axes.plot(*crossed, marker="o", color=COLORS[1], markeredgecolor=INK, markersize=8)
        axes.set_xlim(0, max(looks) + 0.5)
        axes.set_ylim(0, top)
        axes.set_xlabel(words("figure.subjects_known"))
        axes.set_ylabel(words("figure.events"))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, loc="upper left", fontsize=8)
    return svg_text(figure, title)
