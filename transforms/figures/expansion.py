"""Expansion of CAR-T cells: every subject's samples after an infusion on a logarithmic scale, a panel per infusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text
from transforms.words import Words

HEIGHT = 3.1
WIDTH = 4.8
FEWEST = 3


@dataclass(frozen=True)
class Expansion:
    """One panel: its title, and samples with subject_id, ckdy (days), aval and quantfl (Y where quantified)."""

    title: str
    samples: pl.DataFrame


def draw_expansion(panels: Sequence[Expansion], title: str, unit: str, words: Words, limit: float | None = None) -> str:
    """Thin lines per subject and the median per day, as SVG; samples below quantification stand hollow at the floor.

    limit: the limit of quantification, drawn as a dashed line where it is known.
    """
    quantified = pl.concat([panel.samples for panel in panels]).filter(quantfl="Y")["aval"]
    floor = float(quantified.min() or 1.0) / 2  # type: ignore[arg-type]
    ceiling = float(quantified.max() or 1.0) * 2  # type: ignore[arg-type]
    last = max(float(panel.samples["ckdy"].max() or 1) for panel in panels)  # type: ignore[arg-type]
    with mpl.rc_context(STYLE):
        figure = new_figure(0.5 + WIDTH * len(panels), HEIGHT)
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for number, (place, panel) in enumerate(zip(axes, panels, strict=True)):
            _draw_panel(place, panel, COLORS[number % len(COLORS)], floor)
            place.set_xlabel(words("figure.days_after_infusion"))
            place.set_ylim(min(floor, limit or floor) / 1.3, ceiling)
            if limit is not None:
                place.axhline(limit, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
                place.annotate(words("figure.limit"), (last, limit), fontsize=7, ha="right", va="bottom")
            place.set_xlim(0, last * 1.03)
        axes[0].set_ylabel(unit)
        figure.tight_layout()
    return svg_text(figure, title)


def median_course(samples: pl.DataFrame, floor: float) -> pl.DataFrame:
    """Median (aval) of each day (ckdy) with three samples or more.

    Left out, samples below quantification would hold the median of the others up: each counts as `floor`.
    """
    counted = samples.with_columns(aval=pl.when(quantfl="Y").then("aval").otherwise(floor))
    return counted.group_by("ckdy").agg(pl.median("aval"), n=pl.len()).filter(pl.col("n") >= FEWEST).sort("ckdy")


def _draw_panel(axes: Axes, panel: Expansion, color: str, floor: float) -> None:
    found = panel.samples.filter(quantfl="Y")
    # All subjects as one line, broken between them: a line each takes matplotlib many times as long.
    gap = pl.DataFrame({"ckdy": [None], "aval": [None]}, schema={"ckdy": pl.Float64, "aval": pl.Float64})
    courses = [
        part
        for _, rows in found.group_by("subject_id", maintain_order=True)
        for part in (rows.select(pl.col("ckdy", "aval").cast(pl.Float64)), gap)
    ]
    lines = pl.concat([gap, *courses])
    axes.plot(lines["ckdy"], lines["aval"], color=color, linewidth=0.6, alpha=0.45, marker=".", markersize=3)
    middle = median_course(panel.samples, floor)
    axes.plot(middle["ckdy"], middle["aval"], color=color, linewidth=2.2)
    below = panel.samples.filter(quantfl="N")
    axes.plot(below["ckdy"], [floor] * below.height, "o", markerfacecolor="none", markeredgecolor=color, markersize=4)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_title(panel.title, fontsize=9, loc="left")
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
