"""The section of a study's page on its data: what became of every row, and what sites are still asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words

COUNTS = ("rows_read", "accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed")
CELLS = ("cells_read", "cells_used", "cells_unknown", "cells_set_aside", "cells_superseded")


def rows_part(tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words) -> Part:
    """What became of every row, by file and sheet."""
    order = ("source_file", "source_sheet")
    rows = tables["meta.reconciliation"].sort(*order).select(*order, *COUNTS)
    total = rows.select(pl.col(COUNTS).sum()).row(0)
    printed = [[str(cell) for cell in row] for row in rows.iter_rows()]
    header = [words("quality.file"), words("quality.sheet"), *(words(f"quality.{count}") for count in COUNTS)]
    table = PrintedTable(header, [*printed, [words("quality.all"), "", *map(str, total)]])
    asked = queries.printed("meta.reconciliation", ", ".join(order))
    return Part(words("quality.rows"), table, queries=[asked])


def cells_part(tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words) -> Part:
    """What became of every filled cell, by file and sheet."""
    order = ("source_file", "source_sheet")
    cells = tables["meta.reconciliation"].sort(*order).select(*order, *CELLS)
    total = cells.select(pl.col(CELLS).sum()).row(0)
    printed = [[str(cell) for cell in row] for row in cells.iter_rows()]
    header = [words("quality.file"), words("quality.sheet"), *(words(f"quality.{count}") for count in CELLS)]
    table = PrintedTable(header, [*printed, [words("quality.all"), "", *map(str, total)]])
    return Part(words("quality.cells"), table, queries=[queries.printed("meta.reconciliation", ", ".join(order))])


def open_queries_part(
    tables: Mapping[str, pl.DataFrame], remedies: Mapping[str, str], queries: Queries, words: Words
) -> Part:
    """Open questions by site, rule and place; `remedies` says what a rule asks for in a language other than English."""
    where = pl.concat_str(
        [pl.col("source_file").str.split("/").list.last(), "source_sheet"], separator=" ", ignore_nulls=True
    )
    grouped = (
        tables["meta.site_query"]
        .filter(status="open")
        .with_columns(where=where.str.strip_chars())
        .group_by("site_id", "rule_id", "sets_aside", "remedy", "where")
        .agg(pl.col("source_row").drop_nulls().sort().cast(pl.String))
        .sort("site_id", "rule_id", "where")
    )
    printed = [
        [
            site,
            words("queries.place", file=where, rows=_row_list(rows, words)),
            rule,
            words(f"sets_aside.{sets_aside}"),
            remedies.get(rule) or remedy,
        ]
        for site, rule, sets_aside, remedy, where, rows in grouped.iter_rows()
    ]
    columns = ("site", "where", "rule", "sets_aside", "remedy")
    table = PrintedTable([words(f"queries.{column}") for column in columns], printed)
    asked = queries.rows("meta.site_query", "site_id, rule_id, source_file, source_row", status="open")
    return Part(words("queries.title"), table, queries=[asked])


# Columns of meta.site_answer_time, in print order.
TIMES = ("questions", "open_questions", "overdue_questions", "waiting_questions", "unknown_questions", "waived_questions", "closed_questions")  # fmt: skip


def answer_times_part(tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words) -> Part | None:
    """How each site answers; None where none has sent a list of answers yet."""
    if tables["meta.site_answer"].is_empty():
        return None
    printed = [
        [row["site_id"], *(str(row[name]) for name in TIMES), _days(row["median_days"], words), _days(row["longest_days"], words)]
        for row in tables["meta.site_answer_time"].sort("site_id").to_dicts()
    ]  # fmt: skip
    columns = ("site", *TIMES, "median_days", "longest_days")
    table = PrintedTable([words(f"answer.time.{column}") for column in columns], printed)
    return Part(words("answer.time.title"), table, queries=[queries.printed("meta.site_answer_time", "site_id")])


def _days(number: float | None, words: Words) -> str:
    return words("unknown") if number is None else f"{number:g}"


def _row_list(rows: Sequence[str], words: Words) -> str:
    if not rows:
        return words("queries.header")
    shown = words.joined(list(rows[:6])) + (" …" if len(rows) > 6 else "")
    return words("queries.row" if len(rows) == 1 else "queries.rows", rows=shown)
