"""What the interactive page draws: the curves of the report, with other intervals and other definitions beside them, as plain numbers.

Belongs here: which curves are there, what they are called, and what of them may be shown. Nothing is computed but sums of printed counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.protocol.printing import Intervals
from transforms.figures.curves import axis_ticks
from transforms.reports.outcomes import RATES, told_happenings
from transforms.reports.parts import Part, Row, rows_of
from transforms.words import Words

# Ticks are whole months, times are days: a tick of 12 months is the day 365.25.
TOLERANCE = 1e-3
ALL = ""


@dataclass(frozen=True)
class CurveTables:
    """What curves are taken from, all of it as the report may show it.

    analysis: rows of results.analysis in words. curve, beside: results.curve and results.curve_beside. roles: meta.endpoint_role.
    days_0: what each endpoint's time is counted from. shown_at: the months at which it is read first. fewest_at_risk: where fewer are, curves are drawn pale. hides_counts: small
    counts are suppressed, so that numbers at risk stand at the ticks of the axis alone, as in the report, and no event is counted.
    """

    analysis: pl.DataFrame
    curve: pl.DataFrame
    beside: pl.DataFrame
    roles: pl.DataFrame
    days_0: Mapping[str, str]
    shown_at: Mapping[str, float]
    intervals: Intervals
    fewest_at_risk: int = 1
    hides_counts: bool = False
    words: Words = field(default_factory=lambda: Words("en"))


def endpoint_curves(tables: CurveTables, outcomes: Sequence[Part]) -> list[dict[str, Any]]:
    """Every endpoint that has a curve, in the order of the report, whose parts name them."""
    found = (_endpoint(tables, part) for part in outcomes)
    return [endpoint for endpoint in found if endpoint["groups"]]


def _endpoint(tables: CurveTables, part: Part) -> dict[str, Any]:
    name, words = part.anchor, tables.words
    rows = rows_of(tables.analysis, analysis_id=name)
    competing = rows[0]["section"] == "competing"
    definitions = list(_definitions(tables, name, part.title))
    factors = {row["factor"]: row["group_name"] for row in rows}
    kind = str(tables.intervals.cumulative_incidence if competing else tables.intervals.survival)
    groups = [_group(tables, part, factor, told, kind, definitions) for factor, told in factors.items()]
    day_0 = tables.days_0.get(name, "")
    return {
        "id": name,
        "title": part.title,
        "population": part.aside,
        "competing": competing,
        "x": words("figure.months_from", day_0=day_0) if day_0 else words("figure.months"),
        "y": words("figure.incidence" if competing else "figure.probability"),
        "kind": kind,
        "at": tables.shown_at.get(name, 0),
        "own": _own_definition(tables, name),
        "groups": [group for group in groups if group["curves"]],
        "definitions": definitions,
    }


def _group(
    tables: CurveTables, of: Part, factor: str, told: str, kind: str, definitions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """All subjects, or the levels of a factor: the curves one figure of the report shows, and its ticks. kind: of the printed interval."""
    name, words = of.anchor, tables.words
    rows = tables.curve.filter(analysis_id=name, factor=factor)
    column = "level" if factor else "statistic"
    beside = tables.beside.filter(analysis_id=name, factor=factor, definition="")
    if factor:
        # Of groups the event alone is drawn, not what competes with it.
        rows, beside = (frame.filter(pl.col("statistic").is_in(RATES)) for frame in (rows, beside))
    parts = [(part, rows.filter(pl.col(column) == part)) for part in rows[column].unique(maintain_order=True)]
    beside_them = [] if factor else [curve["t"][-1] for one in definitions for curve in one["curves"]]
    lasts = [*rows["time_months"], *beside_them]
    ticks = axis_ticks(max(lasts) or 1) if lasts else []
    curves = []
    for part, of_part in parts:
        others = beside.filter(pl.col(column) == part)
        bounds = {kind: of_part, **{other: others.filter(interval_kind=other) for other in _kinds(others)}}
        label = words.told(part) if factor else _statistic_label(tables, name, part, of.title)
        curves.append(_curve(tables, label, of_part, bounds, ticks))
    return {"id": factor, "label": told or words("explore.everyone"), "ticks": ticks, "curves": curves}


def _definitions(tables: CurveTables, name: str, title: str) -> Iterator[dict[str, Any]]:
    """The other definitions of an endpoint that have a curve, in the order of the report; what competes, differs from one to the other and is left out."""
    others = (pl.col("definition") != "") & pl.col("statistic").is_in(RATES)
    curves = tables.beside.filter(others, analysis_id=name, factor=ALL)
    for row in _definition_rows(tables, name):
        own = curves.filter(definition=row["definition"])
        bounds = {kind: own.filter(interval_kind=kind) for kind in _kinds(own)}
        if bounds:
            label = tables.words("explore.definition", origin=row["group_name"], called=row["group_level"])
            of_what = _statistic_label(tables, name, own["statistic"][0], title)
            curve = _curve(tables, of_what, next(iter(bounds.values())), bounds, [])
            yield {"id": row["definition"], "label": label, "curves": [curve]}


def _definition_rows(tables: CurveTables, name: str) -> list[Row]:
    """A row of results for each definition of an endpoint; the protocol's own is the first."""
    rows = rows_of(tables.analysis, section="definitions", endpoint=name)
    return list({row["definition"]: row for row in rows if row["definition"]}.values())


