"""Tables of interim looks: each look with its bound and its test, and the conditional power."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.interim import (
    BOUND,
    BOUND_P,
    CROSSED,
    DESIGN,
    INFORMATION,
    NOW,
    POWER,
    SPENT,
    TREND,
    Z,
)
from transforms.reports.numbers import DASH, p_value, percent, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

Cells = dict[tuple[str, str], Row]


def interim_parts(analysis: pl.DataFrame, queries: Queries, words: Words, *, standing: bool = True) -> list[Part]:
    """Per test: looks against bounds; then where it stands, unless that is not to be told."""
    parts = []
    for analysis_id in ids_of(analysis, "interim"):
        found = rows_of(analysis, analysis_id=analysis_id)
        cells = {(row["statistic"], row["measure"]): row for row in found}
        asked = [queries.printed(analysis_id=analysis_id)]
        title = words.told(words.names.states[analysis_id, ""])
        parts.append(Part(title, _looks(cells, words), queries=asked))
        if standing:
            parts.append(Part(table=_standing(cells, words)))
    return parts


def _looks(cells: Cells, words: Words) -> PrintedTable:
    """A line for each look, and one for now."""
    numbered = dict.fromkeys(measure for statistic, measure in cells if statistic == Z)
    printed = [_look(cells, number, words) for number in sorted(numbered, key=lambda one: (one == NOW, one.zfill(3)))]
    header = [
        words(f"interim.{column}") for column in ("look", "seen", "information", "bound", "bound_p", "spent", "z", "p")
    ]
    notes = list(_notes(cells, words))
    return PrintedTable(header, printed, notes)


def _look(cells: Cells, number: str, words: Words) -> list[str]:
    test, information = cells[Z, number], cells.get((INFORMATION, number))
    bound, nominal, spent = (cells.get((name, number)) for name in (BOUND, BOUND_P, SPENT))
    known = test["estimate"] is not None
    return [
        words("interim.now") if number == NOW else number,
        whole(test["events"]) if test["events"] is not None else DASH,
        percent(information["estimate"]) if information else DASH,
        f"{bound['estimate']:.3f}" if bound else DASH,
        p_value(nominal["estimate"]) if nominal else DASH,
        f"{spent['estimate']:.4f}" if spent else DASH,
        f"{test['estimate']:.2f}" if known else DASH,
        p_value(test["p_value"]) if test["p_value"] is not None else DASH,
    ]


def _notes(cells: Cells, words: Words) -> Iterator[str]:
    now = cells.get((INFORMATION, NOW))
    if now and now["note"]:
        yield words.sentence(now["note"]) + "."
    for (statistic, measure), row in cells.items():
        if statistic == Z and measure != NOW and row["note"]:
            yield words("note.of", what=words("interim.of_look", n=measure), reason=row["note"])
        elif statistic == Z and row["estimate"] is None and row["note"]:
            yield words("note.of", what=words("interim.now"), reason=row["note"])
    yield words("interim.now_note")


def _standing(cells: Cells, words: Words) -> PrintedTable:
    """Whether a bound was crossed, and the conditional power."""
    crossed = cells.get((CROSSED, ""))
    state = {1.0: "crossed", 0.0: "within"}.get(crossed["estimate"], "none") if crossed else "none"
    printed = [[words("interim.state"), words(f"interim.{state}")]]
    notes = [words("note.beware", reason=crossed["note"])] if crossed and crossed["note"] and state == "crossed" else []
    for measure in (DESIGN, TREND):
        row = cells.get((POWER, measure))
        if row is None:
            continue
        name = words("list.separator").join([words("interim.power"), words(f"interim.power_{measure}")])
        shown = percent(row["estimate"]) if row["estimate"] is not None else words("not_estimable", reason=row["note"])
        printed.append([name, shown])
    return PrintedTable(["", words("response_design.value")], printed, notes)
