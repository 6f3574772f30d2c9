"""Which rows of an endpoint table are chosen: by conditions on their own columns, and on rows that the same subject has elsewhere.

Belongs here: stating such a selection, choosing by it, and telling whether it chooses the rows that were counted. Which rows count is
decided where the result is computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from schemas.basis import ABOUT, Operator, conditions_of
from schemas.tables import TABLES

DIGITS = 12
BLANK_IN_KEY = "-"
# SQL counts on the digits of a number of which kinds of rows a subject has some.
MOST = 60


@dataclass(frozen=True, order=True)
class Condition:
    """A condition on one column. values: as text; of `is` any of several, none for `known` and `blank`."""

    column: str
    operator: Operator
    values: tuple[str, ...] = ()

    @property
    def expression(self) -> pl.Expr:
        """The condition on a frame of the table; a blank meets `blank` alone."""
        column = pl.col(self.column)
        match self.operator:
            case "known":
                return column.is_not_null()
            case "blank":
                return column.is_null()
            case "is":
                return column.cast(pl.String).is_in(list(self.values))
        (bound,) = map(float, self.values)
        compared = {"at_least": column >= bound, "below": column < bound, "above": column > bound}
        return compared[self.operator]


KNOWN: Final = Condition("", "known")
BLANK: Final = Condition("", "blank")
Wanted = str | int | tuple[str, ...] | Condition
# Conditions by column, to be given as keywords: a type checker holds such a mapping to every other keyword as well.
Conditions = dict[str, Any]


def at_least(bound: float) -> Condition:
    """A number not below a bound."""
    return Condition("", "at_least", (repr(float(bound)),))


def below(bound: float) -> Condition:
    """A number below a bound."""
    return Condition("", "below", (repr(float(bound)),))


def above(bound: float) -> Condition:
    """A number above a bound."""
    return Condition("", "above", (repr(float(bound)),))


@dataclass(frozen=True, order=True)
class Rows:
    """The rows of one endpoint table (`adam.adtte`) that meet conditions on their own columns."""

    table: str
    conditions: tuple[Condition, ...] = ()

    def of(self, whole: pl.DataFrame) -> pl.DataFrame:
        """These rows of the whole table."""
        return whole.filter(*(condition.expression for condition in self.conditions)) if self.conditions else whole

    @property
    def rows_id(self) -> str:
        """The same for the same conditions."""
        return _short(repr(self))


def rows(table: str, **wanted: Wanted) -> Rows:
    """Rows by what their columns hold: a value, one of several, KNOWN, BLANK, at_least(...), below(...) or above(...).

    Raises
    ------
    ValueError: schemas.basis does not say that rows of the table are chosen by such a condition.
    """
    conditions = tuple(sorted(_condition(column, what) for column, what in wanted.items()))
    for one in conditions:
        if (one.column, one.operator) not in conditions_of(table):
            raise ValueError(f"{table}: schemas.basis chooses no rows by {one.operator} of {one.column}")
    return Rows(table, conditions)


def _condition(column: str, what: Wanted) -> Condition:
    if isinstance(what, Condition):
        return Condition(column, what.operator, what.values)
    return Condition(column, "is", tuple(sorted(what)) if isinstance(what, tuple) else (str(what),))


@dataclass(frozen=True)
class Selection:
    """Rows of an endpoint table whose subject has a row in each of `among` as well."""

    rows: Rows
    among: tuple[Rows, ...] = ()

    @property
    def who(self) -> tuple[Rows, ...]:
        """What says who its subjects are."""
        return self.among or (self.rows,)

    def of(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """These rows, from whole tables by full name."""
        found = self.rows.of(tables[self.rows.table])
        for other in self.among:
            held = other.of(tables[other.table]).select("subject_id")
            found = found.join(held, on="subject_id", how="semi")
        return found

    @property
    def among_id(self) -> str:
        """The same for the same group of subjects; empty where it is whoever has such rows."""
        return _short(repr(self.among)) if self.among else ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def selection(chosen: Rows, among: Sequence[Rows], *, of_others: bool = False) -> Selection:
    """Rows whose subjects are in a group.

    The rows themselves are said among what makes the group, so that it is the same for them and for what is known of their subjects;
    of_others: not so of the latter.
    """
    group = set(among) - {chosen} if not of_others else set(among)
    if not group or len(group) > MOST:
        return Selection(chosen, tuple(sorted(group)))
    return Selection(chosen, tuple(sorted(group if of_others else group | {chosen})))


def about(table: str, frame: pl.DataFrame, wanted: Mapping[str, Wanted]) -> Rows:
    """Conditions on rows of a table: what all of a frame are about, and what is wanted beside it."""
    same = {
        name: str(frame[name][0])
        for name in ABOUT[table]
        if name not in wanted and name in frame.columns and frame.height and _is_one(frame[name])
    }
    return rows(table, **same, **wanted)


def _is_one(values: pl.Series) -> bool:
    return bool((values == values[0]).all()) if values.null_count() == 0 else False


@dataclass(frozen=True)
class Digest:
    """What tells whether two frames of a table hold the same rows, in whatever order: how many, and the sum of their keys' hashes."""

    height: int
    sum: int


def digest(table: str, frame: pl.DataFrame) -> Digest:
    """The digest of the keys of a frame of an endpoint table. Holds within one process."""
    hashes = frame.select("subject_id", *(name for name in row_key(table) if name != "subject_id")).hash_rows(seed=1)
    return Digest(frame.height, int(hashes.sum() or 0))


def row_key(table: str) -> list[str]:
    """The columns that tell the rows of one study in a table apart."""
    return [name for name in TABLES[table].key if name != "study_id"]


def listed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """subject_id and endpoint_key of each row of a frame, once, in the order of their keys."""
    key = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null(BLANK_IN_KEY) for name in row_key(table)], separator="|"
    )
    return frame.select("subject_id", endpoint_key=key).unique().sort("endpoint_key")


@dataclass
class Chosen:
    """Endpoint tables by full name, and the digests of the selections that were asked of them."""

    tables: Mapping[str, pl.DataFrame]
    known: dict[Selection, Digest] = field(default_factory=dict)

    def gives(self, asked: Selection, frame: pl.DataFrame) -> bool:
        """Whether a selection chooses the rows of a frame, all of them and no other."""
        if len(asked.among) > MOST or any(one.table not in self.tables for one in (asked.rows, *asked.among)):
            return False
        if asked not in self.known:
            self.known[asked] = digest(asked.rows.table, asked.of(self.tables))
        return self.known[asked] == digest(asked.rows.table, frame)
