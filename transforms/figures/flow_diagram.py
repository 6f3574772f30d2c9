"""The subject flow as boxes: the main line downwards, those who leave it beside, what became of all beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from transforms.figures.canvas import COLORS, INK, STYLE, new_figure, svg_text

# In points, y downwards.
BOX_WIDTH, BOX_HEIGHT, GAP, MARGIN = 246.0, 32.0, 16.0, 4.0
SIDE_X = BOX_WIDTH + 36.0
POINTS_PER_INCH = 72.0

Point = tuple[float, float]


@dataclass(frozen=True)
class FlowBox:
    """A box of the flow: one of the line, one beside it (excluded), or an outcome, which follows no other."""

    label: str
    count: int | None
    place: Literal["line", "excluded", "outcome"] = "line"


def draw_flow(boxes: Sequence[FlowBox], title: str) -> str:
    """The flow as SVG."""
    placed, arrows = _laid_out(boxes)
    height = max((y for _, (_, y) in placed), default=0.0) + BOX_HEIGHT + MARGIN
    width = SIDE_X + BOX_WIDTH + 2 * MARGIN
    with mpl.rc_context(STYLE):
        figure = new_figure(width / POINTS_PER_INCH, height / POINTS_PER_INCH)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(-MARGIN, width - MARGIN)
        axes.set_ylim(height, 0)
        for start, end in arrows:
            axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 0.9})
        for box, place in placed:
            _draw_box(axes, box, place)
    return svg_text(figure, title)


def _laid_out(boxes: Sequence[FlowBox]) -> tuple[list[tuple[FlowBox, Point]], list[tuple[Point, Point]]]:
    """Upper left corners of the boxes, and where arrows begin and end."""
    placed: list[tuple[FlowBox, Point]] = []
    arrows: list[tuple[Point, Point]] = []
    y, bottom = MARGIN, None
    # Of several that leave at one step each stands beneath the other, and the line goes on below them.
    beside = 0.0
    for box in boxes:
        if box.place == "outcome":
            continue
        if box.place == "excluded" and bottom is not None:
            top = bottom - BOX_HEIGHT + beside
            arrows.append(((BOX_WIDTH, bottom - BOX_HEIGHT / 2), (SIDE_X, top + BOX_HEIGHT / 2)))
            placed.append((box, (SIDE_X, top)))
            beside += BOX_HEIGHT + GAP / 2
            y = max(y, top + BOX_HEIGHT + GAP)
            continue
        beside = 0.0
        if bottom is not None:
            arrows.append(((BOX_WIDTH / 2, bottom), (BOX_WIDTH / 2, y)))
        placed.append((box, (0.0, y)))
        bottom = y + BOX_HEIGHT
        y += BOX_HEIGHT + GAP
    # What became of them is no further step: it stands apart.
    y += GAP
    for number, box in enumerate(box for box in boxes if box.place == "outcome"):
        placed.append((box, ((number % 2) * SIDE_X, y + (number // 2) * (BOX_HEIGHT + GAP / 2))))
    return placed, arrows


def _draw_box(axes: Axes, box: FlowBox, place: Point) -> None:
    x, y = place
    axes.add_patch(
        FancyBboxPatch(
            (x, y), BOX_WIDTH, BOX_HEIGHT, boxstyle="round,pad=0,rounding_size=4",
            facecolor="white", edgecolor=COLORS[0], linewidth=1.0,
        )
    )  # fmt: skip
    middle = y + BOX_HEIGHT / 2
    axes.text(x + 11, middle, box.label, va="center", fontsize=9.5, color=INK)
    axes.text(
        x + BOX_WIDTH - 11,
        middle,
        "–" if box.count is None else str(box.count),
        va="center",
        ha="right",
        fontsize=11,
        fontweight="bold",
        color=COLORS[0],
    )
