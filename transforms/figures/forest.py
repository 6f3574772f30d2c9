"""Forest plot: ratios with their intervals on a logarithmic axis, one line a contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.words import Words

LINE_HEIGHT = 0.3
WIDTH = 9.2
FONT = 9
# Every axis shows at least this; it grows to hold each estimate, up to a ratio of a thousand either way.
LIMITS, FARTHEST = (0.02, 50.0), 1000.0
TICKS, TICKS_OF_WIDE = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20), (0.001, 0.01, 0.1, 1, 10, 100, 1000)
# Right of the axis: the ratio with its interval, and the p value (inches).
RATIO_WIDTH, P_WIDTH, GAP = 1.65, 0.85, 0.18
NARROWEST, WIDEST = 1.6, 3.6


@dataclass(frozen=True)
class ForestLine:
    """One contrast. Without an estimate, `text` says why; `bold` lines are headings."""

    label: str
    text: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    bold: bool = False
    p: str = ""


def draw_forest(lines: Sequence[ForestLine], effect: str, title: str, words: Words) -> str:
    """A forest plot as SVG; `effect` names the axis (hazard ratio or odds ratio)."""
    height = LINE_HEIGHT * (len(lines) + 1) + 0.58
    left = min(WIDEST, max(NARROWEST, max(width_of(line.label, FONT) for line in lines) + GAP))
    width = WIDTH - left - RATIO_WIDTH - P_WIDTH
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, height)
        rows = LINE_HEIGHT * len(lines)
        axes = figure.add_axes((left / WIDTH, 0.55 / height, width / WIDTH, rows / height))
        limits = axis_limits(lines)
        _decorate(axes, len(lines), limits, words("figure.with_interval", effect=effect))
        columns = tuple(inches / width for inches in (-left, width + GAP, width + GAP + RATIO_WIDTH - 0.1))
        header = ForestLine("", words("estimate_interval"), p="p", bold=True)
        for number, line in [(-1, header), *enumerate(lines)]:
            _write_line(axes, number, line, columns)
            _draw_line(axes, number, line, limits)
    return svg_text(figure, title)


def axis_limits(lines: Sequence[ForestLine]) -> tuple[float, float]:
    """Both ends of the axis, so that every estimate stands within it."""
    known = [line.estimate for line in lines if line.estimate]
    low, high = min([LIMITS[0], *(value / 2 for value in known)]), max([LIMITS[1], *(value * 2 for value in known)])
    return max(low, 1 / FARTHEST), min(high, FARTHEST)


def _decorate(axes: Axes, lines: int, limits: tuple[float, float], x_label: str) -> None:
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.set_ylim(lines - 0.5, -0.5)
    axes.axvline(1, color=INK, linewidth=0.9)
    ticks = [tick for tick in (TICKS if limits == LIMITS else TICKS_OF_WIDE) if limits[0] <= tick <= limits[1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks], fontsize=8)
    axes.minorticks_off()
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(x_label)


def _write_line(axes: Axes, y: int, line: ForestLine, columns: tuple[float, ...]) -> None:
    weight = "bold" if line.bold else "normal"
    transform = axes.get_yaxis_transform()
    for x, text in zip(columns, (line.label, line.text, line.p), strict=True):
        if text:
            axes.text(x, y, text, transform=transform, va="center", fontsize=FONT, fontweight=weight, color=INK)


def _draw_line(axes: Axes, y: int, line: ForestLine, limits: tuple[float, float]) -> None:
    if line.estimate is None:
        return
    first, last = limits
    low, high = max(line.low or first, first), min(line.high or last, last)
    axes.plot([low, high], [y, y], color=COLORS[0], linewidth=1.4)
    # An arrow says that the interval goes on beyond the axis.
    if line.low is None or line.low < first:
        axes.plot(first, y, "<", color=COLORS[0], markersize=5, clip_on=False)
    if line.high is None or line.high > last:
        axes.plot(last, y, ">", color=COLORS[0], markersize=5, clip_on=False)
    if first <= line.estimate <= last:
        axes.plot(line.estimate, y, "s", color=COLORS[0], markersize=5.5)
