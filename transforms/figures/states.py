"""States over time as bands, one on the other, that at each time add up to all subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from transforms.figures.canvas import GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.figures.curves import DASH, axis_ticks
from transforms.words import Words

# As many as a figure can tell apart, neighbours by lightness, so that grey print does too.
BANDS = ("#d9e7ee", "#0b4f6c", "#8fc1d6", "#66a182", "#c9dfc0", "#edae49", "#8d6a9f", "#f0b8bc", "#d1495b", "#777777", "#bbbbbb", "#3b3b3b")  # fmt: skip
WIDTH, PLOT_HEIGHT = 7.2, 3.0
LEFT, TOP, BOTTOM = 0.95, 0.12, 0.85
FONT = 8.5
# Between plot and legend, and the patch of colour beside its text (inches).
GAP, PATCH = 0.15, 0.3
NARROWEST = 3.2


@dataclass(frozen=True)
class StateBand:
    """One state: how it is labelled, and its rows of results.curve in order of time."""

    label: str
    rows: pl.DataFrame


def draw_states(bands: Sequence[StateBand], title: str, words: Words, *, day_0: str = "") -> str:
    """Bands from the bottom in the order given, as SVG, over the number of subjects under observation. day_0: what time counts from."""
    last = max(float(band.rows["time_months"].max() or 1) for band in bands)  # type: ignore[arg-type]
    ticks = axis_ticks(last)
    legend = max(width_of(band.label, FONT) for band in bands) + GAP + PATCH
    width = max(NARROWEST, WIDTH - LEFT - legend)
    whole = LEFT + width + legend
    height = PLOT_HEIGHT + TOP + BOTTOM
    with mpl.rc_context(STYLE):
        figure = new_figure(whole, height)
        axes = figure.add_axes((LEFT / whole, BOTTOM / height, width / whole, PLOT_HEIGHT / height))
        stack_bands(axes, bands)
        _decorate(axes, ticks, words("figure.months_from", day_0=day_0) if day_0 else words("figure.months"), words)
        handles, labels = axes.get_legend_handles_labels()
        # As they lie: the uppermost first.
        axes.legend(
            handles[::-1], labels[::-1], frameon=False, loc="center left", bbox_to_anchor=(1 + GAP / width / 2, 0.5),
            fontsize=FONT, handlelength=1.2, handleheight=1.2, borderaxespad=0,
        )  # fmt: skip
        _write_observed(axes, bands, ticks, words, width)
    return svg_text(figure, title)


def stack_bands(axes: Axes, bands: Sequence[StateBand]) -> None:
    """Fill each band between the sum of those below it and its own; the uppermost ends at 1."""
    time = bands[0].rows["time_months"].to_numpy()
    below = np.zeros(time.size)
    for number, band in enumerate(bands):
        above = below + band.rows["estimate"].to_numpy()
        color = BANDS[number % len(BANDS)]
        axes.fill_between(time, below, above, step="post", color=color, linewidth=0, label=band.label)
        if number:
            # A thin line keeps neighbours apart, whatever their colours become in print.
            axes.step(time, below, where="post", color="white", linewidth=0.7)
        below = above


def observed_at(bands: Sequence[StateBand], tick: float) -> int | None:
    """Subjects under observation at a time, in whatever state; None where a count is not to be shown."""
    later = [band.rows.filter(pl.col("time_months") >= tick - 1e-9) for band in bands]
    counts = [rows["at_risk"][0] if rows.height else 0 for rows in later]
    return None if any(count is None for count in counts) else int(sum(counts))


def _decorate(axes: Axes, ticks: Sequence[float], x_label: str, words: Words) -> None:
    axes.set_xlim(0, ticks[-1])
    axes.set_ylim(0, 1)
    axes.set_xticks(ticks)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(axis="y", color=GRID, linewidth=0.5, alpha=0.6)
    axes.set_xlabel(x_label)
    axes.set_ylabel(words("figure.probability"))


def _write_observed(axes: Axes, bands: Sequence[StateBand], ticks: Sequence[float], words: Words, width: float) -> None:
    y, transform = -0.72 / PLOT_HEIGHT, axes.get_xaxis_transform()
    name = words("multi_state.under_observation")
    axes.text((0.06 - LEFT) / width, y, name, transform=axes.transAxes, fontsize=8, color=INK, fontweight="bold")
    for tick in ticks:
        count = observed_at(bands, tick)
        shown = DASH if count is None else str(count)
        axes.text(tick, y - 0.17 / PLOT_HEIGHT, shown, transform=transform, ha="center", fontsize=8, color=INK)
