"""What a page is made of: tables of printed cells, and titled parts with their figures, notes and queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import polars as pl

from transforms.reports.queries import Query
from transforms.words import Words
from transforms.words.results import CODES

Row = dict[str, Any]
NO_LINKS: Mapping[str, str] = MappingProxyType({})
# What says that a dose counts though the site has yet to confirm it, with its count and without; or that data chose the cut.
DISPUTED = {"disputed", "disputed_hidden", "data_derived"}


@dataclass(frozen=True)
class PrintedTable:
    """A table as printed: header, rows of cells, notes beneath. A row of one cell is a heading across the table.

    links: where the first cell of a row leads, by what it says.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    links: Mapping[str, str] = field(default_factory=dict)


NO_TABLE = PrintedTable([], [])


@dataclass(frozen=True)
class Part:
    """A titled piece of a section: a table, a figure or both, and the queries they can be checked with."""

    title: str = ""
    table: PrintedTable = NO_TABLE
    figure: str = ""
    queries: Sequence[Query] = ()
    anchor: str = ""
    aside: str = ""
    parts: Sequence[Part] = field(default=())


def times_of(rows: Iterable[Row]) -> list[float]:
    """The months rows are about, each once, as they come; a row that could not be estimated before its time was known has none."""
    return [months for months in dict.fromkeys(row["time_months"] for row in rows) if months is not None]


def rows_of(analysis: pl.DataFrame, **which: str) -> list[Row]:
    """Rows of results.analysis that match, in print order."""
    return analysis.filter(**which).sort("position").to_dicts()


def ids_of(analysis: pl.DataFrame, section: str) -> list[str]:
    """The analyses of a section, in print order."""
    return list(dict.fromkeys(row["analysis_id"] for row in rows_of(analysis, section=section)))


def disputed_note(rows: list[Row], words: Words) -> list[str]:
    """What rows over doses in doubt, or over a cut that data chose, have to be read with, said once; nothing of any others."""
    told = dict.fromkeys(row["note"] for row in rows if DISPUTED & set(row[CODES]))
    return [words("note.beware", reason=reason) for reason in told]


def methods_note(rows: list[Row], words: Words) -> list[str]:
    """The methods named in the rows, as one note, and a warning where an interval has no width."""
    methods = list(dict.fromkeys(words.method(row["method"]) for row in rows if row["method"]))
    notes = [words("note.intervals", methods=words.apart(methods))] if methods else []
    without_width = any(row["ci_low"] is not None and row["ci_low"] == row["ci_high"] for row in rows)
    return [*notes, words("note.no_width")] if without_width else notes
