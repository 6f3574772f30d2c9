"""The profile of one subject: what happened and was given as lanes, what was measured as panels below, all on one time axis.

The axis has even days up to five weeks from the infusion, where most happens, and is logarithmic beyond, so that years fit beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.words import Words

WIDTH, LANE_HEIGHT, PANEL_HEIGHT, AXIS_HEIGHT = 9.6, 0.27, 1.45, 0.62
# Shares of the width: names stand left of the axes, what is drawn right of them.
RIGHT, NAME_SIZE = 0.8, 8.0
# Days: even up to here on either side of the infusion, logarithmic beyond.
EVEN_DAYS = 35
# So much is always drawn, so that one day is never as wide as a month elsewhere.
FEWEST_DAYS = 14
TICKS = (-365, -90, -28, -14, 0, 7, 14, 21, 28, 60, 100, 180, 365, 730, 1825, 3650, 5475)
# By grade; of an event whose grade is not known.
GRADE_COLORS = {1: "#f3d9a4", 2: COLORS[2], 3: COLORS[1], 4: "#a11d33", 5: INK}
UNGRADED = "#b9c3c8"
MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True)
class Span:
    """What lasted, or was on one day (`last` none): days, a text at its side, and its grade. open_end: it had not ended when last seen."""

    first: int
    last: int | None = None
    text: str = ""
    grade: int | None = None
    graded: bool = False
    open_end: bool = False


@dataclass(frozen=True)
class ProfileLane:
    """A row of the figure with a name."""

    name: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class MeasuredCourse:
    """One measurement over time. side, of each value: "" as it is; "below" or "above" where that limit is all that is known."""

    name: str
    days: Sequence[int]
    values: Sequence[float]
    sides: Sequence[str]


@dataclass(frozen=True)
class ProfilePanel:
    """Courses that share a logarithmic scale."""

    title: str
    courses: Sequence[MeasuredCourse]


def draw_profile(
    lanes: Sequence[ProfileLane], panels: Sequence[ProfilePanel], last_day: int, title: str, words: Words
) -> str:
    """The profile as SVG. last_day: day on which the subject was last seen, to which what has no end is drawn."""
    days = [0, last_day, *chain.from_iterable(_days(lanes, panels))]
    low, high = min(days) - 2, max(*days, FEWEST_DAYS) + 2
    heights = [LANE_HEIGHT * max(len(lanes), 1), *(PANEL_HEIGHT for _ in panels)]
    gap = 0.28
    height = sum(heights) + gap * len(panels) + AXIS_HEIGHT
    names = [*(lane.name for lane in lanes), *(panel.title for panel in panels)]
    left = (max((width_of(name, NAME_SIZE) for name in names), default=0.5) + 0.2) / WIDTH
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, height)
        top, drawn = height - 0.05, []
        for share in heights:
            drawn.append(figure.add_axes((left, (top - share) / height, RIGHT - left, share / height)))
            top -= share + gap
        _draw_lanes(drawn[0], lanes, last_day)
        for axes, panel in zip(drawn[1:], panels, strict=True):
            _draw_panel(axes, panel)
        for axes in drawn:
            _set_days(axes, low, high, labels=axes is drawn[-1])
        drawn[-1].set_xlabel(words("profile.days_since_first"))
    return svg_text(figure, title)


def _days(lanes: Sequence[ProfileLane], panels: Sequence[ProfilePanel]) -> Sequence[list[int]]:
    spans = [span for lane in lanes for span in lane.spans]
    courses = [list(course.days) for panel in panels for course in panel.courses]
    return [[day for span in spans for day in (span.first, span.last) if day is not None], *courses]


def _set_days(axes: Axes, low: int, high: int, *, labels: bool) -> None:
    axes.set_xscale("symlog", linthresh=EVEN_DAYS, linscale=1.6)
    axes.set_xlim(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [str(tick) for tick in ticks] if labels else [""] * len(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.axvline(0, color=INK, linewidth=0.7)
    axes.set_axisbelow(True)


def _draw_lanes(axes: Axes, lanes: Sequence[ProfileLane], last_day: int) -> None:
    for y, lane in enumerate(lanes):
        for span in lane.spans:
            _draw_span(axes, y, span, last_day)
    axes.set_ylim(max(len(lanes), 1) - 0.4, -0.6)
    axes.set_yticks(range(len(lanes)), [lane.name for lane in lanes])
    axes.tick_params(axis="y", length=0, labelsize=NAME_SIZE)


def _draw_span(axes: Axes, y: int, span: Span, last_day: int) -> None:
    color = COLORS[0] if not span.graded else GRADE_COLORS.get(span.grade or 0, UNGRADED)
    last = max(span.first, last_day) if span.open_end and span.last is None else span.last
    # A day is a day wide, so that what lasted two is seen to.
    if last is not None and (last > span.first or span.graded):
        axes.barh(y, last - span.first + 1, left=span.first - 0.5, height=0.62, color=color, linewidth=0)
        if span.open_end:
            axes.plot([last], [y], ">", color=color, markersize=5, clip_on=False)
    else:
        axes.plot([span.first], [y], "o", color=color, markersize=5.5)
    if span.text:
        # Beside the bar, which ends with its last day.
        at = span.first if last is None else last + 0.5
        axes.annotate(
            span.text,
            (at, y),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=7,
            va="center",
            annotation_clip=False,
        )


def _draw_panel(axes: Axes, panel: ProfilePanel) -> None:
    """A line through the values; a limit stands hollow beside it, and joins none."""
    for number, course in enumerate(panel.courses):
        color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
        rows = list(zip(course.days, course.values, course.sides, strict=True))
        known = [(day, value) for day, value, side in rows if not side]
        axes.plot(
            [day for day, _ in known], [value for _, value in known],
            color=color, linewidth=1, marker=marker, markersize=3, label=course.name,
        )  # fmt: skip
        for side, limit_marker in (("below", "v"), ("above", "^")):
            limits = [(day, value) for day, value, of in rows if of == side]
            axes.plot(
                [day for day, _ in limits], [value for _, value in limits], limit_marker,
                markerfacecolor="none", markeredgecolor=color, markersize=4.5,
            )  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="y", labelsize=7)
    axes.set_title(panel.title, fontsize=NAME_SIZE, loc="left", pad=2)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=7.5)
