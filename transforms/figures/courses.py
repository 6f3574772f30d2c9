"""Course of a laboratory test after an infusion: every subject and the median of each day, with the days of treatment below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import matplotlib as mpl
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from transforms.figures.canvas import COLORS, GRID, STYLE, new_figure, svg_text
from transforms.words import Words

WIDTH, HEIGHT, LANE_HEIGHT, MARGIN = 7.6, 3.0, 0.2, 0.62
LEFT, RIGHT = 0.16, 0.985
BELOW, ABOVE = "below", "above"
LIMIT_MARKERS: Final[Mapping[str, str]] = {BELOW: "v", ABOVE: "^"}


def draw_course(
    samples: pl.DataFrame,
    middle: pl.DataFrame,
    treated: Mapping[str, pl.Series],
    days: tuple[int, int],
    unit: str,
    title: str,
    words: Words,
) -> str:
    """The course as SVG.

    samples: subject_id, day, value and side ("" for a value, below or above for a limit). middle: day and value of the median. treated: days
    on which a treatment was begun, one per subject and day, by its name. days: the first and last drawn.
    """
    lanes = LANE_HEIGHT * len(treated) + 0.1
    height = HEIGHT + lanes + MARGIN
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, height)
        axes = figure.add_axes((LEFT, (lanes + MARGIN) / height, RIGHT - LEFT, (HEIGHT - 0.15) / height))
        below = figure.add_axes((LEFT, MARGIN * 0.85 / height, RIGHT - LEFT, lanes / height))
        _draw_samples(axes, samples)
        axes.plot(middle["day"], middle["value"], color=COLORS[0], linewidth=2.4)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_ylabel(unit)
        axes.tick_params(axis="x", labelbottom=False)
        _draw_treated(below, treated)
        for place in (axes, below):
            place.set_xlim(days[0] - 0.5, days[1] + 0.5)
            place.axvline(0, color=GRID, linewidth=1)
            place.grid(axis="y" if place is axes else "x", color=GRID, linewidth=0.8)
            place.set_axisbelow(True)
        below.set_xlabel(words("figure.days_after_infusion"))
    return svg_text(figure, title)


def _draw_samples(axes: Axes, samples: pl.DataFrame) -> None:
    """A thin line per subject through the values; limits stand hollow and join none."""
    gap = pl.DataFrame({"day": [None], "value": [None]}, schema={"day": pl.Float64, "value": pl.Float64})
    of_subjects = samples.filter(side="").sort("subject_id", "day").group_by("subject_id", maintain_order=True)
    parts = [part for _, rows in of_subjects for part in (rows.select(pl.col("day", "value").cast(pl.Float64)), gap)]
    # All subjects as one line, broken between them: a line each takes matplotlib many times as long.
    lines = pl.concat([gap, *parts])
    axes.plot(lines["day"], lines["value"], color=COLORS[0], linewidth=0.6, alpha=0.4, marker=".", markersize=3)
    for side, marker in LIMIT_MARKERS.items():
        limits = samples.filter(side=side)
        axes.plot(
            limits["day"], limits["value"], marker, markerfacecolor="none", markeredgecolor=COLORS[1], markersize=4
        )


def _draw_treated(axes: Axes, treated: Mapping[str, pl.Series]) -> None:
    """A lane per treatment: a mark on each day, the darker the more subjects began it then."""
    for y, days in enumerate(treated.values()):
        axes.plot(days, [y] * days.len(), "|", color=COLORS[1], markersize=9, markeredgewidth=1.6, alpha=0.6)
    axes.set_yticks(range(len(treated)), list(treated))
    axes.set_ylim(len(treated) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, labelsize=8)
