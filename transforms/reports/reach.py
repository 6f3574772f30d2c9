"""What open questions could change: one line for each headline, beneath the questions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from transforms.headline_news import print_headline
from transforms.reach.admissible import MOST_ANSWERS
from transforms.reach.tables import ALL_AT_ONCE, MOST_TOGETHER, MOVES, NOT_BOUNDED, NOTHING
from transforms.reports.numbers import DASH
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.reports.suppression import SUPPRESSED
from transforms.words import Words
from transforms.words.reasons import said_reason

TABLES = ("results.reach", "results.question_reach")


def reach_parts(
    tables: Mapping[str, pl.DataFrame], analysis: pl.DataFrame, queries: Queries, words: Words
) -> list[Part]:
    """How far answers to all open questions could move each headline; nothing where no question is open.

    analysis: rows of results.analysis in words, small counts suppressed.
    """
    reach, asked = (tables[name] for name in TABLES)
    if asked.is_empty():
        return []
    ranges = analysis.join(reach.filter(query_id=ALL_AT_ONCE).drop("study_id", "estimate", "unit"), on="result_id")
    moving = reach.filter(pl.col("query_id") != ALL_AT_ONCE).group_by("result_id").len().rows()
    moved_by = dict(moving)
    printed = [
        [row["label"], *_values(row, words), str(moved_by.get(row["result_id"], 0))]
        for row in ranges.sort("headline").iter_rows(named=True)
    ]
    header = [words(f"reach.{column}") for column in ("headline", "published", "range", "moved_by")]
    note = words("reach.note", most=MOST_ANSWERS, together=MOST_TOGETHER)
    table = PrintedTable(header, printed, [_summary(asked, words), *_not_bounded(asked, words), note])
    return [Part(words("reach.title"), table, queries=[queries.printed("results.reach", "query_id, result_id")])]


def _values(row: Mapping[str, Any], words: Words) -> tuple[str, str]:
    if row["status"] == SUPPRESSED:
        return DASH, DASH
    return print_headline(row["estimate"], row["unit"], words), say_range(row, words)


def say_range(row: Mapping[str, Any], words: Words) -> str:
    """Lowest to highest of a headline. row: a row of results.reach."""
    if row["bounded_by"] == "none":
        return words("reach.unknown")
    if row["lowest"] is None:
        return words("reach.unreached")
    low = print_headline(row["lowest"], row["unit"], words)
    if row["highest"] is None:
        return words("reach.from", lowest=low)
    return words("reach.between", lowest=low, highest=print_headline(row["highest"], row["unit"], words))


def could_move(row: Mapping[str, Any], words: Words, *, numbers: bool) -> str | None:
    """The headline a question moves most, and from where to where; blank where nobody worked it out.

    row: a row of results.question_reach with that of results.reach and the label of the headline beside it. numbers: whether they are
    shown, which they are not where small counts are suppressed.
    """
    if row["outcome"] is None:
        return None
    if row["outcome"] == MOVES and not numbers:
        return words("reach.hidden", label=row["label"])
    if row["outcome"] == MOVES:
        return words("reach.moves", label=row["label"], range=say_range(row, words))
    return words("reach.nothing" if row["outcome"] == NOTHING else "reach.open")


def _summary(asked: pl.DataFrame, words: Words) -> str:
    counts = dict(asked.group_by("outcome").len().iter_rows())
    named = {"moving": MOVES, "still": NOTHING, "unbounded": NOT_BOUNDED}
    return words("reach.summary", n=asked.height, **{name: counts.get(code, 0) for name, code in named.items()})


def _not_bounded(asked: pl.DataFrame, words: Words) -> list[str]:
    """Why questions could not be bounded, the most frequent reason first."""
    why = asked.drop_nulls("reason").group_by("reason").len().sort(["len", "reason"], descending=[True, False])
    return [words("reach.not_bounded", n=count, reason=said_reason(code, {}, words)) for code, count in why.iter_rows()]
