"""Results with their reasons as sentences beside them, for tests that read them."""

from __future__ import annotations

import json

import polars as pl

from schemas.reasons import Reason


def with_notes(analysis: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Rows of results.analysis with a column `note`: the English sentences of their rows of results.reason."""
    sentences = [
        str(Reason(code, json.loads(arguments)))
        for code, arguments in reasons.sort("position").select("code", "arguments").iter_rows()
    ]
    notes = (
        reasons.sort("position")
        .with_columns(note=pl.Series(sentences, dtype=pl.String))
        .group_by("result_id", maintain_order=True)
        .agg(pl.col("note").str.join("; "))
    )
    return analysis.join(notes, on="result_id", how="left", maintain_order="left").with_columns(
        pl.col("note").fill_null("")
    )
