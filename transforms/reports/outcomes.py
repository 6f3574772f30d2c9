"""The time-to-event and model sections of a study's page: tables of printed cells, and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.analyses.later_covariates import IMMORTAL_TIME
from transforms.figures import draw_forest, draw_incidence, draw_survival
from transforms.figures.curves import Curve
from transforms.figures.forest import ForestLine
from transforms.reports.numbers import median_interval, p_value, percent_interval, ratio_interval
from transforms.reports.sections import PrintedTable, Row, methods_note, rows_of

DASH = "–"
EFFECT_WORDS = {
    "hazard_ratio": "Hazard ratio",
    "subdistribution_hazard_ratio": "Subdistribution hazard ratio",
    "odds_ratio": "Odds ratio",
}
# The role of what happens, by the curve that shows it.
ROLES = {"cumulative_incidence": "event", "competing_incidence": "competing"}


@dataclass(frozen=True)
class PrintedOutcome:
    """An endpoint as printed: its population, its figure, its table, and the comparisons between groups."""

    anchor: str
    title: str
    population: str
    figure: str
    table: PrintedTable
    comparisons: list[tuple[str, str, PrintedTable]]


def printed_outcomes(analysis: pl.DataFrame, curve: pl.DataFrame, roles: pl.DataFrame) -> list[PrintedOutcome]:
    """Every endpoint, in the protocol's order. `roles` is meta.endpoint_role."""
    timed = analysis.filter(pl.col("section").is_in(["survival", "competing"])).sort("position")
    return [
        _outcome(analysis, curve, name, curve_words(roles.filter(paramcd=name)))
        for name in timed["analysis_id"].unique(maintain_order=True)
    ]


def curve_words(roles: pl.DataFrame) -> dict[str, str]:
    """What each incidence of an endpoint is of: the event, and what may happen before it and prevents it."""
    happenings = {
        role: " or ".join(
            name.replace("_", " ").replace("b cell", "B-cell").replace("car t", "CAR-T") for name in names
        )
        for role, names in roles.sort("happening", descending=True)
        .group_by("role", maintain_order=True)
        .agg("happening")
        .iter_rows()
    }
    words = {statistic: happenings.get(role, "") for statistic, role in ROLES.items()}
    words["competing_incidence"] += " first"
    return {statistic: f"{text[:1].upper()}{text[1:]}" for statistic, text in words.items()}


def _outcome(analysis: pl.DataFrame, curve: pl.DataFrame, name: str, words: Mapping[str, str]) -> PrintedOutcome:
    found = rows_of(analysis, analysis_id=name)
    overall = [row for row in found if not row["group_name"]]
    title = overall[0]["label"]
    groups = list(dict.fromkeys(row["group_name"] for row in found if row["group_name"]))
    notes = list(dict.fromkeys(row["note"] for row in overall if row["note"].startswith("subjects are chosen")))
    table = _landmark_table(overall, words)
    return PrintedOutcome(
        anchor=name,
        title=title,
        population=overall[0]["population"],
        figure=_figure(curve, name, "", title, competing=overall[0]["section"] == "competing", words=words),
        table=PrintedTable(table.header, table.rows, [*table.notes, *(f"Beware: {note}." for note in notes)]),
        comparisons=[_comparison(found, curve, name, group, title) for group in groups],
    )


def _landmark_table(rows: list[Row], words: Mapping[str, str]) -> PrintedTable:
    counts = {row["statistic"]: row["estimate"] for row in rows if row["statistic"] in ("n", "events")}
    printed = [
        ["Subjects", "–" if counts.get("n", 0) is None else f"{counts.get('n', 0):.0f}", ""],
        ["Events", "–" if counts.get("events", 0) is None else f"{counts.get('events', 0):.0f}", ""],
    ]
    for row in rows:
        if row["statistic"] == "median_time":
            printed.append(["Median, months", median_interval(row), ""])
        elif row["time_months"] is not None:
            at_risk = "" if row["at_risk"] is None else str(row["at_risk"])
            label = f"{words.get(row['statistic'], '')} at {row['time_months']:g} months".strip()
            printed.append([label[:1].upper() + label[1:], _rate(row), at_risk])
    timed = [row for row in rows if row["time_months"] is not None]
    return PrintedTable(["", "% or months (95 % interval)", "At risk"], printed, methods_note(timed))


def _rate(row: Row) -> str:
    return percent_interval(row) if row["estimate"] is not None else f"not estimable: {row['note']}"


def _comparison(
    found: list[Row], curve: pl.DataFrame, name: str, group: str, title: str
) -> tuple[str, str, PrintedTable]:
    """Curves by level, rates by level, and the test."""
    rows = [row for row in found if row["group_name"] == group]
    tests = [row for row in rows if row["statistic"] in ("logrank", "gray")]
    levels = list(dict.fromkeys(row["group_level"] for row in rows if row["group_level"]))
    printed = [
        [words, *(_cell(rows, level, statistic, time) for level in levels)] for words, statistic, time in _lines(rows)
    ]
    notes = [
        f"{row['p_method'].capitalize()}: {p_value(row['p_value'])}."
        if row["p_value"] is not None
        else f"Not compared: {row['note']}."
        for row in tests
    ]
    if any(DASH in line for line in printed):
        notes.append(f"{DASH} no subject of the group was at risk that long.")
    competing = tests[0]["statistic"] == "gray"
    figure = _figure(curve, name, group, f"{title} by {group}", competing=competing) if levels else ""
    return group, figure, PrintedTable(["", *levels], printed, notes)


