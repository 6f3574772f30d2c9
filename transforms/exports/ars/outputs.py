"""Outputs in print order, each with what is printed above, beside and beneath its lines, and the lists of what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.exports.ars.analyses import analyses_of
from transforms.exports.ars.keys import Row, identifier
from transforms.reports.further import further_table, further_title
from transforms.reports.outcomes import landmark_table, rate_label, told_happenings
from transforms.reports.parts import PrintedTable
from transforms.reports.queries import Queries
from transforms.reports.sections import baseline_part, losses_part, measured_label, response_parts, toxicity_parts
from transforms.words import Words
from transforms.words.further import FURTHER
from transforms.words.results import ResultWords

OUTCOMES = ("survival", "competing")
# The words of the heading a section is printed under.
HEADINGS = {
    "disposition": "flow.title",
    "baseline": "baseline.title",
    "response": "response.title",
    "toxicity": "toxicity.title",
    "adverse_events": "adverse_events.title",
    "hematotoxicity": "hematotoxicity.title",
    "prolonged_cytopenia": "prolonged_cytopenia.title",
    "supportive_care": "supportive_care.title",
    "scores": "scores.title",
    "vein_to_vein": "vein_to_vein.title",
    "stopping": "stopping.title",
    "deaths": "death_classes.title",
    "interim": "interim.title",
    "paired": "paired.title",
    "followup": "follow_up.title",
    "curves": "further.heading.curves",
    "fitted": "further.heading.fitted",
    "selection": "further.heading.selection",
    "cut_point": "further.heading.cut_point",
    "several_tests": "further.heading.several_tests",
    "measured": "further.heading.measured",
    "shares": "further.heading.shares",
    "relapse": "losses.title",
    "death": "losses.title",
    "model": "model.heading",
    "kinetics": "kinetics.title",
    "multi_state": "multi_state.title",
    "transplant": "transplant_strategy.title",
    "response_design": "response_design.title",
    "subgroup": "subgroup.title",
    "censoring": "censoring.title",
    "dose_finding": "dose_finding.title",
    "recurrent": "recurrent.title",
    "win_ratio": "win_ratio.title",
    "lateness": "lateness.title",
    "fragility": "fragility.title",
    "definitions": "definitions.title",
    "benchmark": "benchmark.title",
}
# Lines of an endpoint's table that no time belongs to.
LINES = {"median_time": "outcome.median", "unknown": "outcome.unknown"}


@dataclass(frozen=True)
class Printed:
    """What is printed: analysis and its words, who is enrolled, roles of happenings, and the words of the language."""

    analysis: pl.DataFrame
    subjects: int
    roles: pl.DataFrame
    words: Words
    study_id: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of results.analysis in print order."""
        return self.analysis.sort("position").to_dicts()


def output_id(row: Row) -> str:
    """Of the output a row is printed in."""
    return identifier("OUT", row["section"], row["analysis_id"] if row["analysis_id"] != row["section"] else "")


def outputs(printed: Printed) -> list[dict[str, Any]]:
    """Every output, in the order of print."""
    tables = _tables(printed)
    first = {output_id(row): row for row in reversed(printed.rows)}
    found = []
    for id_, row in reversed(first.items()):
        title = _title(row, printed.words)
        display = {
            "id": f"{id_}.display",
            "name": title,
            "displayTitle": title,
            "displaySections": _sections(id_, title, tables.get(id_)),
        }
        found.append({"id": id_, "name": title, "version": 1, "displays": [{"order": 1, "display": display}]})
    return found


def contents(printed: Printed) -> dict[str, Any]:
    """The list of outputs with the analyses in each, in the order of print."""
    by_output: dict[str, list[Row]] = {}
    for row in printed.rows:
        by_output.setdefault(output_id(row), []).append(row)
    items = [
        {
            "name": _title(rows[0], printed.words),
            "level": 1,
            "order": order,
            "outputId": id_,
            "sublist": {
                "listItems": [
                    {"name": line_label(found[0], printed), "level": 2, "order": place, "analysisId": name}
                    for place, (name, found) in enumerate(analyses_of(rows).items(), 1)
                ]
            },
        }
        for order, (id_, rows) in enumerate(by_output.items(), 1)
    ]
    return {"name": "List of outputs", "contentsList": {"listItems": items}}


