"""Sections that hold one thing against another: two infusions of a subject, other definitions, other studies."""

from __future__ import annotations

import polars as pl

from transforms.analyses.benchmark import CAUTION
from transforms.reports.numbers import DASH, p_value, percent, percent_interval, ratio_interval, signed_interval
from transforms.reports.parts import Part, PrintedTable, Row, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

AGAINST = " against "


def paired_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Events and dose after the second infusion against the first, in subjects who had both."""
    rows = rows_of(analysis, section="paired", statistic="comparison")
    differences = {
        (row["group_name"], row["group_level"]): row
        for row in rows_of(analysis, section="paired", statistic="difference")
    }
    printed = [_paired_line(row, differences.get((row["group_name"], row["group_level"])), words) for row in rows]
    tests = sorted({words.told(row["p_method"]) for row in rows if row["p_method"]})
    methods = sorted({words.told(row["method"]) for row in differences.values() if row["method"]})
    named = [words("list.strong_separator").join(names) for names in (tests, methods)]
    notes = [words("paired.methods", tests=named[0], methods=named[1])] if all(named) else []
    header = [words("paired.what"), words("paired.once"), words("paired.difference"), "p"]
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="paired")])


def _paired_line(row: Row, difference: Row | None, words: Words) -> list[str]:
    """One event, whose difference is in percentage points, or the dose, whose difference is in its unit."""
    of_event = bool(row["group_level"])
    name = words.told(row["group_name"])
    if of_event:
        name = words.joined([name, words.told(row["group_level"])])
    elif difference:
        name = words("with_unit", name=name, unit=words.told(difference["unit"]))
    shown = signed_interval(difference, words, scale=100 if of_event else 1) if difference else ""
    p = p_value(row["p_value"]) if row["p_value"] is not None else DASH
    return [name, words.told(row["note"].rpartition("; ")[2]) if of_event else "", shown, p]


def definitions_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Of each endpoint with several legal definitions, the rates under each; the protocol's own stands first."""
    rows = rows_of(analysis, section="definitions")
    found = []
    for analysis_id in dict.fromkeys(row["analysis_id"] for row in rows):
        own = [row for row in rows if row["analysis_id"] == analysis_id]
        rates = [row for row in own if row["group_name"]]
        landmarks = list(dict.fromkeys(row["time_months"] for row in rates))
        printed: list[list[str]] = []
        for origin in dict.fromkeys(row["group_name"] for row in rates):
            printed.append([words("definitions.from", origin=words.told(origin))])
            printed += _definition_lines([row for row in rates if row["group_name"] == origin], landmarks, words)
        spread = [words("definitions.spread"), *(_spread(own, months, words) for months in landmarks)]
        label = words.told(rates[0]["label"].rpartition(", at ")[0]) if rates else analysis_id
        header = [words("definitions.definition"), *(words("percent_at", months=f"{time:g}") for time in landmarks)]
        notes = [words("definitions.dash", dash=DASH)] if any(DASH in line for line in printed) else []
        asked = [queries.printed(analysis_id=analysis_id)]
        found.append(Part(label, PrintedTable(header, [*printed, spread], notes), queries=asked))
    return found


def _definition_lines(rates: list[Row], landmarks: list[float], words: Words) -> list[list[str]]:
    """A line per definition: its rate at each landmark, or a dash where nobody was at risk that long."""
    known = {(row["group_level"], row["time_months"]): row for row in rates if row["estimate"] is not None}
    return [
        [
            words.told(definition),
            *(
                percent_interval(known[at], words) if (at := (definition, time)) in known else DASH
                for time in landmarks
            ),
        ]
        for definition in dict.fromkeys(row["group_level"] for row in rates)
    ]


def _spread(rows: list[Row], months: float, words: Words) -> str:
    ends = {row["statistic"]: row["estimate"] for row in rows if row["time_months"] == months and not row["group_name"]}
    return words("range", low=percent(ends["min"]), high=percent(ends["max"])) if ends else DASH


def benchmark_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Endpoints beside what other studies published of the same kind; where definitions differ, it says so."""
    rows = rows_of(analysis, section="benchmark")
    printed: list[list[str]] = []
    for endpoint in dict.fromkeys(_own_endpoint(row) for row in rows):
        printed.append([words.told(endpoint)])
        printed += [_benchmark_line(row, words) for row in rows if _own_endpoint(row) == endpoint]
    header = [
        words("benchmark.against"),
        words("benchmark.quantity"),
        words("estimate_interval"),
        "p",
        words("benchmark.differ"),
    ]
    notes = [words("benchmark.caution", caution=words.told(CAUTION))] if rows else []
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="benchmark")])


def _own_endpoint(row: Row) -> str:
    return str(row["label"].partition(AGAINST)[0])


def _benchmark_line(row: Row, words: Words) -> list[str]:
    """The study and its endpoint, the difference at a time or the ratio of events, and where the definitions differ."""
    timed = row["statistic"] == "difference"
    months = f"{row['time_months']:g}" if timed else ""
    source = row["label"].partition(AGAINST)[2].removesuffix(f", at {months} months")
    quantity = words("benchmark.difference", months=months) if timed else words("benchmark.ratio")
    shown = signed_interval(row, words, scale=100) if timed else ratio_interval(row)
    return [
        words("benchmark.of", source=words.told(source), endpoint=words.told(row["group_level"])),
        quantity,
        shown if row["status"] == "estimated" else words("benchmark.not_estimable"),
        p_value(row["p_value"]) if row["p_value"] is not None else "",
        words.told(row["note"].removesuffix(CAUTION).rstrip("; ")),
    ]
