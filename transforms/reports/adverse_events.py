"""Tables of a study's page on all adverse events: by organ class and term, over all of the follow-up and by period, and infections."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.analyses.adverse_events import (
    ANY,
    CLASS,
    CODE,
    EVERY,
    FIRST,
    GRADES,
    INFECTIONS,
    ORGANISM,
    OUTSIDE,
    RELATED,
    SERIOUS,
    SEVERE,
    SITE,
    TERM,
    TOTAL,
    UNDATED,
    UNGRADED,
    WHOLE,
    WORST,
)
from transforms.reports.numbers import DASH, count_of, percent, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words
from transforms.words.safety import period_words

EVENT_LINES, INFECTION_LINES = (TOTAL, CLASS, TERM, CODE), (INFECTIONS, ORGANISM, SITE)
# Lines below another, which are set in.
WITHIN = (TERM, CODE, ORGANISM, SITE)
KINDS = (SEVERE, SERIOUS, RELATED)
RATES = (EVERY, FIRST)


def adverse_event_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: all events, those of each period, and infections over all of the follow-up and by period."""
    parts = []
    for analysis_id in ids_of(analysis, "adverse_events"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        spans = list(dict.fromkeys(row["quantity"] for row in found))
        for lines in (EVENT_LINES, INFECTION_LINES):
            for span in spans:
                rows = [row for row in found if row["quantity"] == span and _line(row) in lines]
                if not rows:
                    continue
                asked = [
                    queries.printed(analysis_id=analysis_id, quantity=span),
                    queries.rows("adam.adae", "subject_id, astdy", infusion_number=infusion, occurfl="Y"),
                ]
                parts.append(
                    Part(_title(lines, span, infusion, words), _table(rows, lines, span, words), queries=asked)
                )
    return parts


def _line(row: Row) -> str:
    return str(row["measure"].partition(".")[0])


def _title(lines: Sequence[str], span: str, infusion: int, words: Words) -> str:
    after = words("after_infusion", infusion=words.infusion(infusion))
    key = "whole" if lines == EVENT_LINES and span == WHOLE else "period"
    told = words(f"adverse_events.{key}", infusion=after, period=period_words(span, words))
    return told if lines == EVENT_LINES else words("adverse_events.infections", infusion=told)


def _table(rows: list[Row], lines: Sequence[str], span: str, words: Words) -> PrintedTable:
    """A line for all events, each organ class and its terms; columns for who had one, worst grades, and what else is told of the span."""
    by_line: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_line.setdefault((_line(row), row["term"]), []).append(row)
    told = {row["measure"].partition(".")[2] for row in rows}
    kinds, rates = [kind for kind in KINDS if kind in told], [rate for rate in RATES if rate in told]
    # A line of codes below what is not coded may be long as well: each keeps its place.
    printed = [_cells(line, of, kinds, rates, words) for (line, _), of in by_line.items()]
    severe = next((row["grade"] for row in rows if row["measure"].endswith(f".{SEVERE}")), None)
    header = [
        words("adverse_events.line"),
        words("adverse_events.any"),
        *(words("toxicity.grade", grade=grade) for grade in GRADES),
        words("adverse_events.ungraded"),
        *(words(f"adverse_events.{kind}", grade=severe) for kind in kinds),
        *(words(f"adverse_events.{'rate' if rate == EVERY else rate}") for rate in rates),
    ]
    return PrintedTable(header, printed, _notes(rows, lines, span, words))


def _cells(line: str, of: list[Row], kinds: Sequence[str], rates: Sequence[str], words: Words) -> list[str]:
    value = {(row["measure"].partition(".")[2], row["statistic"], row["grade"]): row for row in of}
    any_ = next(row for row in of if row["measure"].endswith(f".{ANY}") and row["statistic"] in ("proportion", "count"))
    label = any_["group_name"]
    return [
        words("adverse_events.term", term=label) if line in WITHIN else words.sentence(label),
        _share(any_, of, words) if any_["statistic"] == "proportion" else whole(any_["estimate"]),
        *(whole(value[WORST, "count", grade]["estimate"]) for grade in GRADES),
        whole(value[UNGRADED, "count", None]["estimate"]),
        *(_share(_of_kind(of, kind), of, words) for kind in kinds),
        *(_per_days(_of_kind(of, rate)) for rate in rates),
    ]


def _of_kind(rows: list[Row], kind: str) -> Row:
    return next(
        row for row in rows if row["measure"].endswith(f".{kind}") and row["statistic"] in ("proportion", "rate")
    )


def _share(row: Row, of: list[Row], words: Words) -> str:
    """`3/10 (30.0)`; with who is left open, where somebody is."""
    count = count_of(row)
    for other in of:
        if other["statistic"] == "unknown" and other["measure"] == row["measure"]:
            count = words("with_unknown.count", count=count, unknown=whole(other["estimate"]))
    return words("adverse_events.cell", count=count, percent=percent(row["estimate"]))


def _per_days(row: Row) -> str:
    if row["estimate"] is None:
        return DASH
    return f"{row['estimate']:.2f} ({row['ci_low']:.2f}–{row['ci_high']:.2f})"


def _notes(rows: list[Row], lines: Sequence[str], span: str, words: Words) -> list[str]:
    """What holds of the table, how its intervals are made, and what its numbers have to be read with."""
    notes = [words("adverse_events.note")] if lines == EVENT_LINES and span == WHOLE else []
    if span in (UNDATED, OUTSIDE):
        notes.append(words(f"adverse_events.{span}_note"))
    elif span != WHOLE and lines == EVENT_LINES:
        notes.append(words("adverse_events.period_note"))
    elif lines == INFECTION_LINES:
        notes.append(words("adverse_events.infections_note"))
    beware = dict.fromkeys(row["note"] for row in rows if row["note"] and _line(row) in (TOTAL, INFECTIONS))
    rated = [row for row in rows if row["statistic"] == "rate"]
    return [*notes, *methods_note(rated, words), *(words("note.beware", reason=one) for one in beware)]
