"""Tables of all adverse events: per infusion and period a line for each class and its terms, by worst grade, and rates."""

from __future__ import annotations

import polars as pl

from schemas.protocol.adverse_events import NOT_CODED, RATE_UNIT, SECTION
from transforms.analyses.adverse_events import ANY, DAY_UNKNOWN, GRADES, OF_TERM, OUTSIDE, RATE, UNGRADED
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.reports.numbers import DASH, share_cells, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words
from transforms.words.safety import event_name, period_name

INDENT = "– "


def adverse_event_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion a table of each period; of what is in no period only where there is any."""
    parts = []
    for analysis_id in ids_of(analysis, SECTION):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        for period in dict.fromkeys(row["quantity"] for row in found):
            of = [row for row in found if row["quantity"] == period]
            title = words("adverse_events.table", infusion=words.infusion(infusion), period=period_name(period, words))
            asked = [
                queries.printed(analysis_id=analysis_id, quantity=period),
                queries.rows("adam.adae", "aeterm, aetext, subject_id", infusion_number=infusion),
            ]
            parts.append(Part(title, _table(of, period, words), queries=asked))
    return parts


def _table(found: list[Row], period: str, words: Words) -> PrintedTable:
    timed = period not in (ANY, DAY_UNKNOWN, OUTSIDE)
    severe = next(row["grade"] for row in found if row["statistic"] == "proportion" and row["grade"] > GRADES[0])
    lines = dict.fromkeys((row["measure"], row["level"]) for row in found if row["statistic"] == "proportion")
    printed = [
        _line([row for row in found if (row["measure"], row["level"]) == line], line, timed=timed, words=words)
        for line in lines
    ]
    header = [
        words("adverse_events.event"), words("adverse_events.subjects"), words("adverse_events.share"),
        *(words("toxicity.grade", grade=grade) for grade in GRADES), words("adverse_events.not_given"),
        words("adverse_events.severe", grade=severe), words("percent_interval"),
        *([words("adverse_events.events"), words("adverse_events.rate")] if timed else []),
    ]  # fmt: skip
    return PrintedTable(header, printed, _notes(found, timed=timed, words=words))


def _line(rows: list[Row], line: tuple[str, str], *, timed: bool, words: Words) -> list[str]:
    """A class, or a term of the class above it."""
    measure, level = line
    shares = [row for row in rows if row["unit"] != RATE_UNIT]
    cells = [f"{INDENT if measure == OF_TERM else ''}{event_name(level, words)}"]
    any_, severe = (row for row in shares if row["statistic"] == "proportion")
    counts = {row["grade"]: row for row in shares if row["statistic"] in ("count", UNGRADED)}
    cells += share_cells(any_, _beside(shares, any_["grade"]), words)
    cells += [whole(counts[grade]["estimate"]) for grade in (*GRADES, None)]
    cells += share_cells(severe, _beside(shares, severe["grade"]), words)
    return [*cells, *(_rate_cells(rows, words) if timed else [])]


def _beside(rows: list[Row], grade: int) -> dict[str, Row]:
    return {
        row["statistic"]: row
        for row in rows
        if row["grade"] == grade and row["statistic"] in (UNKNOWN, LOWEST, HIGHEST)
    }


def _rate_cells(rows: list[Row], words: Words) -> list[str]:
    """Events and their rate, with what it would be with all events whose day is not known."""
    of = {row["statistic"]: row for row in rows if row["unit"] == RATE_UNIT}
    row = of[RATE]
    if row["estimate"] is None:
        return [DASH if row["events"] is None else str(row["events"]), row["note"] or DASH]
    shown = f"{row['estimate']:.2f} ({row['ci_low']:.2f}–{row['ci_high']:.2f})"
    if HIGHEST in of:
        low, high = (f"{of[name]['estimate']:.2f}" for name in (LOWEST, HIGHEST))
        shown = words("with_unknown.percent", percent=shown, low=low, high=high)
    return [str(row["events"]), shown]


def _notes(found: list[Row], *, timed: bool, words: Words) -> list[str]:
    scales = words.apart(list(words.names.scales))
    beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "proportion" and row["note"])
    return [
        words("adverse_events.note", scales=scales),
        *([words("adverse_events.rate_note")] if timed else []),
        *([words("adverse_events.not_coded_note")] if any(row["level"] == NOT_CODED for row in found) else []),
        *methods_note([row for row in found if row["statistic"] == "proportion"], words),
        *(words("note.beware", reason=one) for one in beware),
    ]
