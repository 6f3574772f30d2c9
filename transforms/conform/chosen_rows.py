"""Which rows of a sheet each feed takes by its conditions, and by which cell nobody can tell whether it takes a row.

Such a row is no "no": the feed takes it too, and what it makes of it is set aside whole. So is what a feed makes of a row of
which nobody can tell whether it is data, or deleted. Not where the doubt is told already: the feed itself reads the cell, or
another feed of its domain takes the row and does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from schemas.mapping import Condition, Feed, SheetMapping
from transforms.conform.conditions import all_hold
from transforms.conform.undecided import Known, judge, known_texts
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
    known = known_texts(mapping)
    of_row = _may_be_no_data(data, mapping, known)
    doubts = [_doubts(data, feed, known) for feed in mapping.feeds]
    for feed, found in zip(mapping.feeds, doubts, strict=True):
        taken = data.filter(all_hold(feed.where)) if feed.where else data
        if found.is_empty() and of_row.is_empty():
            yield ChosenRows(taken, found)
            continue
        own = found
        for other in mapping.feeds:
            if other is not feed and other.domain == feed.domain and other.where:
                told = data.filter(all_hold(other.where))[ROW]
                of_its_cells = pl.col(UNDECIDED_BY).is_in(sorted(_reads(other)))
                own = own.filter(~(of_its_cells & pl.col(ROW).is_in(told.implode())))
        sure = taken.join(found, on=ROW, how="anti", maintain_order="left")
        own = pl.concat([own, of_row.join(sure, on=ROW, how="semi")])
        # What is sure comes first: of equal records that are one the first is kept.
        sure = sure.join(own, on=ROW, how="anti", maintain_order="left")
        rows = pl.concat([sure, data.join(own, on=ROW, how="semi", maintain_order="left")])
        yield ChosenRows(rows, own)


def _may_be_no_data(data: pl.DataFrame, mapping: SheetMapping, known: Known) -> pl.DataFrame:
    """The rows that may be none of data, and those whose records may be deleted."""
    found = [_open(data, conditions, known) for conditions in (mapping.set_aside, mapping.deleted) if conditions]
    return pl.concat([pl.DataFrame(schema=DOUBTS), *found]).unique(ROW, keep="first", maintain_order=True)


def _doubts(data: pl.DataFrame, feed: Feed, known: Known) -> pl.DataFrame:
    """The rows that no condition of the feed excludes for sure, and that not all include."""
    return _open(data, feed.where, known, told=_reads(feed))


def _open(data: pl.DataFrame, conditions: list[Condition], known: Known, told: Collection[str] = ()) -> pl.DataFrame:
    open_by = judge(data, conditions, known, told).open_by
    return pl.DataFrame({ROW: data[ROW], UNDECIDED_BY: open_by}, schema=DOUBTS).filter(
        pl.col(UNDECIDED_BY).is_not_null()
    )


def _reads(feed: Feed) -> set[str]:
    """The columns that records of the feed are made of."""
    return {name for entry in feed.entries() for source in entry.values() for name in source.own_columns()}