def _own_definition(tables: CurveTables, name: str) -> str:
    """The protocol's own definition in words; empty where there is no other."""
    rows = _definition_rows(tables, name)
    if not rows:
        return ""
    own = tables.words("explore.definition", origin=rows[0]["group_name"], called=rows[0]["group_level"])
    return tables.words("explore.own", what=own)


def _statistic_label(tables: CurveTables, name: str, statistic: str, title: str) -> str:
    """What a curve of all subjects is of: the endpoint, or what happens and what competes with it."""
    if statistic == "survival":
        return title
    words, happens = tables.words, told_happenings(tables.roles.filter(paramcd=name), tables.words)
    return words.sentence(words(f"incidence.{statistic}", what=happens.get(statistic, title)))


def _kinds(rows: pl.DataFrame) -> list[str]:
    return list(rows["interval_kind"].unique(maintain_order=True))


def _curve(
    tables: CurveTables, label: str, rows: pl.DataFrame, bounds: Mapping[str, pl.DataFrame], ticks: Sequence[float]
) -> dict[str, Any]:
    """One curve as columns in order of time: months, estimate, at risk, events so far, whether somebody was censored, and its bounds.

    read_from: the month from which it has a rate.
    """
    rows = rows.sort("time_months")
    pale = rows.filter(pl.col("at_risk") < tables.fewest_at_risk)["time_months"]
    at_risk = _at_ticks(rows, ticks) if tables.hides_counts else rows["at_risk"]
    return {
        "label": label,
        "t": rows["time_months"].round(3).to_list(),
        "s": rows["estimate"].round(6).to_list(),
        "n": at_risk.to_list(),
        "e": [] if tables.hides_counts else rows["events"].cum_sum().to_list(),
        "c": (rows["censored"] > 0).cast(pl.Int8).to_list(),
        "read_from": _first_step(rows) if tables.hides_counts else 0,
        "pale": round(float(pale.min()), 3) if pale.len() else None,  # type: ignore[arg-type]
        "bounds": {
            kind: [of_kind.sort("time_months")[end].round(6).to_list() for end in ("ci_low", "ci_high")]
            for kind, of_kind in bounds.items()
        },
    }


def _first_step(rows: pl.DataFrame) -> float | None:
    """Where a curve of rounded counts leaves its first value. Before it, events are too few to be told, and are not none."""
    steps = rows.filter(pl.col("estimate") != pl.col("estimate").first())["time_months"]
    return round(float(steps[0]), 3) if steps.len() else None


def _at_ticks(rows: pl.DataFrame, ticks: Sequence[float]) -> pl.Series:
    """Numbers at risk where a tick reads them, at the first time at or after it; blank everywhere else."""
    times = rows["time_months"].to_list()
    read = {next((n for n, time in enumerate(times) if time >= tick - TOLERANCE), None) for tick in ticks}
    return pl.Series([count if n in read else None for n, count in enumerate(rows["at_risk"])], dtype=pl.Int64)
