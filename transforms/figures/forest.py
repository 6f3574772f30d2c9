"""Forest plot: ratios with their intervals on a logarithmic axis, one line a contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text

LINE_HEIGHT = 0.32
LIMITS = (0.02, 50.0)
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


@dataclass(frozen=True)
class ForestLine:
    """One contrast. Without an estimate, `text` says why; `bold` lines are headings."""

    label: str
    text: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    bold: bool = False


def draw_forest(lines: Sequence[ForestLine], effect: str, title: str) -> str:
    """A forest plot as SVG; `effect` names the axis (hazard ratio or odds ratio)."""
    height = LINE_HEIGHT * len(lines) + 0.75
    with mpl.rc_context(STYLE):
        figure = new_figure(9.2, height)
        axes = figure.add_axes((0.36, 0.55 / height, 0.30, LINE_HEIGHT * len(lines) / height))
        axes.set_xscale("log")
        axes.set_xlim(*LIMITS)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.axvline(1, color=INK, linewidth=0.9)
        axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS], fontsize=7.5)
        axes.minorticks_off()
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.set_xlabel(f"{effect} (95 % interval)")
        for number, line in enumerate(lines):
            _write_line(axes, number, line)
    return svg_text(figure, title)


def _write_line(axes: Axes, y: int, line: ForestLine) -> None:
    weight = "bold" if line.bold else "normal"
    transform = axes.get_yaxis_transform()
    axes.text(-1.18, y, line.label, transform=transform, va="center", fontsize=8.5, fontweight=weight)
    axes.text(1.05, y, line.text, transform=transform, va="center", fontsize=8.5, color=INK)
    if line.estimate is None:
        return
    low, high = max(line.low or LIMITS[0], LIMITS[0]), min(line.high or LIMITS[1], LIMITS[1])
    axes.plot([low, high], [y, y], color=COLORS[0], linewidth=1.4)
    # An arrow says that the interval goes on beyond the axis.
    if line.low is None or line.low < LIMITS[0]:
        axes.plot(LIMITS[0], y, "<", color=COLORS[0], markersize=5, clip_on=False)
    if line.high is None or line.high > LIMITS[1]:
        axes.plot(LIMITS[1], y, ">", color=COLORS[0], markersize=5, clip_on=False)
    axes.plot(min(max(line.estimate, LIMITS[0]), LIMITS[1]), y, "s", color=COLORS[0], markersize=5.5)