def _lines(rows: list[Row]) -> list[tuple[str, str, float | None]]:
    """The lines of a comparison: counts, then rates in order of time."""
    timed = {
        (row["statistic"], row["time_months"]): f"% at {row['time_months']:g} months"
        for row in rows
        if row["statistic"] in ("survival", "cumulative_incidence")
    }
    counts: list[tuple[str, str, float | None]] = [("Subjects", "n", None), ("Events", "events", None)]
    return counts + [(words, statistic, time) for (statistic, time), words in timed.items()]


def _cell(rows: list[Row], level: str, statistic: str, time: float | None) -> str:
    found = [
        row
        for row in rows
        if row["group_level"] == level and row["statistic"] == statistic and row["time_months"] == time
    ]
    if not found or found[0]["estimate"] is None:
        return DASH
    return percent_interval(found[0]) if time is not None else f"{found[0]['estimate']:.0f}"


def _figure(
    curve: pl.DataFrame, name: str, group: str, title: str, *, competing: bool, words: Mapping[str, str] | None = None
) -> str:
    rows = curve.filter(analysis_id=name, group_name=group)
    if not rows.height:
        return ""
    if competing and not group:
        parts = [
            ((words or {}).get(statistic, title), rows.filter(statistic=statistic))
            for statistic in rows["statistic"].unique(maintain_order=True)
        ]
    else:
        rows = rows.filter(pl.col("statistic").is_in(["survival", "cumulative_incidence"]))
        parts = [(level, rows.filter(group_level=level)) for level in rows["group_level"].unique(maintain_order=True)]
    curves = [Curve(label, part.sort("time_months")) for label, part in parts]
    if competing:
        return draw_incidence(curves, title, one_risk_set=not group)
    return draw_survival(curves, title)


def printed_models(analysis: pl.DataFrame) -> list[tuple[str, str, list[str]]]:
    """Per model: its title, forest plot and notes."""
    names = analysis.filter(section="model").sort("position")["analysis_id"].unique(maintain_order=True)
    return [_model(rows_of(analysis, analysis_id=name)) for name in names]


def _model(found: list[Row]) -> tuple[str, str, list[str]]:
    rows = [row for row in found if row["statistic"] in EFFECT_WORDS]
    effect = EFFECT_WORDS[rows[0]["statistic"]]
    title = f"{rows[0]['label'].split(':')[0]} ({effect.lower()})"
    lines: list[ForestLine] = []
    for which in dict.fromkeys(row["population"] for row in rows):
        of_population = [row for row in rows if row["population"] == which]
        beware = " (immortal time: see below)" if any(IMMORTAL_TIME in row["note"] for row in of_population) else ""
        lines.append(ForestLine(f"{which.capitalize()}{beware}", "", bold=True))
        lines += [_forest_line(row) for row in of_population]
    notes = list(dict.fromkeys(f"{row['population'].capitalize()}: {row['method']}." for row in rows if row["method"]))
    reasons = [
        f"{row['group_name']}, {row['population']}: not estimable, {row['note']}."
        for row in rows
        if row["estimate"] is None
    ]
    warnings = list(
        dict.fromkeys(f"Beware: {row['note']}." for row in rows if row["estimate"] is not None and row["note"])
    )
    return (
        title,
        draw_forest(lines, effect, title),
        [*notes, *_proportionality(found), *_tests(found), *reasons, *warnings],
    )


def _tests(found: list[Row]) -> list[str]:
    """Tests of what is known only later: of the groups as if known on day 0, and as they form over time."""
    return [
        f"{row['group_name']}, {row['population']}: {row['p_method'] or row['statistic']} "
        + (p_value(row["p_value"]) if row["p_value"] is not None else f"not estimable, {row['note']}")
        + "."
        for row in found
        if row["statistic"] in ("logrank", "mantel_byar")
    ]


def _proportionality(found: list[Row]) -> list[str]:
    """Whether the hazard ratios hold over time, by the largest model that was tested."""
    tests = [row for row in found if row["statistic"] == "proportional_hazards"]
    largest = [row for row in tests if row["population"] == tests[-1]["population"]]
    printed = [f"{row['group_name']} {p_value(row['p_value'])}" for row in largest]
    if not printed:
        return []
    return [f"Hazards constant over time ({largest[0]['p_method']}, {largest[0]['population']}): {', '.join(printed)}."]


def _forest_line(row: Row) -> ForestLine:
    label = f"{row['group_name']}: {row['group_level']}" if row["group_level"] else row["group_name"]
    if row["estimate"] is None:
        return ForestLine(label, "not estimable (see below)")
    text = f"{ratio_interval(row)}   {p_value(row['p_value'])}"
    return ForestLine(label, text, row["estimate"], row["ci_low"], row["ci_high"])
