"""Sections that hold one thing against another: two infusions of a subject, the paper against the pipeline."""

from __future__ import annotations

import polars as pl

from transforms.analyses.benchmark import CAUTION
from transforms.reports.numbers import DASH, p_value, percent, percent_interval, ratio_interval
from transforms.reports.parts import Part, PrintedTable, Row, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words


def paired_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Events and dose after the second infusion against the first, in subjects who had both."""
    rows = rows_of(analysis, section="paired", statistic="comparison")
    differences = {
        (row["group_name"], row["group_level"]): row
        for row in rows_of(analysis, section="paired", statistic="difference")
    }
    printed = []
    for row in rows:
        name = words.told(row["group_name"])
        if row["group_level"]:
            name = words.joined([name, words.told(row["group_level"])])
        difference = differences.get((row["group_name"], row["group_level"]))
        told = _signed(difference, words) if difference else ""
        p = p_value(row["p_value"]) if row["p_value"] is not None else DASH
        discordant = words.told(row["note"].rpartition("; ")[2]) if row["group_level"] else ""
        printed.append([name, discordant, told, p])
    methods = sorted({words.told(row["p_method"]) for row in rows if row["p_method"]})
    notes = [words("paired.methods", methods=words("list.strong_separator").join(methods))] if methods else []
    header = [words("paired.title"), words("paired.once"), words("paired.difference"), "p"]
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="paired")])


def published_part(comparison: pl.DataFrame, figures: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Every figure of the paper beside the pipeline's own; of what can't be compared, why."""
    joined = comparison.join(
        figures.select("figure_id", "unit", "population"), on="figure_id", how="left", maintain_order="left"
    ).sort("position", pl.col("part") != "value", "part")
    printed = []
    for row in joined.iter_rows(named=True):
        whole = row["part"] == "value"
        part = row["figure_id"] if whole else f"{row['figure_id']} ({words('published.' + row['part'])})"
        says = f"{row['printed']} {words.told(row['unit'])}".strip() if whole else words.told(row["printed"])
        verdict = words(f"published.verdict.{str(row['equal']).lower()}")
        remark = _remark(row["rounding"], row["note"], words)
        printed.append([part, words.told(row["population"]), says, words.told(row["computed"]), verdict, remark])
    columns = ("figure", "population", "printed", "computed", "equal", "remark")
    header = [words(f"published.{column}") for column in columns]
    asked = queries.printed("results.published_comparison", "position, part <> 'value', part")
    return Part(table=PrintedTable(header, printed), queries=[asked])


def _remark(rounding: str | None, note: str | None, words: Words) -> str:
    unusual = rounding in ("half-even", "truncate", "outward")
    parts = [words("published.rounded", how=words(f"rounding.{rounding}")) if unusual else "", words.told(note)]
    return words("list.strong_separator").join(part for part in parts if part)


def findings_part(findings: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """What the linter of figures found in the paper, errors first."""
    rows = findings.filter(origin="printed").sort(pl.col("severity") != "error", "check_name", "figures")
    printed = [
        [words(f"severity.{severity}"), figures, words.told(what)]
        for severity, figures, what in rows.select("severity", "figures", "what").iter_rows()
    ]
    header = [words("findings.severity"), words("findings.figures"), words("findings.what")]
    asked = queries.printed("results.finding", "severity, check_name, figures", origin="printed")
    return Part(words("findings.title"), PrintedTable(header, printed), queries=[asked])


def definitions_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Of each endpoint with several legal definitions, the rates under each; the protocol's own stands first."""
    rows = rows_of(analysis, section="definitions")
    found = []
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in rows):
        own = [row for row in rows if row["analysis_id"] == analysis_id]
        rates = [row for row in own if row["group_name"]]
        landmarks = list(dict.fromkeys(row["time_months"] for row in rates))
        printed = [
            [
                words("definitions.from", origin=words.told(origin), definition=words.told(definition)),
                *(
                    percent_interval(row, words)
                    for months in landmarks
                    for row in rates
                    if (row["group_name"], row["group_level"], row["time_months"]) == (origin, definition, months)
                ),
            ]
            for origin, definition in dict.fromkeys((row["group_name"], row["group_level"]) for row in rates)
        ]
        spread = [words("definitions.spread"), *(_spread(own, months, words) for months in landmarks)]
        label = words.told(rates[0]["label"].rpartition(", at ")[0]) if rates else analysis_id
        header = [words("definitions.definition"), *(words("percent_at", months=f"{time:g}") for time in landmarks)]
        asked = [queries.printed(analysis_id=analysis_id)]
        found.append(Part(label, PrintedTable(header, [*printed, spread]), queries=asked))
    return found


def _spread(rows: list[Row], months: float, words: Words) -> str:
    ends = {row["statistic"]: row["estimate"] for row in rows if row["time_months"] == months and not row["group_name"]}
    return words("range", low=percent(ends["min"]), high=percent(ends["max"])) if ends else DASH


def benchmark_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Endpoints beside what other studies published of the same kind; where definitions differ, it says so."""
    rows = rows_of(analysis, section="benchmark")
    printed = []
    for row in rows:
        of_rates = row["statistic"] == "difference"
        shown = _signed(row, words) if of_rates else ratio_interval(row)
        printed.append(
            [
                words.told(row["label"]),
                words("benchmark.difference" if of_rates else "benchmark.ratio"),
                shown if row["status"] == "estimated" else words("benchmark.not_estimable"),
                p_value(row["p_value"]) if row["p_value"] is not None else "",
                words.told(row["note"].removesuffix(CAUTION).rstrip("; ")),
            ]
        )
    header = [
        words("benchmark.against"),
        words("benchmark.quantity"),
        words("estimate_interval"),
        "p",
        words("benchmark.differ"),
    ]
    notes = [words("benchmark.caution", caution=words.told(CAUTION))] if rows else []
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="benchmark")])


def _signed(row: Row, words: Words) -> str:
    """`+2.3 (-10.1 to +14.8)` percentage points."""
    if row["estimate"] is None:
        return DASH
    bounds = [row[name] for name in ("ci_low", "ci_high")]
    interval = ""
    if None not in bounds:
        interval = f" ({words('range', low=f'{100 * bounds[0]:+.1f}', high=f'{100 * bounds[1]:+.1f}')})"
    return f"{100 * row['estimate']:+.1f}{interval}"
