"""Which rows of a sheet each feed takes by its conditions, and by which cell nobody can tell whether it takes a row.

Such a row is no "no": the feed takes it too, and what it makes of it is set aside whole. Not where the doubt is told already: the
feed itself reads the cell, or another feed of its domain takes the row and does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from schemas.mapping import Feed, SheetMapping
from transforms.conform.conditions import all_hold, holds
from transforms.conform.undecided import cells_undecided
from transforms.readers.sheet import ROW

UNDECIDED_BY = "undecided_by"
DOUBTS = {ROW: pl.Int64, UNDECIDED_BY: pl.String}


@dataclass(frozen=True)
class ChosenRows:
    """The rows a feed takes, those in doubt last; doubts: source_row and header of the cell in doubt (DOUBTS)."""

    rows: pl.DataFrame
    doubts: pl.DataFrame

    def undecided_by(self, source_rows: pl.Series) -> pl.Series:
        """For each source row the header of the cell in doubt, blank where there is none."""
        rows = pl.DataFrame({ROW: source_rows}, schema={ROW: pl.Int64})
        return rows.join(self.doubts, on=ROW, how="left", maintain_order="left")[UNDECIDED_BY]


def choose_rows(data: pl.DataFrame, mapping: SheetMapping) -> Iterator[ChosenRows]:
    """The rows of each feed of a sheet, in the order of the feeds."""
    known = _known_texts(mapping)
    doubts = [_doubts(data, feed, known) for feed in mapping.feeds]
    for feed, found in zip(mapping.feeds, doubts, strict=True):
        taken = data.filter(all_hold(feed.where)) if feed.where else data
        if found.is_empty():
            yield ChosenRows(taken, found)
            continue
        sure = taken.join(found, on=ROW, how="anti", maintain_order="left")
        own = found
        for other in mapping.feeds:
            if other is not feed and other.domain == feed.domain and other.where:
                told = data.filter(all_hold(other.where))[ROW]
                of_its_cells = pl.col(UNDECIDED_BY).is_in(sorted(_reads(other)))
                own = own.filter(~(of_its_cells & pl.col(ROW).is_in(told.implode())))
        # What is sure comes first: of equal records that are one the first is kept.
        rows = pl.concat([sure, data.join(own, on=ROW, how="semi", maintain_order="left")])
        yield ChosenRows(rows, own)


def _doubts(data: pl.DataFrame, feed: Feed, known: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """The rows that no condition of the feed excludes for sure, and that not all include."""
    no_row = pl.DataFrame(schema=DOUBTS)
    open_cells, excluded = [], []
    for condition in feed.where:
        met = data.select(holds(condition)).to_series()
        doubtful = cells_undecided(data, condition, known[condition.column])
        if condition.column in _reads(feed):
            doubtful &= ~met
        open_cells.append((condition.column, doubtful))
        excluded.append(~met & ~doubtful)
    if not any(doubtful.any() for _, doubtful in open_cells):
        return no_row
    first = pl.coalesce(pl.when(doubtful).then(pl.lit(header)) for header, doubtful in open_cells)
    found = data.select(ROW, first.alias(UNDECIDED_BY))
    return found.filter(pl.col(UNDECIDED_BY).is_not_null() & ~pl.any_horizontal(pl.lit(no) for no in excluded))


def _reads(feed: Feed) -> set[str]:
    """The columns that records of the feed are made of."""
    return {name for entry in feed.entries() for source in entry.values() for name in source.own_columns()}


def _known_texts(mapping: SheetMapping) -> Mapping[str, set[str]]:
    """By column the texts that some condition on it names."""
    of_feeds = [condition for feed in mapping.feeds for condition in feed.where]
    of_cells = [
        condition
        for feed in mapping.feeds
        for entry in feed.entries()
        for source in entry.values()
        for condition in source.only_where
    ]
    known: dict[str, set[str]] = defaultdict(set)
    for condition in (*mapping.set_aside, *mapping.deleted, *of_feeds, *of_cells):
        known[condition.column] |= {*(condition.equals or ()), *(condition.not_equals or ())}
    return known
