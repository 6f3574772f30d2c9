"""What an answer changes in the records of its subject: a cell, a record that is put in, one that goes. An answer of none leaves all as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Cell:
    """A cell of a record in force says something else; blank: nobody knows."""

    domain: str
    record_id: str
    column: str
    value: Any


@dataclass(frozen=True, eq=False)
class Put:
    """A record comes into force: one set aside, left out or not reported yet. row: as in the core table."""

    domain: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Drop:
    """A record is no longer in force."""

    domain: str
    record_id: str


Edit: TypeAlias = Cell | Put | Drop
Answer: TypeAlias = tuple[Edit, ...]
AS_IT_STANDS: Answer = ()
