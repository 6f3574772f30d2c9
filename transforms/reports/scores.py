"""Scores from laboratory results on a study's page: groups, what is open and what that could move, and values."""

from __future__ import annotations

import polars as pl

from schemas.protocol.scores import SECTION
from schemas.score_criteria import scores
from transforms.analyses.scores import OPEN
from transforms.reports.numbers import DASH, share_cells, spread, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.reports.safety import BESIDE
from transforms.words import Words
from transforms.words.safety import moment


def score_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """A table per infusion, a line per score and day."""
    parts = []
    for analysis_id in ids_of(analysis, SECTION):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.rows("adam.adscore", "score, moment, subject_id", infusion_number=infusion),
            queries.rows("adam.adscitem", "score, moment, item, subject_id", infusion_number=infusion),
        ]
        title = words("after_infusion", infusion=words.infusion(infusion))
        parts.append(Part(title, _table(found, words), queries=asked))
    return parts


def _table(found: list[Row], words: Words) -> PrintedTable:
    lines = dict.fromkeys((row["term"], row["measure"]) for row in found)
    printed = [
        _line(score, at, [row for row in found if (row["term"], row["measure"]) == (score, at)], words)
        for score, at in lines
    ]
    header = [words(f"scores.{name}") for name in ("score", "subjects", "open", "graver")]
    header += [words("percent_interval"), words("scores.known"), words("scores.value")]
    named = dict.fromkeys(score for score, _ in lines)
    told = [words("scores.source", score=score, source=scores()[score].source) for score in named]
    signs = [words("scores.signs_note")] if any(scores()[score].required for score in named) else []
    beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "proportion" and row["note"])
    notes = [
        words("scores.note"), *signs, words("scores.sources", sources=words("list.strong_separator").join(told)),
        *methods_note([row for row in found if row["statistic"] == "proportion"], words),
        *(words("note.beware", reason=one) for one in beware),
    ]  # fmt: skip
    return PrintedTable(header, printed, notes)


def _line(score: str, at: str, rows: list[Row], words: Words) -> list[str]:
    share = next((row for row in rows if row["statistic"] == "proportion"), None)
    open_ = next((row for row in rows if row["quantity"] == OPEN), None)
    beside = {row["statistic"]: row for row in rows if row["statistic"] in BESIDE}
    value = {row["statistic"]: row["estimate"] for row in rows if not row["quantity"]}
    known = next(row["n"] for row in rows if row["statistic"] == "median")
    count = rows[0]["n"] if rows[0]["statistic"] == "count" else None
    cells = share_cells(share, beside, words) if share else [DASH, DASH]
    shown = spread(value["median"], value.get("min"), value.get("max")) if value.get("median") is not None else DASH
    name = words("scores.of", score=score, moment=moment(at, words))
    return [
        name,
        str(count if count is not None else DASH),
        whole(open_["estimate"]) if open_ else DASH,
        *cells,
        str(known or 0),
        shown,
    ]