def line_label(row: Row, printed: Printed) -> str:
    """The line or heading the analysis that begins with this row is printed under."""
    words = printed.words
    if row["section"] == "baseline":
        return str(row["group_name"]) if row["level"] else measured_label(dict(row), words)
    if row["section"] in OUTCOMES and not row["factor"]:
        if row["time_months"] is not None:
            return rate_label(dict(row), told_happenings(printed.roles.filter(paramcd=row["endpoint"]), words), words)
        if row["statistic"] in LINES:
            return words(LINES[row["statistic"]])
    return str(row["label"])


def _title(row: Row, words: Words) -> str:
    if row["section"] in OUTCOMES:
        return words.told(str(row["param"]))
    heading = words(HEADINGS[row["section"]])
    if row["section"] in FURTHER:
        return further_title(dict(row), ResultWords(words.names, words))
    return (
        words.joined([heading, words("after_infusion", infusion=words.infusion(row["infusion"]))])
        if row["section"] in ("response", "toxicity")
        else heading
    )


def _tables(printed: Printed) -> dict[str, PrintedTable]:
    """The tables whose header and notes are told, by output: those the report prints of the same rows."""
    analysis, words, queries = printed.analysis, printed.words, Queries(printed.study_id, printed.analysis)
    found = {"OUT.baseline": baseline_part(analysis, printed.subjects, queries, words).table}
    for section, parts in (("response", response_parts), ("toxicity", toxicity_parts)):
        rows = [row for row in printed.rows if row["section"] == section]
        # Under one title stands the table of all subjects; what follows it has no title, or compares groups.
        overall = [part.table for part in parts(analysis, queries, words) if part.title and len(part.table.header) > 3]
        found |= dict(zip(dict.fromkeys(map(output_id, rows)), overall, strict=True))
    losses = losses_part(analysis, queries, words).table
    found |= {output_id(row): losses for row in printed.rows if row["section"] in ("relapse", "death")}
    return found | dict(_of_outcomes(printed)) | dict(_of_further(printed))


def _of_further(printed: Printed) -> Iterator[tuple[str, PrintedTable]]:
    told = ResultWords(printed.words.names, printed.words)
    by_output: dict[str, list[dict[str, Any]]] = {}
    for row in printed.rows:
        if row["section"] in FURTHER:
            by_output.setdefault(output_id(row), []).append(row)
    for id_, rows in by_output.items():
        yield id_, further_table(rows, told)


def _of_outcomes(printed: Printed) -> Iterator[tuple[str, PrintedTable]]:
    endpoints: dict[str, list[dict[str, Any]]] = {}
    for row in printed.rows:
        if row["section"] in OUTCOMES and not row["factor"]:
            endpoints.setdefault(row["endpoint"], []).append(row)
    for name, rows in endpoints.items():
        what = told_happenings(printed.roles.filter(paramcd=name), printed.words)
        yield output_id(rows[0]), landmark_table(rows, what, printed.words)


def _sections(id_: str, title: str, table: PrintedTable | None) -> list[dict[str, Any]]:
    """Title, header and notes, each text a part of its own."""
    told: Mapping[str, Sequence[str]] = {"Title": [title]}
    if table:
        told = {**told, "Rowlabel Header": table.header, "Footnote": table.notes}
    return [
        {
            "sectionType": kind,
            "orderedSubSections": [
                {"order": order, "subSection": {"id": f"{id_}.{kind.replace(' ', '_').lower()}.{order}", "text": text}}
                for order, text in enumerate(texts, 1)
            ],
        }
        for kind, texts in told.items()
        if texts
    ]
