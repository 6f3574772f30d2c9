"""What a result rests on: the rows of endpoint tables that were counted, so that a number can be walked back to its records.

They are said by what chooses them (endpoint_rows.py); only where no condition says which, they are listed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import polars as pl

from schemas.tables.results import AMONG, CONDITION, LISTED_ROW, SELECTION
from transforms.analyses.endpoint_rows import DIGITS, Condition, Rows, Selection, listed

# counted: who is in the denominator or in the risk set; event: the rows that make the numerator; group: what put a
# subject into its group; value: the measured value itself.
Role = Literal["counted", "event", "group", "value"]


@dataclass(frozen=True)
class Part:
    """Rows of one endpoint table in one role. column: the one that was used, empty for the row as a whole.

    chosen: what chooses the rows; without one they are in `frame` (subject_id, endpoint_key). rows_id: tells them from other rows,
    as far as the group of subjects does not.
    """

    role: Role
    table: str
    column: str
    rows_id: str
    height: int
    subjects: int
    chosen: Selection | None = None
    frame: pl.DataFrame | None = field(default=None, compare=False, repr=False)

    @property
    def part_id(self) -> str:
        """The same for the same rows, said the same way, in the same role."""
        return f"{self.role}\t{self.table}\t{self.column}\t{self.rows_id}\t{self.among_id}"

    @property
    def among_id(self) -> str:
        """The group of subjects whose rows they are; empty for whoever has some."""
        return self.chosen.among_id if self.chosen else ""


@dataclass(frozen=True)
class Basis:
    """The endpoint rows a result rests on, in parts; a row of several parts is one."""

    parts: tuple[Part, ...] = ()

    def __add__(self, other: Basis) -> Basis:
        """The rows of both."""
        known = {part.part_id: part for part in (*self.parts, *other.parts)}
        return Basis(tuple(known.values()))

    @cached_property
    def basis_id(self) -> str:
        """The same for results that rest on the same rows, said the same way; empty where there are none."""
        if not self.parts:
            return ""
        return hashlib.sha256("\n".join(part.part_id for part in self.parts).encode()).hexdigest()[:DIGITS]

    @property
    def height(self) -> int:
        """Endpoint rows of the only part."""
        return sum(part.height for part in self.parts)

    @property
    def who(self) -> tuple[Rows, ...] | None:
        """What says who the subjects of its only part are; None where no condition does."""
        if len(self.parts) != 1 or self.parts[0].chosen is None:
            return None
        return self.parts[0].chosen.who

    def of_table(self, name: str) -> Basis:
        """The same rows, of another table with the same key."""
        return Basis(tuple(_of_table(part, name) for part in self.parts))


def _of_table(part: Part, name: str) -> Part:
    if part.chosen is None:
        return replace(part, table=name)
    same = {part.chosen.rows: replace(part.chosen.rows, table=name)}
    chosen = Selection(same[part.chosen.rows], tuple(sorted(same.get(one, one) for one in part.chosen.among)))
    return replace(part, table=name, chosen=chosen, rows_id=chosen.rows.rows_id)


def chosen_part(role: Role, column: str, chosen: Selection, frame: pl.DataFrame) -> Basis:
    """The rows that a selection chooses, which are those of a frame."""
    if frame.is_empty():
        return Basis()
    subjects = frame["subject_id"].n_unique()
    return Basis((Part(role, chosen.rows.table, column, chosen.rows.rows_id, frame.height, subjects, chosen),))


def listed_part(role: Role, table: str, column: str, frame: pl.DataFrame) -> Basis:
    """The rows of a frame of an endpoint table, one by one."""
    if frame.is_empty():
        return Basis()
    keys = listed(table, frame)
    named = keys.select(pl.col("endpoint_key").str.join("\n")).item()
    rows_id = hashlib.sha256(f"{table}\n{named}".encode()).hexdigest()[:DIGITS]
    return Basis((Part(role, table, column, rows_id, keys.height, keys["subject_id"].n_unique(), frame=keys),))


def selection_frame(study_id: str, bases: Iterable[Basis]) -> pl.DataFrame:
    """Rows of results.selection, each basis once."""
    given = [
        (
            study_id, basis_id, number, part.role, part.table, part.column, "N" if part.chosen else "Y", part.rows_id,
            part.among_id or None, part.height, part.subjects,
        )
        for basis_id, basis in {basis.basis_id: basis for basis in bases if basis.parts}.items()
        for number, part in enumerate(basis.parts, 1)
    ]  # fmt: skip
    return pl.DataFrame(given, schema=SELECTION.polars_schema, orient="row")


def among_frame(study_id: str, bases: Iterable[Basis]) -> pl.DataFrame:
    """Rows of results.among, each group once."""
    groups = {chosen.among_id: chosen.among for chosen in _chosen(bases) if chosen.among}
    given = [(study_id, name, one.rows_id) for name, among in groups.items() for one in among]
    return pl.DataFrame(given, schema=AMONG.polars_schema, orient="row")


def condition_frame(study_id: str, bases: Iterable[Basis]) -> pl.DataFrame:
    """Rows of results.condition, those of the same rows once."""
    meant = {one.rows_id: one for chosen in _chosen(bases) for one in (chosen.rows, *chosen.among)}
    given = [(study_id, name, one.table, *said) for name, one in meant.items() for said in _said(one.conditions)]
    return pl.DataFrame(given, schema=CONDITION.polars_schema, orient="row")


def _chosen(bases: Iterable[Basis]) -> list[Selection]:
    return [part.chosen for basis in bases for part in basis.parts if part.chosen is not None]


def _said(conditions: tuple[Condition, ...]) -> Iterator[tuple[str, str, str]]:
    """column_name, operator and value; a row without them where there is no condition."""
    if not conditions:
        yield "", "", ""
    for one in conditions:
        yield from ((one.column, one.operator, value) for value in one.values or ("",))


def listed_frame(study_id: str, bases: Iterable[Basis]) -> pl.DataFrame:
    """Rows of results.listed_row, each list once."""
    lists = {part.rows_id: part.frame for basis in bases for part in basis.parts if part.frame is not None}
    frames = [
        frame.select(study_id=pl.lit(study_id), rows_id=pl.lit(name), subject_id="subject_id", endpoint_key="endpoint_key")
        for name, frame in lists.items()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=LISTED_ROW.polars_schema), *frames])
