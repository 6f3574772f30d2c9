"""The section of a study's page on late reports: how late each site tells of what, and figures as reported beside those expected once it is in."""

from __future__ import annotations

import polars as pl

from schemas.protocol.lateness import DELAY_OF, DELAYS, SECTION
from transforms.analyses.headlines import RATES
from transforms.analyses.lateness import EXPECTED_AT_RISK, LATE_EVENTS, LONG_DELAY, MEDIAN_DELAY, WITHIN
from transforms.reports.numbers import DASH, measured, percent_interval, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words


def lateness_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Each endpoint as expected, then the delays the estimates follow from."""
    found = ids_of(analysis, SECTION)
    parts = [_expected(analysis, name, queries, words) for name in found if name != DELAYS]
    return [*parts, *([_delays(analysis, queries, words)] if DELAYS in found else [])]


def _expected(analysis: pl.DataFrame, analysis_id: str, queries: Queries, words: Words) -> Part:
    """A line per time: the headline's rate and subjects at risk, and what both are expected to be."""
    rows = rows_of(analysis, analysis_id=analysis_id)
    endpoint = rows[0]["endpoint"]
    reported = {
        row["time_months"]: row
        for row in rows_of(analysis, analysis_id=endpoint, factor="")
        if row["statistic"] in RATES
    }
    cells = {(row["statistic"], row["time_months"]): row for row in rows}
    rates = [row for row in rows if row["statistic"] not in (EXPECTED_AT_RISK, LATE_EVENTS)]
    printed = [
        [
            words("lateness.at", months=row["time_months"]),
            percent_interval(reported[row["time_months"]]) if row["time_months"] in reported else DASH,
            _rate(row, words),
            whole(reported[row["time_months"]]["at_risk"]) if row["time_months"] in reported else DASH,
            _spread(cells.get((EXPECTED_AT_RISK, row["time_months"]))),
        ]
        for row in rates
        if row["time_months"] is not None
    ]
    notes = [words("lateness.estimate")]
    if late := cells.get((LATE_EVENTS, None)):
        notes.append(words("lateness.late_events", shown=_spread(late)))
    notes += [words("lateness.refused", reason=row["note"]) for row in rates if row["time_months"] is None]
    estimated = [row for row in rates if row["estimate"] is not None]
    if methods := list(dict.fromkeys(words.method(row["method"]) for row in estimated)):
        notes.append(words("lateness.method", methods=words.apart(methods)))
    notes += [
        words("note.beware", reason=one) for one in dict.fromkeys(row["note"] for row in estimated if row["note"])
    ]
    header = ["", *(words(f"lateness.{name}") for name in ("reported", "expected", "at_risk", "expected_at_risk"))]
    asked = [queries.printed(analysis_id=analysis_id), queries.rows("adam.adtte", paramcd=endpoint)]
    title = words.joined([words("lateness.of", endpoint=words.told(words.names.endpoints.get(endpoint, endpoint)))])
    return Part(title, PrintedTable(header, printed, notes), queries=asked)


def _rate(row: Row, words: Words) -> str:
    if row["estimate"] is None and row["status"] != "suppressed":
        return words("not_estimable", reason=row["note"])
    return percent_interval(row)


def _spread(row: Row | None) -> str:
    """A number of subjects with the interval it is expected in."""
    if row is None or row["estimate"] is None:
        return DASH
    if row["ci_low"] is None or row["ci_high"] is None:
        return measured(row["estimate"])
    return f"{measured(row['estimate'])} ({whole(row['ci_low'])}–{whole(row['ci_high'])})"


def _delays(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Per kind of event a line for all sites and for each: events, median delay, that of nine in ten, share told within a month."""
    rows = rows_of(analysis, analysis_id=DELAYS)
    cells = {(row["measure"], row["level"], row["statistic"]): row for row in rows}
    printed: list[list[str]] = []
    for kind in dict.fromkeys(row["measure"] for row in rows):
        printed.append([words.sentence(words(f"lateness.kind.{kind.removeprefix(DELAY_OF)}"))])
        for site in dict.fromkeys(row["level"] for row in rows if row["measure"] == kind):
            median = cells[kind, site, MEDIAN_DELAY]
            most, within = (cells.get((kind, site, name)) for name in (LONG_DELAY, WITHIN))
            line = [site or words("lateness.all_sites"), DASH if median["status"] == "suppressed" else str(median["n"])]
            if most is None or within is None:
                refusal = words("not_estimable", reason=median["note"]) if median["estimate"] is None else ""
                printed.append([*line, refusal, "", ""])
                continue
            printed.append([*line, whole(median["estimate"]), whole(most["estimate"]), percent_interval(within)])
    header = [words(f"lateness.{name}") for name in ("site", "events", "median", "most", "within")]
    asked = [queries.printed(analysis_id=DELAYS), queries.printed("meta.event_delay", "domain, record_id")]
    notes = [words("lateness.delays_note"), *methods_note([row for row in rows if row["estimate"] is not None], words)]
    return Part(words("lateness.delays"), PrintedTable(header, printed, notes), queries=asked)
