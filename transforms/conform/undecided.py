"""Cells by which a condition of a mapping can't be decided, stated once and closed.

A cell that shows an error or that nobody can tell what it shows, one whose text was destroyed, one that says unknown, and one that says
what a condition asks for in other signs (`Yes?` for yes). Any other text, `no` and blank too, decides: the condition does not hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.mapping import Condition, SheetMapping, decode_key
from schemas.seen_text import ERROR
from transforms.conform.conditions import holds
from transforms.conform.garbled import is_garbled
from transforms.distinct_texts import by_text, distinct
from transforms.validate.occurrence import UNKNOWN

_SAYS_NOTHING = re.compile(rf"{ERROR}|[\W_]*(?:{'|'.join(map(re.escape, UNKNOWN))})[\W_]*|[?？\s]+", re.IGNORECASE)
# Signs around a word that leave it the same word, and a doubt.
_AROUND = " \t?？*!！.。,，;；:：()（）[]【】\"'“”‘’"


@dataclass(frozen=True)
class Judged:
    """Of each row whether conditions hold of it.

    sure: all hold, and no cell leaves that open. open_by: the header of the first cell that does, blank where it is decided.
    """

    sure: pl.Series
    open_by: pl.Series


# By column the texts that some condition of the sheet names, so that they decide.
Known = Mapping[str, Collection[str]]
NOTHING_KNOWN: Known = {}


def judge(
    rows: pl.DataFrame, conditions: Sequence[Condition], known: Known, told: Collection[str] = frozenset()
) -> Judged:
    """Whether all conditions hold of each row, or may.

    told: columns whose cells are asked about where they are read, so that a condition that holds of one as it stands holds.
    """
    sure = pl.repeat(value=True, n=rows.height, dtype=pl.Boolean, eager=True)
    may, doubts = sure, []
    for condition in conditions:
        met = rows.select(holds(condition)).to_series()
        doubtful = cells_undecided(rows, condition, known.get(condition.column, ()))
        if condition.column in told:
            doubtful &= ~met
        doubts.append(pl.when(doubtful).then(pl.lit(condition.column)))
        sure, may = sure & met & ~doubtful, may & (met | doubtful)
    if not doubts:
        return Judged(sure, pl.repeat(None, rows.height, dtype=pl.String, eager=True))
    open_by = pl.select(pl.when(may & ~sure).then(pl.coalesce(doubts))).to_series()
    return Judged(sure, open_by)


def known_texts(mapping: SheetMapping) -> Known:
    """By column the texts that some condition on it names."""
    entries = [source for feed in mapping.feeds for entry in feed.entries() for source in entry.values()]
    of_rows = [*mapping.set_aside, *mapping.deleted, *(one for feed in mapping.feeds for one in feed.where)]
    known: dict[str, set[str]] = defaultdict(set)
    for condition in (*of_rows, *(one for source in entries for one in source.only_where)):
        known[condition.column] |= {*(condition.equals or ()), *(condition.not_equals or ())}
    return dict(known)


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
