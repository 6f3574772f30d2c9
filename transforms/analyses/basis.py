"""What a result rests on: the rows of endpoint tables that were counted, so that a number can be walked back to its records.

Belongs here: naming those rows. Which rows count is decided where the result is computed, and handed over as it was used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

from schemas.tables import TABLES
from schemas.tables.results import BASIS

# counted: who is in the denominator or in the risk set; event: the rows that make the numerator; group: what put a
# subject into its group; value: the measured value itself.
Role = Literal["counted", "event", "group", "value"]
BLANK_IN_KEY = "-"
DIGITS = 12


@dataclass(frozen=True)
class Basis:
    """Rows a result rests on: role, endpoint table, its column (empty for the row as a whole), subject, key of the row."""

    rows: tuple[tuple[Role, str, str, str, str], ...] = ()

    def __add__(self, other: Basis) -> Basis:
        """The rows of both, each once."""
        return Basis(tuple(dict.fromkeys((*self.rows, *other.rows))))

    @cached_property
    def basis_id(self) -> str:
        """The same for results that rest on the same rows; empty where there are none."""
        if not self.rows:
            return ""
        return hashlib.sha256("\n".join("\t".join(row) for row in self.rows).encode()).hexdigest()[:DIGITS]

    def of_table(self, name: str) -> Basis:
        """The same rows, of another table with the same key."""
        return Basis(tuple((role, name, *others) for role, _, *others in self.rows))  # type: ignore[misc]


def rests_on(role: Role, table: str, frame: pl.DataFrame, column: str = "") -> Basis:
    """The rows of a frame of an endpoint table, as the basis of a result.

    table: as `adam.adtte`. column: the one column that was used, where the row holds several facts.
    """
    key = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null(BLANK_IN_KEY) for name in row_key(table)], separator="|"
    )
    named = frame.select("subject_id", key=key)
    return Basis(tuple((role, table, column, subject, row) for subject, row in named.iter_rows()))


def row_key(table: str) -> list[str]:
    """The columns that tell the rows of one study in a table apart."""
    return [name for name in TABLES[table].key if name != "study_id"]


def basis_frame(study_id: str, bases: Iterable[Basis]) -> pl.DataFrame:
    """Rows of results.basis, each basis once."""
    distinct = {basis.basis_id: basis for basis in bases if basis.rows}
    rows = [(study_id, name, *row) for name, basis in distinct.items() for row in basis.rows]
    return pl.DataFrame(rows, schema=BASIS.polars_schema, orient="row")
