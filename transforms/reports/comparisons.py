"""Sections that hold one thing against another: two infusions of a subject, other definitions, other studies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from transforms.analyses.benchmark import CAUTION
from transforms.reports.numbers import DASH, p_value, percent, percent_interval, ratio_interval, signed_interval, whole
from transforms.reports.parts import Part, PrintedTable, Row, disputed_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Names, Words, said_reason


def paired_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Events and dose after the second infusion against the first, in subjects who had both."""
    rows = rows_of(analysis, section="paired", statistic="comparison")
    beside = {
        statistic: {_compared(row): row for row in rows_of(analysis, section="paired", statistic=statistic)}
        for statistic in ("difference", "first_only", "second_only")
    }
    differences = beside["difference"]
    printed = [_paired_line(row, {name: of.get(_compared(row)) for name, of in beside.items()}, words) for row in rows]
    tests = sorted({words.method(row["p_method"]) for row in rows if row["p_method"]})
    methods = sorted({words.method(row["method"]) for row in differences.values() if row["method"]})
    named = [words.apart(names) for names in (tests, methods)]
    notes = [words("paired.methods", tests=named[0], methods=named[1])] if all(named) else []
    notes += disputed_note(rows, words)
    header = [words("paired.what"), words("paired.once"), words("paired.difference"), "p"]
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="paired")])


def _compared(row: Row) -> tuple[Any, ...]:
    return row["measure"], row["term"], row["grade"]


def _paired_line(row: Row, beside: Mapping[str, Row | None], words: Words) -> list[str]:
    """One event, whose difference is in percentage points, or the dose, whose difference is in its unit."""
    of_event, difference = bool(row["term"]), beside["difference"]
    name = row["group_name"]
    if of_event:
        name = words.joined([name, row["group_level"]])
    elif difference:
        name = words("with_unit", name=name, unit=words.unit(difference["unit"]))
    shown = signed_interval(difference, words, scale=100 if of_event else 1) if difference else ""
    p = p_value(row["p_value"]) if row["p_value"] is not None else DASH
    return [name, _once(beside["first_only"], beside["second_only"], words), shown, p]


def _once(first: Row | None, second: Row | None, words: Words) -> str:
    """How many subjects had the event after one of the two infusions alone."""
    if first is None or second is None:
        return ""
    return words("paired.only", first=whole(first["estimate"]), second=whole(second["estimate"]))


def definitions_parts(analysis: pl.DataFrame, names: Names, queries: Queries, words: Words) -> list[Part]:
    """Of each endpoint with several admissible definitions, the rates under each; the protocol's own stands first."""
    rows = rows_of(analysis, section="definitions")
    found = []
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in rows):
        own = [row for row in rows if row["analysis_id"] == analysis_id]
        rates = [row for row in own if row["definition"]]
        landmarks = list(dict.fromkeys(row["time_months"] for row in rates))
        printed: list[list[str]] = []
        for origin in dict.fromkeys(row["group_name"] for row in rates):
            printed.append([words("definitions.from", origin=origin)])
            printed += _definition_lines([row for row in rates if row["group_name"] == origin], landmarks)
        spread = [words("definitions.spread"), *(_spread(own, months, words) for months in landmarks)]
        label = words.told(names.endpoints[own[0]["endpoint"]])
        header = [words("definitions.definition"), *(words("percent_at", months=time) for time in landmarks)]
        notes = [words("definitions.dash", dash=DASH)] if any(DASH in line for line in printed) else []
        asked = [queries.printed(analysis_id=analysis_id)]
        found.append(Part(label, PrintedTable(header, [*printed, spread], notes), queries=asked))
    return found


def _definition_lines(rates: list[Row], landmarks: list[float]) -> list[list[str]]:
    """A line per definition: its rate at each landmark, or a dash where nobody was at risk that long."""
    known = {(row["definition"], row["time_months"]): row for row in rates if row["estimate"] is not None}
    return [
        [
            called,
            *(percent_interval(known[at]) if (at := (definition, time)) in known else DASH for time in landmarks),
        ]
        for definition, called in {row["definition"]: row["group_level"] for row in rates}.items()
    ]


def _spread(rows: list[Row], months: float, words: Words) -> str:
    ends = {row["statistic"]: row["estimate"] for row in rows if row["time_months"] == months and not row["definition"]}
    return words("range", low=percent(ends["min"]), high=percent(ends["max"])) if ends else DASH


def benchmark_part(analysis: pl.DataFrame, names: Names, queries: Queries, words: Words) -> Part:
    """Endpoints beside what other studies published of the same kind; where definitions differ, it says so."""
    rows = rows_of(analysis, section="benchmark")
    printed: list[list[str]] = []
    for endpoint in dict.fromkeys(row["endpoint"] for row in rows):
        printed.append([words.told(names.endpoints[endpoint])])
        printed += [_benchmark_line(row, names, words) for row in rows if row["endpoint"] == endpoint]
    header = [
        words("benchmark.against"),
        words("benchmark.quantity"),
        words("estimate_interval"),
        "p",
        words("benchmark.differ"),
    ]
    notes = [words("benchmark.caution", caution=said_reason(CAUTION.code, CAUTION.arguments, words))] if rows else []
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="benchmark")])


def _benchmark_line(row: Row, names: Names, words: Words) -> list[str]:
    """The study and its endpoint, the difference at a time or the ratio of events, and where the definitions differ."""
    timed = row["statistic"] == "difference"
    # As in labels: a study whose paper is not at hand goes by its name.
    source = names.sources.get(row["compared_study"], row["compared_study"])
    quantity = words("benchmark.difference", months=row["time_months"]) if timed else words("benchmark.ratio")
    shown = signed_interval(row, words, scale=100) if timed else ratio_interval(row)
    return [
        words("benchmark.of", source=words.told(source), endpoint=row["group_level"]),
        quantity,
        shown if row["status"] == "estimated" else words("benchmark.not_estimable"),
        p_value(row["p_value"]) if row["p_value"] is not None else "",
        row["note"],
    ]
