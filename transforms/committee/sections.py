"""The sections of the committee's reports. Both are made by the same functions: the open one from results that were masked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.committee.document import Section
from transforms.committee.masking import Told
from transforms.reports.dose_finding import dose_parts
from transforms.reports.interim import interim_parts
from transforms.reports.outcomes import follow_up_part, outcome_parts
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.quality import rows_part
from transforms.reports.queries import Queries
from transforms.reports.safety import hematotoxicity_parts, stopping_parts
from transforms.reports.sections import (
    baseline_part,
    deaths_part,
    losses_part,
    populations_part,
    response_parts,
    toxicity_parts,
)
from transforms.reports.study_page import StudyReport, days_0_of, flow_part
from transforms.words import Words, worded

# The lowest grade of adverse events that are listed one by one.
SEVERE = 3


@dataclass(frozen=True)
class Shown:
    """What a report is made of: the study, its results as they may be told, in words."""

    report: StudyReport
    told: Told
    closed: bool

    @property
    def words(self) -> Words:
        """The language of the report."""
        return self.report.words

    @property
    def analysis(self) -> pl.DataFrame:
        """Rows of results.analysis in words."""
        return worded(self.told.analysis, self.told.reasons, self.report.names, self.words)


def result_sections(shown: Shown) -> list[Section]:
    """All sections with results, in print order; those without are left out."""
    analysis = shown.analysis
    queries = Queries(shown.report.study["study_id"], analysis)
    words = shown.words
    made: list[tuple[str, Sequence[Part]]] = [
        ("flow.title", list(_subjects(shown, analysis, queries))),
        ("baseline.title", [baseline_part(analysis, shown.report.tables["adam.adsl"].height, queries, words)]),
        ("toxicity.title", toxicity_parts(analysis, queries, words)),
        ("hematotoxicity.title", hematotoxicity_parts(analysis, queries, words)),
        ("stopping.title", stopping_parts(analysis, queries, words)),
        ("interim.title", interim_parts(analysis, queries, words, standing=shown.closed)),
        ("response.title", response_parts(analysis, queries, words)),
        ("outcome.title", list(_outcomes(shown, analysis, queries))),
        ("dose_finding.title", dose_parts(analysis, queries, words)),
        ("losses.title", [losses_part(analysis, queries, words)]),
        ("pack.listings", list(_listings(shown, queries)) if shown.closed else []),
        ("quality.title", [rows_part(shown.report.tables, queries, words)] if shown.closed else []),
    ]
    sections = [(heading, [part for part in parts if _holds(part)]) for heading, parts in made]
    return [Section(words(heading), parts) for heading, parts in sections if parts]


def _holds(part: Part) -> bool:
    return bool(part.table.rows or part.figure or part.parts)


def _subjects(shown: Shown, analysis: pl.DataFrame, queries: Queries) -> Iterator[Part]:
    yield flow_part(analysis, queries, shown.words)
    yield populations_part(analysis, queries, shown.words)


def _outcomes(shown: Shown, analysis: pl.DataFrame, queries: Queries) -> Iterator[Part]:
    yield follow_up_part(analysis, queries, shown.words)
    report = shown.report
    roles, days_0 = report.tables["meta.endpoint_role"], days_0_of(report)
    yield from outcome_parts(
        analysis, shown.told.curve, roles, report.fewest_at_risk, days_0, queries, shown.words, bands=report.figures.group_intervals
    )  # fmt: skip


def _listings(shown: Shown, queries: Queries) -> Iterator[Part]:
    """Deaths and severe adverse events, one by one. Rows of single subjects."""
    yield deaths_part(shown.report.tables["adam.adsl"], queries, shown.words)
    yield Part(shown.words("pack.severe", grade=SEVERE), _severe(shown.report.tables, shown.words))


def _severe(tables: Mapping[str, pl.DataFrame], words: Words) -> PrintedTable:
    severe = tables["adam.adae"].filter((pl.col("atoxgr") >= SEVERE).fill_null(value=True), pl.col("occurfl") != "N")
    printed = [
        [row["subject_id"], words.told(row["aeterm"]) or words("unknown"), words("unknown") if row["atoxgr"] is None else str(row["atoxgr"]), words.told(row["atoxscale"]),
         words.infusion(row["infusion_number"]) if row["infusion_number"] else words("unknown"),
         words("unknown") if row["astdy"] is None else str(row["astdy"])]
        for row in severe.sort("subject_id", "infusion_number", "astdy", "aeterm", "srcseq").iter_rows(named=True)
    ]  # fmt: skip
    columns = ("subject", "term", "grade", "scale", "infusion", "day")
    return PrintedTable([words(f"pack.{column}") for column in columns], printed)
