"""Sections that hold one thing against another: two infusions of a subject, the paper against the pipeline."""

from __future__ import annotations

import polars as pl

from transforms.analyses.benchmark import CAUTION
from transforms.reports.numbers import p_value, percent, percent_interval, ratio_interval
from transforms.reports.sections import PrintedTable, Row, rows_of

VERDICTS = {True: "yes", False: "no", None: "not compared"}


def paired_table(analysis: pl.DataFrame) -> PrintedTable:
    """Events and dose after the second infusion against the first, in subjects who had both."""
    rows = rows_of(analysis, section="paired", statistic="comparison")
    differences = {
        (row["group_name"], row["group_level"]): row
        for row in rows_of(analysis, section="paired", statistic="difference")
    }
    printed = []
    for row in rows:
        name = f"{row['group_name']}, {row['group_level']}" if row["group_level"] else row["group_name"]
        difference = differences.get((row["group_name"], row["group_level"]))
        told = ""
        if difference and difference["estimate"] is not None:
            bounds = [100 * difference[bound] for bound in ("estimate", "ci_low", "ci_high")]
            told = f"{bounds[0]:+.1f} ({bounds[1]:+.1f} to {bounds[2]:+.1f})"
        p = p_value(row["p_value"]) if row["p_value"] is not None else "–"
        discordant = row["note"].rpartition("; ")[2] if row["group_level"] else ""
        printed.append([name, discordant, told, p])
    methods = sorted({row["p_method"] for row in rows if row["p_method"]})
    notes = [f"Tests: {'; '.join(methods)}; differences with Agresti-Min intervals."] if methods else []
    return PrintedTable(
        ["Second against first infusion", "Subjects with the event once", "Difference, % points", "p"], printed, notes
    )


def published_table(comparison: pl.DataFrame, figures: pl.DataFrame) -> PrintedTable:
    """Every figure of the paper beside the pipeline's own; of what can't be compared, why."""
    joined = comparison.join(
        figures.select("figure_id", "unit", "population"), on="figure_id", how="left", maintain_order="left"
    ).sort("position", pl.col("part") != "value", "part")
    printed = [
        [
            row["figure_id"] + ("" if row["part"] == "value" else f" ({row['part']})"),
            row["population"],
            f"{row['printed']} {row['unit'] or ''}".strip() if row["part"] == "value" else row["printed"],
            row["computed"] or "",
            VERDICTS[row["equal"]],
            _remark(row["rounding"], row["note"]),
        ]
        for row in joined.iter_rows(named=True)
    ]
    return PrintedTable(["Figure", "Population", "Printed", "Computed", "Equal", "Remark"], printed, [])


def _remark(rounding: str | None, note: str | None) -> str:
    unusual = f"rounded: {rounding}" if rounding in ("half-even", "truncate", "outward") else ""
    return "; ".join(part for part in (unusual, note) if part)


def findings_table(findings: pl.DataFrame) -> PrintedTable:
    """What the linter of figures found in the paper, errors first."""
    rows = findings.filter(origin="printed").sort(pl.col("severity") != "error", "check_name", "figures")
    printed = [list(row) for row in rows.select("severity", "figures", "what").iter_rows()]
    return PrintedTable(["", "Figures", "What the linter found"], printed, [])


def definitions_tables(analysis: pl.DataFrame) -> list[tuple[str, PrintedTable]]:
    """Of each endpoint with several legal definitions, the rates under each; the protocol's own stands first."""
    rows = rows_of(analysis, section="definitions")
    found = []
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in rows):
        own = [row for row in rows if row["analysis_id"] == analysis_id]
        rates = [row for row in own if row["group_name"]]
        landmarks = list(dict.fromkeys(row["time_months"] for row in rates))
        printed = [
            [
                f"from {origin}: {words}",
                *(
                    percent_interval(row)
                    for months in landmarks
                    for row in rates
                    if (row["group_name"], row["group_level"], row["time_months"]) == (origin, words, months)
                ),
            ]
            for origin, words in dict.fromkeys((row["group_name"], row["group_level"]) for row in rates)
        ]
        spread = ["lowest to highest", *(_spread(own, months) for months in landmarks)]
        label = rates[0]["label"].rpartition(", at ")[0] if rates else analysis_id
        header = ["Definition", *(f"% at {months:g} months (95 % interval)" for months in landmarks)]
        found.append((label, PrintedTable(header, [*printed, spread], [])))
    return found


def _spread(rows: list[Row], months: float) -> str:
    ends = {row["statistic"]: row["estimate"] for row in rows if row["time_months"] == months and not row["group_name"]}
    return f"{percent(ends['min'])} to {percent(ends['max'])}" if ends else "–"


def benchmark_table(analysis: pl.DataFrame) -> PrintedTable:
    """Endpoints beside what other studies published of the same kind; where definitions differ, it says so."""
    rows = rows_of(analysis, section="benchmark")
    printed = []
    for row in rows:
        of_rates = row["statistic"] == "difference"
        shown = _signed(row) if of_rates else ratio_interval(row)
        printed.append(
            [
                row["label"],
                "difference, % points" if of_rates else "observed to expected events",
                shown if row["status"] == "estimated" else "not estimable",
                p_value(row["p_value"]) if row["p_value"] is not None else "",
                row["note"].removesuffix(CAUTION).rstrip("; "),
            ]
        )
    header = ["Against", "", "Estimate (95 % interval)", "p", "Where the definitions differ"]
    return PrintedTable(header, printed, [f"What this can't show: {CAUTION}."] if rows else [])


def _signed(row: Row) -> str:
    if row["estimate"] is None:
        return "–"
    bounds = [row[name] for name in ("ci_low", "ci_high")]
    interval = "" if None in bounds else f" ({100 * bounds[0]:+.1f} to {100 * bounds[1]:+.1f})"
    return f"{100 * row['estimate']:+.1f}{interval}"
