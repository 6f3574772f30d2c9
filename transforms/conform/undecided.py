"""Cells by which a condition of a mapping can't be decided, stated once and closed.

A cell that shows an error or that nobody can tell what it shows, one whose text was destroyed, one that says unknown, and one that says
what a condition asks for in other signs (`Yes?` for yes). Any other text, `no` and blank too, decides: the condition does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from schemas.mapping import Condition, decode_key
from schemas.seen_text import ERROR
from transforms.conform.conditions import holds
from transforms.conform.garbled import is_garbled
from transforms.distinct_texts import by_text, distinct
from transforms.validate.occurrence import UNKNOWN

_SAYS_NOTHING = re.compile(rf"{ERROR}|[\W_]*(?:{'|'.join(map(re.escape, UNKNOWN))})[\W_]*|[?？\s]+", re.IGNORECASE)
# Signs around a word that leave it the same word, and a doubt.
_AROUND = " \t?？*!！.。,，;；:：()（）[]【】\"'“”‘’"


def cells_undecided(rows: pl.DataFrame, condition: Condition, known: Collection[str]) -> pl.Series:
    """Where the condition's cell leaves open whether it holds.

    known: texts of this column that the mapping names in any condition, so that they decide.
    """
    cells = rows[condition.column]
    if condition.blank is not None or condition.not_blank is not None:
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    asked = {_plain(text) for text in (*(condition.equals or ()), *(condition.not_equals or ()))} - {""}
    texts = [
        text
        for text in distinct(cells).to_list()
        if text not in known and (_SAYS_NOTHING.fullmatch(text.strip()) or is_garbled(text) or _plain(text) in asked)
    ]
    if not texts:
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    open_ = by_text(cells, lambda found: found.is_in(texts)).fill_null(value=False)
    if condition.matches is not None:
        return open_ & ~rows.select(holds(condition)).to_series()
    return open_ & rows.select(holds(condition)).to_series() if condition.not_matches is not None else open_


def _plain(text: str) -> str:
    return decode_key(text).strip(_AROUND)
