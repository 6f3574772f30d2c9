"""Swimmer plot: one lane per subject from the first infusion to the last contact, with what happened on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text
from transforms.figures.curves import axis_ticks
from transforms.words import Words

LANE_HEIGHT = 0.17
LEGEND_HEIGHT = 1.3
# What happened: marker and colour; drawn in this order, so that what ends a lane lies on top.
MARKS: Mapping[str, tuple[str, str]] = {
    "remission": ("o", COLORS[3]),
    "next_infusion": ("D", COLORS[0]),
    "transplant": ("^", COLORS[4]),
    "relapse": ("v", COLORS[1]),
    "death": ("X", INK),
}


@dataclass(frozen=True)
class Lane:
    """One subject: months to the last contact, whether followed on, a colour group, and months of each happening."""

    months: float
    ongoing: bool
    group: str = ""
    happened: Mapping[str, Sequence[float]] = field(default_factory=dict)


def draw_swimmer(lanes: Sequence[Lane], title: str, words: Words) -> str:
    """The plot as SVG, longest lanes on top. Lanes bear no subject's name."""
    ordered = sorted(lanes, key=lambda lane: (lane.group, -lane.months))
    groups = list(dict.fromkeys(lane.group for lane in ordered))
    height = max(LANE_HEIGHT * len(ordered), LEGEND_HEIGHT) + 0.72
    with mpl.rc_context(STYLE):
        figure = new_figure(9.2, height)
        axes = figure.add_axes(
            (0.012, 1 - (LANE_HEIGHT * len(ordered) + 0.06) / height, 0.76, LANE_HEIGHT * len(ordered) / height)
        )
        _draw_lanes(axes, ordered, groups)
        _draw_marks(axes, ordered)
        axes.set_ylim(len(ordered) - 0.4, -0.6)
        last = max((lane.months for lane in ordered), default=1)
        axes.set_xticks([tick for tick in axis_ticks(last) if tick <= last])
        axes.set_xlim(0, (last or 1) * 1.02)
        axes.set_yticks([])
        axes.set_xlabel(words("figure.months_since_first"))
        axes.grid(axis="x", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(handles=_legend(ordered, groups, words), loc="center right", frameon=False, fontsize=8.5)
    return svg_text(figure, title)


def _draw_lanes(axes: Axes, ordered: Sequence[Lane], groups: Sequence[str]) -> None:
    """A bar per subject, with an arrow where the subject is followed on."""
    colors = [COLORS[groups.index(lane.group) % len(COLORS)] if len(groups) > 1 else COLORS[0] for lane in ordered]
    months = [lane.months for lane in ordered]
    axes.barh(range(len(ordered)), months, height=0.62, color=colors, alpha=0.32, linewidth=0)
    for color in dict.fromkeys(colors):
        on = [(lane.months, y) for y, lane in enumerate(ordered) if lane.ongoing and colors[y] == color]
        axes.plot([x for x, _ in on], [y for _, y in on], ">", color=color, markersize=4.5, clip_on=False)


def _draw_marks(axes: Axes, ordered: Sequence[Lane]) -> None:
    """What happened to whom, all of one kind at once."""
    for what, (marker, color) in MARKS.items():
        at = [(month, y) for y, lane in enumerate(ordered) for month in lane.happened.get(what, ())]
        axes.plot([x for x, _ in at], [y for _, y in at], marker, color=color, markersize=4.5, linewidth=0)


def _legend(ordered: Sequence[Lane], groups: Sequence[str], words: Words) -> list[Line2D]:
    """What is drawn, and nothing else."""
    drawn = {what for lane in ordered for what, months in lane.happened.items() if months}
    marks = [
        Line2D([], [], marker=marker, color=color, linewidth=0, markersize=5, label=words(f"happening.{what}"))
        for what, (marker, color) in MARKS.items()
        if what in drawn
    ]
    on = words("happening.followed")
    followed = Line2D([], [], marker=">", color=COLORS[0], linewidth=0, markersize=5, label=on)
    named = groups if len(groups) > 1 else []
    bars = [
        Line2D([], [], color=COLORS[number % len(COLORS)], alpha=0.5, linewidth=6, label=group or words("unknown"))
        for number, group in enumerate(named)
    ]
    return [*bars, *marks, followed]
