"""Cells that hold several records, `2级 CRS; 1级 ICANS`: one row per part, each under the number of the row it stood in."""

from __future__ import annotations

import re

import polars as pl

from schemas.mapping import Split, width_folded
from transforms.distinct_texts import as_text

SEPARATOR = "\x1f"


def split_rows(rows: pl.DataFrame, split: Split) -> pl.DataFrame:
    """The rows with one part of the cell each; a blank cell stays one row, and a part that repeats another is kept."""
    signs = sorted({sign for text in split.by for sign in (text, width_folded(text) or text, _wide(text))}, key=len)
    between = "|".join(re.escape(sign) for sign in reversed(signs))
    text = as_text(rows.select(split.column)).to_series()
    parts = text.str.replace_all(between, SEPARATOR).str.split(SEPARATOR)
    parts = parts.list.eval(pl.element().str.strip_chars().replace("", None).drop_nulls())
    filled = pl.when(parts.list.len() > 0).then(parts).otherwise(pl.lit([None], dtype=pl.List(pl.String)))
    return rows.with_columns(pl.select(filled).to_series().alias(split.column)).explode(split.column)


def _wide(text: str) -> str:
    """The same signs in full width."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
