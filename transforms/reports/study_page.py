"""The page of one study: everything it needs is in the one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from transforms.figures import draw_flow
from transforms.figures.flow_diagram import FlowBox
from transforms.reports.comparisons import (
    benchmark_table,
    definitions_tables,
    findings_table,
    paired_table,
    published_table,
)
from transforms.reports.courses import recovery_table, swimmer_figure, waterfalls
from transforms.reports.numbers import count_of, median_interval, percent_interval
from transforms.reports.outcomes import printed_models, printed_outcomes
from transforms.reports.robustness import correlation_notes, expansion_figures, fragility_table, kinetics_tables
from transforms.reports.sections import (
    PrintedTable,
    Row,
    baseline_table,
    losses_table,
    response_tables,
    rows_of,
    toxicity_tables,
)
from transforms.reports.suppression import suppress_at_risk, suppress_small_counts

NO_TABLE = PrintedTable([], [], [])
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class StudyReport:
    """What a study's page is made from.

    study: title, registry_id, design, citation, doi, data_cut, latest_extract, sites (list of id and name).
    tables: the study's tables by full name. provenance: what the numbers follow from, as label and value.
    sentences: the results in words. limits: the limit of quantification of each quantity of CAR-T cells that has one.
    smallest_count: counts below it are not shown, nor what shows single subjects.
    """

    study: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    provenance: Mapping[str, str]
    sentences: Sequence[str] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    smallest_count: int | None = None


def render_study_report(report: StudyReport) -> str:
    """The page as HTML: inline style and SVG, no script, no address that is fetched."""
    analysis, curve = report.tables["results.analysis"], report.tables["results.curve"]
    smallest = report.smallest_count
    if smallest:
        analysis, curve = suppress_small_counts(analysis, smallest), suppress_at_risk(curve, smallest)
    subjects = report.tables["adam.adsl"].height
    return (
        environment()
        .get_template("study.html.j2")
        .render(
            study=report.study,
            subjects=subjects,
            headlines=_headlines(analysis, subjects),
            flow=Markup(_flow(analysis)),  # noqa: S704 - our own SVG, its labels escaped
            baseline=baseline_table(analysis, subjects),
            responses=response_tables(analysis),
            toxicity=toxicity_tables(analysis),
            smallest=smallest,
            # What shows single subjects, or counts of them that other tables would give away.
            paired=NO_TABLE if smallest else paired_table(analysis),
            swimmer="" if smallest else swimmer_figure(report.tables),
            waterfalls=[] if smallest else waterfalls(report.tables),
            recoveries=NO_TABLE if smallest else recovery_table(report.tables),
            published=NO_TABLE
            if smallest
            else published_table(report.tables["results.published_comparison"], report.tables["meta.published_figure"]),
            follow_up=_follow_up(analysis),
            outcomes=printed_outcomes(analysis, curve, report.tables["meta.endpoint_role"]),
            losses=losses_table(analysis),
            models=printed_models(analysis),
            kinetics=[] if smallest else kinetics_tables(analysis),
            expansion=[] if smallest else expansion_figures(report.tables["adam.adcks"], report.limits),
            correlations=correlation_notes(analysis),
            fragility=fragility_table(analysis),
            definitions=definitions_tables(analysis),
            benchmark=benchmark_table(analysis),
            quality=_quality(report.tables),
            queries=_queries(report.tables["meta.site_query"].filter(status="open")),
            methods=_methods(analysis),
            sentences=report.sentences,
            findings=findings_table(report.tables["results.finding"]),
            provenance=report.provenance,
        )
    )


@cache
def environment() -> Environment:
    """Templates with escaping on; a name a template misspells is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _headlines(analysis: pl.DataFrame, subjects: int) -> list[tuple[str, str, str]]:
    """The figures a reader looks for first: label, value, interval or population."""
    found = [("Subjects", str(subjects), "enrolled")]
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in rows_of(analysis, section="response")):
        row = rows_of(analysis, analysis_id=analysis_id, population="evaluable", group_name="")[0]
        value, _, interval = percent_interval(row).partition(" ")
        label = f"{row['group_level']} after infusion {analysis_id.removeprefix('response.i')}"
        found.append((label, f"{value} %", f"{count_of(row, ' of ')} evaluable {interval}"))
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in _timed(analysis)):
        of_endpoint = [
            row for row in _timed(analysis) if row["analysis_id"] == analysis_id and row["time_months"] is not None
        ]
        at_year = next((row for row in of_endpoint if row["time_months"] == 12), None)
        if at_year is not None and at_year["statistic"] in ("survival", "cumulative_incidence"):
            value, _, interval = percent_interval(at_year).partition(" ")
            found.append((f"{at_year['label'].split(',')[0]}, 12 months", f"{value} %", interval))
    return found[:7]


