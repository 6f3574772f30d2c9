"""Swimmer plot: one lane per subject from the first infusion to the last contact, with what happened on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.figures.curves import axis_ticks
from transforms.words import Words

LANE_HEIGHT = 0.17
# Of an entry of the legend, and of what is around them all.
ENTRY_HEIGHT, LEGEND_MARGIN = 0.185, 0.2
RIGHT = 0.76
WIDTH, MARK_SIZE, NAME_SIZE = 9.2, 5.0, 6.5


class Mark(NamedTuple):
    """How something that happened is marked."""

    marker: str
    color: str
    fill: Literal["full", "bottom", "none"] = "full"


# Drawn in this order, so that what ends a lane lies on top.
MARKS: Mapping[str, Mark] = {
    "remission_mrd_negative": Mark("o", COLORS[3]),
    "remission_mrd_positive": Mark("o", COLORS[3], "none"),
    "remission_mrd_unknown": Mark("o", COLORS[3], "bottom"),
    "partial_remission": Mark("s", COLORS[2]),
    "no_response": Mark("s", COLORS[1]),
    "next_infusion": Mark("D", COLORS[0]),
    "transplant": Mark("^", COLORS[4]),
    "relapse": Mark("v", COLORS[1]),
    "death": Mark("X", INK),
}


@dataclass(frozen=True)
class Lane:
    """One subject: months to the last contact, whether followed on, a colour group, months of each happening, a name, and where it leads."""

    months: float
    ongoing: bool
    group: str = ""
    happened: Mapping[str, Sequence[float]] = field(default_factory=dict)
    name: str = ""
    link: str = ""


def draw_swimmer(lanes: Sequence[Lane], title: str, words: Words) -> str:
    """The plot as SVG, longest lanes on top. Lanes bear the names they are given, and none else."""
    ordered = sorted(lanes, key=lambda lane: (lane.group, -lane.months))
    groups = list(dict.fromkeys(lane.group for lane in ordered))
    with mpl.rc_context(STYLE):
        legend = _legend(ordered, groups, words)
        height = max(LANE_HEIGHT * len(ordered) + 0.72, ENTRY_HEIGHT * len(legend) + LEGEND_MARGIN)
        names = max((width_of(lane.name, NAME_SIZE) + 0.08 for lane in ordered if lane.name), default=0.0) / WIDTH
        figure = new_figure(WIDTH, height)
        bottom = 1 - (LANE_HEIGHT * len(ordered) + 0.06) / height
        axes = figure.add_axes((0.012 + names, bottom, RIGHT - names, LANE_HEIGHT * len(ordered) / height))
        _draw_lanes(axes, ordered, groups)
        _draw_marks(axes, ordered)
        axes.set_ylim(len(ordered) - 0.4, -0.6)
        last = max((lane.months for lane in ordered), default=1)
        axes.set_xticks([tick for tick in axis_ticks(last) if tick <= last])
        axes.set_xlim(0, (last or 1) * 1.02)
        axes.set_yticks(range(len(ordered)) if names else [], [lane.name for lane in ordered] if names else None)
        axes.tick_params(axis="y", length=0, pad=3, labelsize=NAME_SIZE)
        axes.set_xlabel(words("figure.months_since_first"))
        axes.grid(axis="x", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(handles=legend, loc="center right", frameon=False, fontsize=8.5)
    return svg_text(figure, title)


def _draw_lanes(axes: Axes, ordered: Sequence[Lane], groups: Sequence[str]) -> None:
    """A bar per subject, with an arrow where the subject is followed on."""
    colors = [COLORS[groups.index(lane.group) % len(COLORS)] if len(groups) > 1 else COLORS[0] for lane in ordered]
    months = [lane.months for lane in ordered]
    bars = axes.barh(range(len(ordered)), months, height=0.62, color=colors, alpha=0.32, linewidth=0)
    for bar, lane in zip(bars, ordered, strict=True):
        if lane.link:
            bar.set_url(lane.link)
    for color in dict.fromkeys(colors):
        on = [(lane.months, y) for y, lane in enumerate(ordered) if lane.ongoing and colors[y] == color]
        axes.plot([x for x, _ in on], [y for _, y in on], ">", color=color, markersize=4.5, clip_on=False)


def _draw_marks(axes: Axes, ordered: Sequence[Lane]) -> None:
    """What happened to whom, all of one kind at once."""
    for what, mark in MARKS.items():
        at = [(month, y) for y, lane in enumerate(ordered) for month in lane.happened.get(what, ())]
        axes.add_line(_marked([x for x, _ in at], [y for _, y in at], mark))


def _marked(x: Sequence[float], y: Sequence[float], mark: Mark, label: str = "") -> Line2D:
    """Marks without a line between them; what is not filled is white, so that no lane looks like its filling."""
    return Line2D(
        x, y, marker=mark.marker, color=mark.color, linewidth=0, markersize=MARK_SIZE, markeredgewidth=1, label=label,
        fillstyle="full" if mark.fill == "none" else mark.fill, markerfacecoloralt="white",
        markerfacecolor="white" if mark.fill == "none" else mark.color,
    )  # fmt: skip


def _legend(ordered: Sequence[Lane], groups: Sequence[str], words: Words) -> list[Line2D]:
    """What is drawn, and nothing else."""
    drawn = {what for lane in ordered for what, months in lane.happened.items() if months}
    marks = [_marked([], [], mark, words(f"happening.{what}")) for what, mark in MARKS.items() if what in drawn]
    on = words("happening.followed")
    followed = Line2D([], [], marker=">", color=COLORS[0], linewidth=0, markersize=5, label=on)
    named = groups if len(groups) > 1 else []
    bars = [
        Line2D([], [], color=COLORS[number % len(COLORS)], alpha=0.5, linewidth=6, label=group or words("unknown"))
        for number, group in enumerate(named)
    ]
    return [*bars, *marks, followed]
