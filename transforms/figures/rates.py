"""Forest of rates: shares with their intervals on a linear axis from 0 to 100%, one line a subgroup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.words import Words

LINE_HEIGHT, FONT = 0.3, 9
WIDTH, NARROWEST, WIDEST, GAP = 8.2, 1.4, 3.4, 0.18
# Right of the axis: count with percentage and interval, and the p value of a factor (inches).
TEXT_WIDTH, P_WIDTH = 1.9, 0.8


@dataclass(frozen=True)
class RateLine:
    """One subgroup. Without an estimate, `text` says why; `bold` lines are headings, with the p value of their factor."""

    label: str
    text: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p: str = ""
    bold: bool = False


def draw_rates(lines: Sequence[RateLine], what: str, title: str, words: Words) -> str:
    """A forest of rates as SVG; `what` names the axis."""
    height = LINE_HEIGHT * (len(lines) + 1) + 0.58
    left = min(WIDEST, max(NARROWEST, max(width_of(line.label, FONT) for line in lines) + GAP))
    width = WIDTH - left - TEXT_WIDTH - P_WIDTH
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, height)
        rows = LINE_HEIGHT * len(lines)
        axes = figure.add_axes((left / WIDTH, 0.55 / height, width / WIDTH, rows / height))
        axes.set_xlim(0, 1)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], fontsize=8)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.set_xlabel(what)
        columns = (-left / width, 1 + GAP / width, 1 + (GAP + TEXT_WIDTH) / width)
        header = RateLine("", words("percent_interval"), p="p", bold=True)
        for number, line in [(-1, header), *enumerate(lines)]:
            _write(axes, number, line, columns)
            _mark(axes, number, line)
    return svg_text(figure, title)


def _write(axes: Axes, y: int, line: RateLine, columns: tuple[float, ...]) -> None:
    weight = "bold" if line.bold else "normal"
    for x, text in zip(columns, (line.label, line.text, line.p), strict=True):
        if text:
            transform = axes.get_yaxis_transform()
            axes.text(x, y, text, transform=transform, va="center", fontsize=FONT, fontweight=weight, color=INK)


def _mark(axes: Axes, y: int, line: RateLine) -> None:
    if line.estimate is None:
        return
    if line.low is not None and line.high is not None:
        axes.plot([line.low, line.high], [y, y], color=COLORS[0], linewidth=1.4)
    axes.plot(line.estimate, y, "s", color=COLORS[0], markersize=5.5, clip_on=False)