def _timed(analysis: pl.DataFrame) -> list[Row]:
    rows = [*rows_of(analysis, section="survival"), *rows_of(analysis, section="competing")]
    return [row for row in rows if not row["group_name"] and row["estimate"] is not None]


def _flow(analysis: pl.DataFrame) -> str:
    boxes = [
        FlowBox(row["label"], None if row["estimate"] is None else int(row["estimate"]), row["group_name"] or "line")
        for row in rows_of(analysis, section="disposition")
    ]
    return draw_flow(boxes, "Subject flow")


def _follow_up(analysis: pl.DataFrame) -> list[tuple[str, str]]:
    rows = rows_of(analysis, section="followup")
    printed = []
    for label in dict.fromkeys(row["label"] for row in rows):
        value = {row["statistic"]: row for row in rows if row["label"] == label}
        text = median_interval(value["median_time"])
        if "min" in value:
            text = f"{value['median_time']['estimate']:.1f} (range {value['min']['estimate']:.1f}–{value['max']['estimate']:.1f})"
        printed.append((label, text))
    return printed


def _quality(tables: Mapping[str, pl.DataFrame]) -> PrintedTable:
    """What became of every row, by file and sheet."""
    header = [
        "File",
        "Sheet",
        "Read",
        "Accepted",
        "Quarantined",
        "Duplicate",
        "Superseded",
        "Set aside",
        "Unclaimed",
    ]
    counts = ["rows_read", "accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed"]
    rows = (
        tables["meta.reconciliation"].sort("source_file", "source_sheet").select("source_file", "source_sheet", *counts)
    )
    total = rows.select(pl.col(counts).sum()).row(0)
    printed = [[str(cell) for cell in row] for row in rows.iter_rows()]
    return PrintedTable(header, [*printed, ["All", "", *map(str, total)]], [])


def _queries(queries: pl.DataFrame) -> PrintedTable:
    """Open questions by site, rule and place."""
    where = pl.concat_str(
        [pl.col("source_file").str.split("/").list.last(), "source_sheet"], separator=" ", ignore_nulls=True
    )
    grouped = (
        queries.with_columns(where=where.str.strip_chars())
        .group_by("site_id", "rule_id", "severity", "remedy", "where")
        .agg(pl.col("source_row").drop_nulls().sort().cast(pl.String))
        .sort("site_id", "rule_id", "where")
    )
    printed = [
        [site, f"{where}, {_row_list(rows)}", rule, severity, remedy]
        for site, rule, severity, remedy, where, rows in grouped.iter_rows()
    ]
    return PrintedTable(["Site", "Where", "Rule", "Severity", "What to do"], printed, [])


def _row_list(rows: Sequence[str]) -> str:
    if not rows:
        return "header"
    shown = ", ".join(rows[:6]) + (" …" if len(rows) > 6 else "")
    return f"row {shown}" if len(rows) == 1 else f"rows {shown}"


def _methods(analysis: pl.DataFrame) -> list[str]:
    """The methods that were really run, section by section."""
    named = analysis.filter(pl.col("method") != "").unique(["section", "method"], maintain_order=True)
    words = {
        "response": "Proportions of response", "toxicity": "Proportions of adverse events", "followup": "Follow-up",
        "survival": "Time to event", "competing": "Competing risks", "model": "Models",
    }  # fmt: skip
    return [
        f"{words[section]}: {'; '.join(methods)}."
        for section, methods in named.group_by("section", maintain_order=True).agg("method").iter_rows()
        if section in words
    ]
