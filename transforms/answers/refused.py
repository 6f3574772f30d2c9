"""What a list holds besides answers that count, a sentence each: file, sheet, row, column, what is expected, what mends it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.words import Words


def refusal_sentences(rows: pl.DataFrame, words: Words) -> Iterator[str]:
    """One sentence for each row that has a refusal or a note, in order; no value of the row stands in it.

    rows: source_file, source_sheet, source_row, source_column, refusal, note.
    """
    told = rows.filter(pl.col("refusal").is_not_null() | pl.col("note").is_not_null())
    columns = ("source_file", "source_sheet", "source_row", "source_column", "refusal", "note")
    for file, sheet, row, column, refusal, note in told.select(columns).iter_rows():
        place = " ".join(part for part in (file, sheet, words("answer.row", n=row), column) if part)
        yield words("answer.told", place=place, why=words(f"answer.refusal.{refusal or note}"))


def passed_over_sentences(rows: pl.DataFrame, words: Words) -> Iterator[str]:
    """One sentence for each list with rows that are about no question of ours. rows: source_file, passed_over."""
    for file, number in (
        rows.filter(pl.col("passed_over").is_not_null()).select("source_file", "passed_over").iter_rows()
    ):
        yield words("answer.passed_over", file=file, n=number)
