"""Kaplan-Meier and cumulative incidence curves, with a table of subjects at risk beneath the axis.

The number at risk at t counts subjects with T >= t, as survfit and SAS print it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import polars as pl
from matplotlib.axes import Axes

from transforms.figures.canvas import COLORS, GRID, INK, STYLE, new_figure, svg_text, width_of
from transforms.words import Words

ROW_HEIGHT = 0.21
PLOT_HEIGHT = 2.5
WIDTH = 5.7
RIGHT = 0.03
# Left of the axis: room for its ticks and name, and for the names of the curves in the table at risk.
NARROWEST, WIDEST = 0.14, 0.32
DASH = "–"
# How much is left of a line where few are at risk.
PALE = 0.3


@dataclass(frozen=True)
class Curve:
    """One line of a figure: rows of results.curve in order of time, and how it is labelled."""

    label: str
    rows: pl.DataFrame

    @property
    def is_predicted(self) -> bool:
        """Whether a model drew it, so that nobody is at risk on it."""
        return "events" in self.rows.columns and not self.rows["events"].count()

    @property
    def pale_from(self) -> float | None:
        """The time (months) from which on few are at risk, where the rows say so in `pale`."""
        pale = self.rows.filter("pale") if "pale" in self.rows.columns else self.rows.clear()
        return float(pale["time_months"].min()) if pale.height else None  # type: ignore[arg-type]


def draw_survival(
    curves: Sequence[Curve], title: str, words: Words, *, day_0: str = "", bands: bool = False, ratio: str = ""
) -> str:
    """Kaplan-Meier curves and censoring marks, as SVG; a single curve has its interval band, several have theirs where asked.

    day_0: what time is counted from. ratio: what is written into the plot about two curves.
    """
    y_label = words("figure.probability")
    bands = bands or len(curves) == 1
    return _draw(curves, title, words, y_label=y_label, censoring=True, day_0=day_0, bands=bands, ratio=ratio)


def draw_incidence(
    curves: Sequence[Curve],
    title: str,
    words: Words,
    *,
    one_risk_set: bool,
    day_0: str = "",
    bands: bool = False,
    ratio: str = "",
) -> str:
    """Cumulative incidence curves, as SVG.

    one_risk_set: the curves are competing events of the same subjects, so that one line of numbers at risk serves all; each
    has its interval band, as a single curve has. Those of groups have theirs where asked. day_0, ratio: as draw_survival.
    """
    y_label = words("figure.incidence")
    bands = bands or one_risk_set or len(curves) == 1
    return _draw(
        curves, title, words,
        y_label=y_label, censoring=False, one_risk_set=one_risk_set, day_0=day_0, bands=bands, ratio=ratio,
    )  # fmt: skip


def risk_table(curves: Sequence[Curve], ticks: Sequence[float]) -> list[list[int | None]]:
    """Subjects at risk of each curve at each tick: those with T >= tick; None where the count is not to be shown."""
    return [[_at_risk(curve.rows, tick) for tick in ticks] for curve in curves]


def _at_risk(rows: pl.DataFrame, tick: float) -> int | None:
    """At risk at the first time of the curve at or after the tick; none where the curve has ended before."""
    later = rows.filter(pl.col("time_months") >= tick - 1e-9)
    return later["at_risk"][0] if later.height else 0


def axis_ticks(last: float) -> list[float]:
    """Ticks from 0 every 3, 6, 12 ... months, at most nine, reaching the last time."""
    step = next(step for step in (1, 2, 3, 6, 12, 24, 36, 60, 120) if last / step <= 8 or step == 120)
    return [float(tick) for tick in range(0, math.ceil(last / step) * step + 1, step)]


def _draw(
    curves: Sequence[Curve],
    title: str,
    words: Words,
    *,
    y_label: str,
    censoring: bool,
    bands: bool,
    one_risk_set: bool = False,
    day_0: str = "",
    ratio: str = "",
) -> str:
    counted = [curve for curve in (curves[:1] if one_risk_set else curves) if not curve.is_predicted]
    last = max(float(curve.rows["time_months"].max() or 1) for curve in curves)  # type: ignore[arg-type]
    ticks = axis_ticks(last)
    names = [words("figure.at_risk"), *([] if one_risk_set or len(curves) == 1 else [c.label for c in curves])]
    left = min(WIDEST, max(NARROWEST, (max(map(width_of, names)) + 0.25) / WIDTH))
    # The numbers of a single line stand beside the heading, those of several beneath it.
    table_height = ROW_HEIGHT * (len(counted) + (len(names) > 1)) + 0.1 if counted else 0.0
    height = PLOT_HEIGHT + (0.95 if len(curves) > 1 else 0.75) + table_height
    with mpl.rc_context(STYLE):
        figure = new_figure(WIDTH, height)
        axes = figure.add_axes((left, (table_height + 0.55) / height, 1 - RIGHT - left, PLOT_HEIGHT / height))
        for number, curve in enumerate(curves):
            _step(axes, curve, COLORS[number % len(COLORS)], censoring=censoring, band=bands)
        x_label = words("figure.months_from", day_0=day_0) if day_0 else words("figure.months")
        _decorate(axes, ticks, x_label, y_label)
        if len(curves) > 1:
            # Above the axes, where no curve can run through it.
            axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=len(curves), fontsize=8.5)
        if ratio:
            # Survival begins at the top and incidence at the bottom: the other corner at the axis is free the longest.
            y, side = (0.04, "bottom") if censoring else (0.97, "top")
            axes.text(0.02, y, ratio, transform=axes.transAxes, va=side, fontsize=8, color=INK, linespacing=1.4)
        if counted:
            _write_risk_table(axes, counted, ticks, names, left)
    return svg_text(figure, title)


def _step(axes: Axes, curve: Curve, color: str, *, censoring: bool, band: bool) -> None:
    time, estimate = curve.rows["time_months"].to_numpy(), curve.rows["estimate"].to_numpy()
    axes.step(
        time, estimate, where="post", color=color, linewidth=1.7, alpha=PALE if curve.pale_from is not None else 1
    )
    known = time <= curve.pale_from if curve.pale_from is not None else time >= 0
    axes.step(time[known], estimate[known], where="post", color=color, linewidth=1.7, label=curve.label)
    if band:
        limits = curve.rows.select(
            pl.coalesce("ci_low", "estimate").alias("low"), pl.coalesce("ci_high", "estimate").alias("high")
        )
        axes.fill_between(time, limits["low"], limits["high"], step="post", color=color, alpha=0.13, linewidth=0)
    if censoring:
        left = curve.rows.filter(pl.col("censored") > 0)
        axes.plot(left["time_months"], left["estimate"], "|", color=color, markersize=6, markeredgewidth=1)


def _decorate(axes: Axes, ticks: Sequence[float], x_label: str, y_label: str) -> None:
    axes.set_xlim(0, ticks[-1])
    axes.set_ylim(0, 1.02)
    axes.set_xticks(ticks)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)


def _write_risk_table(
    axes: Axes, curves: Sequence[Curve], ticks: Sequence[float], names: Sequence[str], left: float
) -> None:
    """Numbers at risk under their ticks, in the colour of their curve; names begin at the figure's edge."""
    start, row = -0.62 / PLOT_HEIGHT, -ROW_HEIGHT / PLOT_HEIGHT
    edge = (0.06 / WIDTH - left) / (1 - RIGHT - left)
    transform = axes.get_xaxis_transform()
    axes.text(edge, start, names[0], transform=axes.transAxes, fontsize=8, color=INK, fontweight="bold")
    beneath = len(names) > 1
    for number, counts in enumerate(risk_table(curves, ticks)):
        y, color = start + row * (number + beneath), COLORS[number % len(COLORS)]
        if number + 1 < len(names):
            name = _short(names[number + 1], WIDEST * WIDTH - 0.25)
            axes.text(edge, y, name, transform=axes.transAxes, fontsize=8, color=color)
        for tick, count in zip(ticks, counts, strict=True):
            shown = DASH if count is None else str(count)
            axes.text(tick, y, shown, transform=transform, ha="center", fontsize=8, color=color)


def _short(label: str, widest: float) -> str:
    if width_of(label) <= widest:
        return label
    while label and width_of(f"{label}…") > widest:
        label = label[:-1]
    return f"{label}…"
