"""The open and the closed report of a pack, as documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

import polars as pl

from flows.pack.since import Since
from flows.pack.source import LEFT, PackSource
from flows.settings import Settings
from flows.study.product import Printing
from flows.study.report import study_report
from schemas.errors import UsageError
from transforms.analyses.benchmark import CAUTION
from transforms.committee.changes import attributed_part, moved_part, questions_part, records_part, sites_part
from transforms.committee.document import Document, Section, without_queries
from transforms.committee.masking import Told, lettered, masked_factors, names_to_hide, open_results
from transforms.committee.sections import Shown, result_sections
from transforms.figures.canvas import DrawnFigure, figures_for_print
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.quality import open_queries_part
from transforms.reports.queries import Queries
from transforms.reports.reach import reach_parts
from transforms.reports.study_page import StudyReport

OPEN, CLOSED = "open", "closed"
SHOWN_DIGITS = 12


@dataclass(frozen=True)
class Report:
    """A report with its figures for print and the rows it tells. report: the words and tables it was made with."""

    document: Document
    figures: Sequence[DrawnFigure]
    rows: pl.DataFrame
    report: StudyReport


def report_of(
    kind: str,
    source: PackSource,
    settings: Settings,
    orders: Mapping[str, list[str]],
    asked: pl.DataFrame,
    since: Since | None,
) -> Report:
    """One of the two. orders: the levels of each masked factor in the order of their letters. asked: open questions by headline."""
    printing = Printing.of(source.study, settings)
    report = study_report(source.study, source.tables, source.of_night.build_key, printing)
    groups = {
        name: {level: report.words("pack.group", letter=letter) for level, letter in of.items()}
        for name, of in lettered(source.study.protocol, orders).items()
    }
    shown = Shown(report, _told(kind, source, groups), kind == CLOSED)
    with figures_for_print() as drawn:
        sections = result_sections(shown)
    rows = shown.analysis
    sections = [*sections, *_masks(shown, groups), _questions(shown, rows, asked), _changes(kind, shown, since)]
    words, protocol = report.words, source.study.protocol
    document = Document(
        title=words.told(protocol.title),
        subtitle=words(f"pack.{kind}"),
        facts=_facts(source, report),
        notices=[*_night_notices(source, report), *_mask_notices(kind, source, shown)],
        sections=[_told_to(kind, one) for one in sections if one.parts],
    )
    return Report(document, drawn, rows, report)


def _told_to(kind: str, section: Section) -> Section:
    """The section; in the open report without SQL and ids of results, which name keys of groups."""
    return section if kind == CLOSED else Section(section.heading, [without_queries(part) for part in section.parts])


def refuse_unmasked(source: PackSource, page: str, rows: pl.DataFrame) -> None:
    """See that no name of a masked group is in the open report.

    Raises
    ------
    UsageError: one is, in a label of the protocol; it says which.
    """
    texts = [unescape(page).casefold(), rows.drop("codes").write_csv().casefold()]
    for name in sorted(names_to_hide(source.study.protocol)):
        found = rf"(?<!\w){re.escape(name.casefold())}(?!\w)" if name.isascii() else re.escape(name.casefold())
        if any(re.search(found, text) for text in texts):
            raise UsageError(
                f"{source.study.study_id} protocol.yaml: the open report would tell the masked name {name!r}, which stands in a label "
                "of something else as well; give that another label, or the group another name"
            )


def _told(kind: str, source: PackSource, groups: Mapping[str, Mapping[str, str]]) -> Told:
    tables = source.tables
    reasons = tables["results.reason"].filter(pl.col("code") != CAUTION.code)
    if kind == CLOSED:
        return Told(tables["results.analysis"], reasons, tables["results.curve"])
    return open_results(
        source.study.protocol, tables["results.analysis"], reasons, tables["results.curve"], tables["adam.adrisk"], groups
    )  # fmt: skip


def _facts(source: PackSource, report: StudyReport) -> list[tuple[str, str]]:
    """From which night, cut, code and protocol it is."""
    words, night, built = report.words, source.night, source.built
    facts = [
        ("registry", report.study["registry_id"] or words("none")),
        ("design", words.told(report.study["design"])),
        ("night", words("pack.night_of", day=night.as_of, run=night.run_id)),
        ("tables", words("pack.tables_of", run=built.run_id, day=built.as_of)),
        ("cut", str(source.cut or words("none"))),
        ("code", f"Cartrove {built.code_version}, {built.code_hash[:SHOWN_DIGITS]}"),
        ("protocol", source.study_files.get("protocol.yaml", words("unknown"))[: 2 * SHOWN_DIGITS]),
        ("build", source.of_night.build_key[: 2 * SHOWN_DIGITS]),
    ]
    return [(words(f"pack.{key}"), value) for key, value in facts]


def _night_notices(source: PackSource, report: StudyReport) -> list[str]:
    """That the tables are not of the latest run, where they are not."""
    words = report.words
    said = []
    if source.state in LEFT:
        said.append(words("pack.held", state=words(f"pack.state.{source.state}")))
    if source.later:
        run, day, state = source.later
        said.append(words("pack.later", run=run, day=day, state=words(f"pack.state.{state}")))
    return said


def _mask_notices(kind: str, source: PackSource, shown: Shown) -> list[str]:
    words, protocol = shown.words, source.study.protocol
    if kind == CLOSED:
        return [words("pack.confidential")]
    said = [
        words("pack.pooled" if name in shown.told.pooled else "pack.masked", factor=words.factor(name))
        for name in masked_factors(protocol)
    ]
    return [*said, *([words("pack.doses")] if protocol.dose_finding else [])]


def _masks(shown: Shown, groups: Mapping[str, Mapping[str, str]]) -> list[Section]:
    """What the letters of the open report stand for: in the closed one alone."""
    words = shown.words
    printed = [
        [words.factor(name), letter, words.told(level)]
        for name, of in groups.items()
        for level, letter in sorted(of.items(), key=lambda one: one[1])
    ]
    if not shown.closed or not printed:
        return []
    header = [words("pack.factor"), words("pack.letter"), words("pack.level")]
    return [Section(words("pack.masks"), [Part(table=PrintedTable(header, printed))])]


def _questions(shown: Shown, rows: pl.DataFrame, asked: pl.DataFrame) -> Section:
    words, tables = shown.words, shown.report.tables
    heading = words("pack.questions_heading")
    if not shown.closed:
        return Section(heading, [sites_part(tables["meta.site_query"], words)])
    queries = Queries(shown.report.study["study_id"], rows)
    parts = [
        *reach_parts(tables, rows, queries, words),
        questions_part(rows, asked, words),
        open_queries_part(tables, shown.report.remedies, queries, words),
    ]
    return Section(heading, [part for part in parts if part.table.rows])


def _changes(kind: str, shown: Shown, since: Since | None) -> Section:
    words, names = shown.words, shown.report.names
    heading = words("pack.changes")
    if since is None:
        return Section(heading, [Part(words("pack.first"))])
    parts = [
        Part(words("pack.since", pack=since.pack, run=since.run_id)),
        moved_part(since.rows(kind), shown.told.analysis, names, words),
    ]
    if since.why_not:
        parts.append(Part(words("pack.unexplained", why=since.why_not)))
    if shown.closed and not since.why_not:
        parts.append(attributed_part(since.moved, shown.told.analysis, names, words))
    if not since.why_not:
        parts.append(records_part(since.records, words))
    return Section(heading, parts)
