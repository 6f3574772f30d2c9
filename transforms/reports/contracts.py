"""The contracts of a protocol as examples beside the definitions of its endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from schemas.protocol.timelines import Day, Expected, Happening, Outcome, Timeline
from schemas.protocol.timelines.model import Value
from transforms.reports.parts import Part, PrintedTable
from transforms.words import Words

# What a site writes in its own words stands for itself; a subject's number of infusions follows from the line.
OWN_WORDS = ("treatment_text", "term_text")


def contracts_part(timelines: Sequence[Timeline], tables: Mapping[str, pl.DataFrame], words: Words) -> Part:
    """A row per timeline: the course, and the outcome of each endpoint; what it shows stands above it."""
    labels = dict(tables["meta.endpoint"].select("paramcd", "param").iter_rows())
    rows: list[list[str]] = []
    for timeline in timelines:
        if timeline.title:
            rows.append([words.sentence(words.told(timeline.title))])
        course = list(_course(timeline, words))
        outcomes = [_expected(expected, labels, words) for expected in timeline.expected]
        rows.append([words.sentence(_listed(course, words)), words.sentence(_listed(outcomes, words))])
    broken = tables["results.finding"].filter(origin="contract").height
    notes = [words("contract.broken", n=broken)] if broken else []
    header = [words("contract.course"), words("contract.outcome")]
    return Part(words("contract.title"), PrintedTable(header, rows, notes))


def _listed(parts: list[str], words: Words) -> str:
    return words("list.strong_separator").join(parts)


def _course(timeline: Timeline, words: Words) -> Iterator[str]:
    for happening in timeline.happenings:
        details = words.joined(list(_details(happening, words)))
        what = words(f"contract.kind.{_kind(happening)}")
        key = "contract.detailed" if details else "contract.happened"
        yield words(key, when=_when(happening.day, happening.end, words), what=what, details=details)
    if timeline.data_cut is not None:
        when = words("contract.day", day=timeline.data_cut)
        yield words("contract.happened", when=when, what=words("contract.kind.data_cut"))


def _kind(happening: Happening) -> str:
    return "apheresis" if happening.day_column == "apheresis_date" else happening.domain


def _when(day: Day, end: Day | None, words: Words) -> str:
    if not day.known and not day.written.startswith("d"):
        return words("contract.unknown_day") if day.first is None else day.written
    last = day.last if end is None else end.last
    return (
        words("contract.days", day=day.first, last=last) if day.first != last else words("contract.day", day=day.first)
    )


def _details(happening: Happening, words: Words) -> Iterator[str]:
    for column, value in happening.values.items():
        if column in OWN_WORDS:
            yield str(value)
            continue
        said = _said(value, words)
        key = f"contract.said.{column}"
        yield words(key, value=said) if words.has(key) else said


def _expected(expected: Expected, labels: Mapping[str, str], words: Words) -> str:
    if expected.infusion is not None:
        named = words("contract.response", infusion=expected.infusion)
    else:
        named = words.told(labels[expected.endpoint])
    return words("contract.expected", endpoint=named, outcome=_outcome(expected.outcome, words))


def _outcome(outcome: Outcome, words: Words) -> str:
    if outcome.kind == "response":
        mrd = [words("contract.said.mrd_status", value=words.told(outcome.mrd))] if outcome.mrd else []
        return words.joined([words.told(outcome.what), *mrd])
    what = words(_named(outcome.what, words)) if outcome.what else ""
    when = "" if outcome.first is None else _when(Day(outcome.first, outcome.last), None, words)
    kind = outcome.kind.replace(" ", "_")
    key = f"contract.{kind}_at" if kind == "censored" and what else f"contract.{kind}"
    return words(key, what=what, when=when).strip()


def _named(what: str, words: Words) -> str:
    """The key of what a time ended with."""
    return key if words.has(key := f"contract.at.{what}") else f"happening.{what}"


def _said(value: Value, words: Words) -> str:
    """A code or number of a record."""
    if value is None:
        return words("unknown")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return words(key) if words.has(key := f"contract.code.{text}") else words.told(text)
