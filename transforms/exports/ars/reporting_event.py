"""The reporting event: every part of the standard, put together for one study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.adam_variables import LIKE
from schemas.protocol import Protocol
from transforms.endpoints import endpoint_queries
from transforms.exports.ars.analyses import NO_PURPOSE, PIPELINE_REASON, analyses_of, analysis, told_results
from transforms.exports.ars.data_subsets import data_subsets, table_of
from transforms.exports.ars.groupings import groupings
from transforms.exports.ars.keys import Row, identifier
from transforms.exports.ars.methods import method, method_id, program_of_section
from transforms.exports.ars.outputs import Printed, contents, line_label, outputs
from transforms.exports.ars.populations import analysis_sets
from transforms.reports.disclosure import protect
from transforms.reports.rounded_curves import rounded_down
from transforms.words import Names, Words, worded

PROGRAMS = "sql"
# What computes a table that no SQL fills.
COMPUTED = {"adam.adck": "transforms/analyses/cell_kinetics.py"}


@dataclass(frozen=True)
class EventSource:
    """What an event is made of.

    tables: results.analysis, results.reason, results.curve (where small counts are not told), adam.adsl, meta.endpoint, meta.endpoint_role and meta.study of the study. names, words: what it
    calls its things, and the language of its report. code: version and hash of the code. smallest_count: counts below it are not told.
    """

    protocol: Protocol
    tables: Mapping[str, pl.DataFrame]
    names: Names
    words: Words
    code: str
    smallest_count: int | None = None

    def printed(self) -> Printed:
        """The results in words, as the report prints them."""
        analysis, reasons = self.tables["results.analysis"], self.tables["results.reason"]
        subjects = self.tables["adam.adsl"].height
        if self.smallest_count:
            shown = protect(analysis, reasons, self.tables["results.curve"], self.smallest_count)
            analysis, reasons = shown.analysis, shown.reasons
            subjects = rounded_down(subjects, self.smallest_count)
        params = self.tables["meta.endpoint"].select(endpoint="paramcd", param="param")
        told = worded(analysis, reasons, self.names, self.words).join(
            params, on="endpoint", how="left", maintain_order="left"
        )
        return Printed(
            told.with_columns(population_label="population"),
            subjects,
            self.tables["meta.endpoint_role"],
            self.words.calling(self.names),
            self.protocol.study_id,
        )


def reporting_event(source: EventSource) -> tuple[dict[str, Any], pl.DataFrame]:
    """The event as JSON takes it, and where each result of the warehouse stands in it (the columns TOLD)."""
    printed, protocol, words = source.printed(), source.protocol, source.words
    rows = printed.rows
    found = analyses_of(rows)
    methods: dict[str, list[Row]] = {}
    for of_analysis in found.values():
        methods.setdefault(method_id(of_analysis), []).extend(of_analysis)
    places = told_results(rows)
    event = {
        "id": f"ARS.{protocol.study_id}",
        "name": protocol.title,
        "label": words.told(protocol.title),
        "description": _description(source),
        "version": 1,
        "mainListOfContents": contents(printed),
        "referenceDocuments": _documents(rows),
        "terminologyExtensions": [
            REASONS,
            *([PURPOSES] if any(not row["purpose"] for row in rows) else []),
        ],
        "analysisSets": analysis_sets(rows, protocol),
        "dataSubsets": data_subsets(rows, protocol),
        "analysisGroupings": groupings(rows, protocol, words),
        "methods": [method(id_, of_method, words) for id_, of_method in methods.items()],
        "analyses": [
            analysis(id_, of_analysis, line_label(of_analysis[0], printed), words) for id_, of_analysis in found.items()
        ],
        "outputs": outputs(printed),
        # The schema leaves room for more at this level alone: the id under which basis.parquet and `cartrove trace` know each result.
        "cartroveResults": [
            {"resultId": id_, "analysisId": of, "operationIds": operations, "groupIds": groups}
            for id_, of, operations, groups in places.iter_rows()
        ],
    }
    return event, places


def _description(source: EventSource) -> str:
    study = source.tables["meta.study"].row(0, named=True)
    told = {
        "Registry": study["registry_id"],
        "Design": study["design"],
        "Data cut": study["data_cut"],
        "Latest export": study["latest_extract"],
        "Build": study["build_key"],
        "Code": source.code,
    }
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value)


REASONS = {
    "id": "TE.reason",
    "enumeration": "AnalysisReasonEnum",
    "sponsorTerms": [{"id": PIPELINE_REASON, "submissionValue": "COMPUTED FOR EVERY STUDY"}],
}
# Of a study whose protocol states no outcomes.
PURPOSES = {
    "id": "TE.purpose",
    "enumeration": "AnalysisPurposeEnum",
    "sponsorTerms": [{"id": NO_PURPOSE, "submissionValue": "NOT STATED BY THE PROTOCOL"}],
}


def programs_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The SQL that fills each endpoint table the results rest on, by its file name."""
    queries = endpoint_queries()
    found = {}
    for table in dict.fromkeys(map(table_of, rows)):
        if (sql := queries.get(f"adam.{LIKE.get(table, table)}")) is not None:
            found[f"{table}.sql"] = sql
    return found


def _documents(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The SQL of the endpoint tables, beside the event, and the programs of the sections, in the repository."""
    tables = dict.fromkeys(map(table_of, rows))
    beside = programs_of(rows)
    sql = [
        {
            "id": identifier("DOC", f"adam.{table}"),
            "name": f"adam.{table}",
            "location": f"{PROGRAMS}/{table}.sql" if f"{table}.sql" in beside else COMPUTED[f"adam.{table}"],
        }
        for table in tables
    ]
    programs = dict.fromkeys(program_of_section(row["section"]) for row in rows)
    return [*sql, *({"id": identifier("DOC", path), "name": path, "location": path} for path in programs)]
