"""The section of a study's page on multi-state models: where subjects are over time, and for how long."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.protocol.multi_state import THEN
from transforms.analyses.multi_state import EVER, EXPECTED, PROBABILITY, TRANSITION
from transforms.analyses.transitions import RATIO
from transforms.figures import draw_states
from transforms.figures.states import StateBand
from transforms.reports.numbers import DASH, months, p_value, percent, percent_interval, ratio_interval, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of, times_of
from transforms.reports.queries import Queries
from transforms.words import Names, Words
from transforms.words.further import BOUNDS

Cells = Mapping[tuple[str, str, float | None], Row]


def multi_state_parts(
    analysis: pl.DataFrame, curve: pl.DataFrame, days_0: Mapping[str, str], names: Names, queries: Queries, words: Words
) -> list[Part]:
    """Per model: its states as bands that add up to all subjects, and their table; then where those in a state go.

    days_0: what each model's time is counted from, in words, by analysis.
    """
    parts = []
    for analysis_id in ids_of(analysis, "multi_state"):
        found = rows_of(analysis, analysis_id=analysis_id)
        title = found[0]["label"]
        bands = [
            StateBand(words.told(names.states.get((analysis_id, state), state)), rows.sort("time_months"))
            for (state,), rows in curve.filter(analysis_id=analysis_id).group_by("level", maintain_order=True)
        ]
        asked = [
            queries.printed(analysis_id=analysis_id, statistic=("n", EVER, PROBABILITY, *BOUNDS, EXPECTED, "unknown")),
            queries.curve(analysis_id=analysis_id),
            queries.rows("adam.adstate", "model, subject_id, stayn", model=analysis_id.partition(".")[2]),
        ]
        parts.append(
            Part(
                words.joined([title, found[0]["population"]]),
                _occupation(found, words),
                draw_states(bands, title, words, day_0=days_0.get(analysis_id, "")) if bands else "",
                asked,
                parts=[*_transitions(found, title, queries, words), *_moved(found, title, queries, words)],
            )
        )
    return parts


def _occupation(found: list[Row], words: Words) -> PrintedTable:
    """A line per state, then per sum of states: who was ever there, probabilities at times, expected time."""
    rows = [row for row in found if row["landmark_months"] is None]
    cells = {(row["statistic"], row["measure"], row["time_months"]): row for row in rows}
    times = times_of(row for row in rows if row["statistic"] == PROBABILITY)
    horizon = next((row["time_months"] for row in rows if row["statistic"] == EXPECTED), None)
    printed = []
    of_states = {row["measure"]: row["group_name"] for row in rows if row["measure"] and row["statistic"] != RATIO}
    for measure, label in of_states.items():
        ever = cells.get((EVER, measure, None))
        line = [words.sentence(label), whole(ever["estimate"]) if ever else ""]
        line += [_percent(cells, measure, time, words) for time in times]
        if horizon is not None:
            line.append(_months(cells[EXPECTED, measure, horizon], words))
        printed.append(line)
    header = [words("multi_state.state"), words("multi_state.ever"), *(words("percent_at", months=at) for at in times)]
    if horizon is not None:
        header.append(words("multi_state.time", months=horizon))
    first = [words("multi_state.total"), whole(found[0]["estimate"]), *[""] * (len(header) - 2)]
    return PrintedTable(header, [first, *printed], _notes(found, rows, words))


def _notes(found: list[Row], rows: list[Row], words: Words) -> list[str]:
    beware = [words("note.beware", reason=found[0]["note"])] if found[0]["note"] else []
    unknown = next((row for row in found if row["statistic"] == "unknown"), None)
    doubt = [words("multi_state.unknown", n=whole(unknown["estimate"]))] if unknown else []
    methods = methods_note([row for row in rows if row["statistic"] in (PROBABILITY, EXPECTED)], words)
    return [*methods, words("multi_state.differs"), *doubt, *beware]


def _percent(cells: Cells, measure: str, time: float | None, words: Words) -> str:
    row = cells.get((PROBABILITY, measure, time))
    if row is None:
        return ""
    if row["estimate"] is None and row["status"] != "suppressed":
        return words("not_estimable", reason=row["note"])
    shown = percent_interval(row)
    bounds = [cells.get((name, measure, time)) for name in BOUNDS]
    if None in bounds or row["estimate"] is None:
        return shown
    low, high = (percent(bound["estimate"]) for bound in bounds if bound is not None)
    return words("with_unknown.percent", percent=shown, low=low, high=high)


def _months(row: Row, words: Words) -> str:
    if row["estimate"] is None:
        return words("not_estimable", reason=row["note"])
    return f"{months(row['estimate'])} ({months(row['ci_low'])}–{months(row['ci_high'])})"


def _transitions(found: list[Row], title: str, queries: Queries, words: Words) -> list[Part]:
    """Per state and month of the protocol, where those in it are later."""
    rows = [row for row in found if row["statistic"] == TRANSITION]
    parts = []
    for given, start in dict.fromkeys((_given(row), row["landmark_months"]) for row in rows):
        of_start = [row for row in rows if (_given(row), row["landmark_months"]) == (given, start)]
        times = times_of(of_start)
        cells = {(PROBABILITY, row["measure"], row["time_months"]): row for row in of_start}
        labels = {row["measure"]: row["group_name"] for row in of_start}
        printed = [
            [words.sentence(label), *(_percent(cells, measure, time, words) for time in times)]
            for measure, label in labels.items()
        ]
        header = [words("multi_state.state"), *(words("percent_at", months=time) for time in times)]
        asked = [queries.printed(analysis_id=of_start[0]["analysis_id"], measure=tuple(labels))]
        heading = words("multi_state.of_landmark", model=title, given=of_start[0]["group_level"])
        parts.append(Part(heading, PrintedTable(header, printed, methods_note(of_start, words)), queries=asked))
    return parts


def _moved(found: list[Row], title: str, queries: Queries, words: Words) -> list[Part]:
    """The Cox models of single transitions: a line per ratio."""
    rows = [row for row in found if row["statistic"] == RATIO]
    if not rows:
        return []
    printed = [
        [
            words.sentence(_move(row, words)), row["group_name"], row["group_level"], str(row["n"]), str(row["events"]),
            _ratio(row, words),
        ]
        for row in rows
    ]  # fmt: skip
    header = [words(f"multi_state.{name}") for name in ("move", "factor", "contrast", "subjects")]
    header += [words("outcome.events"), words("multi_state.ratio")]
    told = [row for row in rows if row["estimate"] is not None]
    beware = dict.fromkeys(row["note"] for row in told if row["note"])
    notes = [
        words("multi_state.adjusted"),
        *methods_note(told, words),
        *(words("note.beware", reason=why) for why in beware),
    ]
    asked = [queries.printed(analysis_id=rows[0]["analysis_id"], statistic=RATIO)]
    return [Part(words("multi_state.moves", model=title), PrintedTable(header, printed, notes), queries=asked)]


def _move(row: Row, words: Words) -> str:
    given, _, state = row["measure"].partition(THEN)
    named = {
        name: words.told(words.names.states.get((row["analysis_id"], key), key))
        for name, key in (("given", given), ("state", state))
    }
    return words("result.multi_state.move", **named)


def _ratio(row: Row, words: Words) -> str:
    if row["estimate"] is None:
        return DASH if row["status"] == "suppressed" else words("not_estimable", reason=row["note"])
    return words.joined([ratio_interval(row), p_value(row["p_value"])])


def _given(row: Row) -> str:
    return str(row["measure"]).partition(THEN)[0]
