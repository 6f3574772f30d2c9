"""The pages of one study, the printed report and the interactive one beside it: everything a page needs is in its one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.death_classes import SECTION as DEATHS
from schemas.protocol import Figures
from schemas.protocol.courses import Course
from schemas.protocol.multi_state import analysis_of
from schemas.protocol.printing import Intervals
from schemas.protocol.timelines import Timeline
from transforms.analyses.benchmark import CAUTION
from transforms.analyses.disposition import SIDES
from transforms.figures import draw_flow
from transforms.figures.flow_diagram import FlowBox
from transforms.reports.calendar import calendar_part
from transforms.reports.comparisons import benchmark_part, definitions_parts, paired_part
from transforms.reports.contracts import contracts_part
from transforms.reports.courses import recovery_part, swimmer_part, waterfall_parts
from transforms.reports.deaths import classed_deaths_part
from transforms.reports.disclosure import protect
from transforms.reports.estimands import estimand_sections
from transforms.reports.explore import open_questions, render_explore
from transforms.reports.explore_curves import CurveTables
from transforms.reports.further import further_parts
from transforms.reports.headlines import headlines
from transforms.reports.indicators import indicators_part
from transforms.reports.laboratory_courses import laboratory_course_parts
from transforms.reports.methods import endpoints_part, estimands_part, methods_paragraph
from transforms.reports.models import model_parts
from transforms.reports.outcomes import follow_up_part, outcome_parts
from transforms.reports.page_templates import environment
from transforms.reports.paper import findings_part, paper_part
from transforms.reports.parts import Part, rows_of
from transforms.reports.profile import profile_links, profile_list_part, render_profiles
from transforms.reports.quality import answer_times_part, cells_part, open_queries_part, rows_part
from transforms.reports.queries import Queries
from transforms.reports.reach import reach_parts
from transforms.reports.robustness import correlation_notes, expansion_parts, fragility_part, kinetics_parts
from transforms.reports.rounded_curves import rounded_down
from transforms.reports.sections import (
    baseline_part,
    deaths_part,
    losses_part,
    populations_part,
    response_parts,
    toxicity_parts,
)
from transforms.words import Names, Words, worded, words_in

NOTHING = Part()


@dataclass(frozen=True)
class StudyReport:
    """What a study's page is made from.

    study: study_id, title, registry_id, design, citation, doi, notice, data_cut, latest_extract, sites (list of id and name).
    tables: the study's tables by full name. provenance: what the numbers follow from, by the key of its label. sentences:
    the results in words. limits: the limit of quantification of each quantity of CAR-T cells that has one. model_endpoints:
    the endpoint of each model. names: what the protocol calls its things. contracts: the timelines of the protocol. remedies: what each rule asks for in the language of the page. smallest_count: counts below
    it are not shown, nor what shows single subjects. figures: what the protocol chose for them. courses: laboratory tests it has drawn. words: the language of the page.
    """

    study: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    provenance: Mapping[str, str]
    sentences: Sequence[str] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    model_endpoints: Mapping[str, str | None] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    contracts: Sequence[Timeline] = ()
    shown_at: Mapping[str, float] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)
    smallest_count: int | None = None
    fewest_at_risk: int = 1
    figures: Figures = field(default_factory=Figures)
    courses: Sequence[Course] = ()
    intervals: Intervals = field(default_factory=Intervals)
    words: Words = field(default_factory=lambda: words_in("en"))


@dataclass(frozen=True)
class StudyPages:
    """The pages as HTML, no address of which is fetched.

    report: inline style and SVG, no script. explore: what it shows, to look into. profiles: a page per subject by its key, where
    the protocol asks for them.
    """

    report: str
    explore: str
    profiles: Mapping[str, str] = field(default_factory=dict)


def render_study_pages(report: StudyReport, *, subjects: bool = True) -> StudyPages:
    """Both pages, from the same parts; those of subjects, where they are wanted and may be made."""
    analysis, curve = report.tables["results.analysis"], report.tables["results.curve"]
    # What every comparison with another study has to be read with stands once, below their table.
    reasons = report.tables["results.reason"].filter(pl.col("code") != CAUTION.code)
    smallest = report.smallest_count
    if smallest:
        shown = protect(analysis, reasons, curve, smallest)
        analysis, reasons, curve = shown.analysis, shown.reasons, shown.curve
    words = report.words
    analysis = worded(analysis, reasons, report.names, words)
    queries = Queries(report.study["study_id"], analysis)
    outcomes = _outcomes(report, analysis, curve, queries)
    page = (
        environment()
        .get_template("study.html.j2")
        .render(
            say=words,
            told=words.told,
            study=report.study,
            smallest=smallest,
            **_subjects(report, analysis, queries),
            **_single_subjects(report, analysis, queries),
            **outcomes,
            order=_section_order(analysis),
            quality=_quality(report, analysis, queries),
            findings=findings_part(report.tables["results.finding"], queries, words),
            endpoints=[
                endpoints_part(report.tables, queries, words),
                estimands_part(report.tables, queries, words),
                *([contracts_part(report.contracts, report.tables, words)] if report.contracts else []),
            ],
            methods=methods_paragraph(analysis, words),
            sentences=report.sentences,
            provenance=report.provenance,
        )
    )
    explore = _explore(report, analysis, curve, outcomes["outcomes"])
    profiles = (
        render_profiles(report.study, report.tables, report.provenance, words)
        if subjects and _shows_profiles(report)
        else {}
    )
    return StudyPages(page, explore, profiles)


def _shows_profiles(report: StudyReport) -> bool:
    """Whether single subjects may have pages, and the protocol asks for them."""
    return report.figures.profiles and not report.smallest_count


def _explore(report: StudyReport, analysis: pl.DataFrame, curve: pl.DataFrame, outcomes: Sequence[Part]) -> str:
    """The interactive page. analysis, curve, outcomes: what of them the report shows."""
    words, smallest, beside = report.words, report.smallest_count, report.tables["results.curve_beside"]
    if smallest:
        # Curves under other definitions differ by single subjects, and other intervals are those of counts not rounded.
        beside = beside.clear()
    tables = CurveTables(
        analysis=_primary_first(analysis),
        curve=curve,
        beside=beside,
        roles=report.tables["meta.endpoint_role"],
        days_0=days_0_of(report),
        shown_at=report.shown_at,
        intervals=report.intervals,
        fewest_at_risk=report.fewest_at_risk,
        hides_counts=bool(smallest),
        words=words,
    )
    # By site and rule they count single rows, as on the printed page.
    asked = [] if smallest else open_questions(report.tables["meta.site_query"], report.remedies, smallest, words)
    bands = report.figures.group_intervals
    return render_explore(report.study, tables, outcomes, asked, report.provenance, bands=bands, smallest=smallest)


def _indicators(report: StudyReport, queries: Queries) -> list[Part]:
    """Key risk indicators of sites, where the protocol asks for them."""
    rows = report.tables["results.site_indicator"]
    if rows.is_empty():
        return []
    return [indicators_part(rows, dict(report.study["sites"]), report.smallest_count, queries, report.words)]


def _quality(report: StudyReport, analysis: pl.DataFrame, queries: Queries) -> list[Part]:
    """What became of rows and cells, and what sites are asked: by file and row, so nothing where small counts are suppressed."""
    if report.smallest_count:
        return []
    return [
        rows_part(report.tables, queries, report.words),
        cells_part(report.tables, queries, report.words),
        open_queries_part(report.tables, report.remedies, queries, report.words),
        *reach_parts(report.tables, analysis, queries, report.words),
        *filter(None, [answer_times_part(report.tables, queries, report.words)]),
        *_indicators(report, queries),
    ]


# The sections that answer a study's questions, in the order of the page but that the primary outcome's comes first.
SECTIONS = ("outcomes", "response", "toxicity")


def _section_order(analysis: pl.DataFrame) -> list[str]:
    """The section of the primary outcome first, then survival with deaths and follow-up, then the others."""
    primary = analysis.filter(purpose="primary")["section"].unique().to_list()
    first = [
        name for name in SECTIONS if name in primary or (name == "outcomes" and {"survival", "competing"} & {*primary})
    ]
    return list(dict.fromkeys([*first, *SECTIONS]))


def days_0_of(report: StudyReport) -> dict[str, str]:
    """What the time of each endpoint is counted from, as the protocol calls it."""
    endpoints = report.tables["meta.endpoint"]["paramcd", "origin"].iter_rows()
    return {name: report.words.told(report.names.origins.get(origin, origin)) for name, origin in endpoints}


def _days_0_of_states(report: StudyReport) -> dict[str, str]:
    """The same of each multi-state model, by its analysis."""
    models = report.tables["meta.state_model"]["model", "origin"].iter_rows()
    return {analysis_of(name): report.words.told(report.names.origins.get(origin, origin)) for name, origin in models}


def _primary_first(analysis: pl.DataFrame) -> pl.DataFrame:
    """Rows with those of primary outcomes before the others, each in its order."""
    later = (pl.col("purpose") != "primary").cast(pl.Int64) * (analysis["position"].max() or 0)  # type: ignore[operator]
    return analysis.with_columns(position=pl.col("position") + later)


def _subjects(report: StudyReport, analysis: pl.DataFrame, queries: Queries) -> dict[str, Any]:
    """Who the subjects are, how they responded and what they suffered."""
    words, subjects = report.words, report.tables["adam.adsl"].height
    if report.smallest_count:
        subjects = rounded_down(subjects, report.smallest_count)
    return {
        "headlines": headlines(analysis, subjects, report.shown_at, words),
        "flow": flow_part(analysis, queries, words),
        "populations": populations_part(analysis, queries, words),
        "baseline": baseline_part(analysis, subjects, queries, words),
        "responses": response_parts(analysis, queries, words),
        "toxicity": toxicity_parts(analysis, queries, words),
    }


def _deaths(
    tables: Mapping[str, pl.DataFrame], analysis: pl.DataFrame, queries: Queries, words: Words, links: Mapping[str, str]
) -> Part:
    """Every death; with its class where the protocol tells deaths by class."""
    adsl = tables["adam.adsl"]
    if analysis.filter(section=DEATHS).is_empty():
        return deaths_part(adsl, queries, words, links)
    return classed_deaths_part(adsl, tables["adam.adex"], queries, words, links)


def _single_subjects(report: StudyReport, analysis: pl.DataFrame, queries: Queries) -> dict[str, Any]:
    """What shows single subjects, or counts of them that other tables would give away; nothing where those are suppressed."""
    words, tables = report.words, report.tables
    if report.smallest_count:
        none = {"paired": NOTHING, "swimmer": NOTHING, "deaths": NOTHING, "recoveries": NOTHING, "paper": NOTHING}
        return {**none, "profiles": NOTHING, "calendar": NOTHING, "waterfalls": [], "laboratory": []}
    links = profile_links(report.study["study_id"], tables) if _shows_profiles(report) else {}
    comparison, figures = tables["results.paper_comparison"], tables["meta.paper_figure"]
    return {
        "deaths": _deaths(tables, analysis, queries, words, links),
        "paired": paired_part(analysis, queries, words),
        "swimmer": swimmer_part(tables, queries, words, ids=report.figures.swimmer_ids, links=links),
        "profiles": profile_list_part(tables, links, queries, words) if links else NOTHING,
        "calendar": calendar_part(tables["adam.adcal"], dict(report.study["sites"]), queries, words),
        "waterfalls": waterfall_parts(tables, queries, words, of=report.figures.waterfall),
        "laboratory": laboratory_course_parts(report.courses, tables, queries, words),
        "recoveries": recovery_part(tables, queries, words),
        "paper": paper_part(comparison, figures, queries, words),
    }


def _outcomes(report: StudyReport, analysis: pl.DataFrame, curve: pl.DataFrame, queries: Queries) -> dict[str, Any]:
    """What became of the subjects, and what that rests on."""
    words = report.words
    return {
        "follow_up": follow_up_part(analysis, queries, words),
        "outcomes": outcome_parts(
            _primary_first(analysis),
            curve,
            report.tables["meta.endpoint_role"],
            report.fewest_at_risk,
            days_0_of(report),
            queries,
            words,
            bands=report.figures.group_intervals,
        ),
        "estimands": estimand_sections(analysis, curve, _days_0_of_states(report), report.names, queries, words),
        "losses": losses_part(analysis, queries, words),
        "further": further_parts(analysis, curve, report.names, queries, words),
        "models": model_parts(analysis, report.model_endpoints, report.names, queries, words),
        **_kinetics(report, analysis, queries),
        "fragility": fragility_part(analysis, queries, words),
        "definitions": definitions_parts(analysis, report.names, queries, words),
        "benchmark": benchmark_part(analysis, report.names, queries, words),
    }


def _kinetics(report: StudyReport, analysis: pl.DataFrame, queries: Queries) -> dict[str, Any]:
    """CAR-T cells over time; they show single subjects."""
    if report.smallest_count:
        return {"expansion": [], "kinetics": [], "correlations": []}
    return {
        "expansion": expansion_parts(report.tables["adam.adcks"], report.limits, queries, report.words),
        "kinetics": kinetics_parts(analysis, queries, report.words),
        "correlations": correlation_notes(analysis, report.words),
    }


def flow_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """How many subjects came how far."""
    boxes = [
        FlowBox(
            row["label"],
            None if row["estimate"] is None else int(row["estimate"]),
            SIDES.get(row["measure"], "line"),
        )
        for row in rows_of(analysis, analysis_id="disposition")
    ]
    asked = [queries.printed(analysis_id="disposition"), queries.rows("adam.adsl"), queries.rows("adam.adrs")]
    return Part(figure=draw_flow(boxes, words("flow.title")), queries=asked)
