"""Conditions over the datasets and variables of `cartrove export adam`, as where clauses of the standard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from schemas.adam_variables import adam_datasets

Comparator = Literal["EQ", "NE", "GE", "LE", "IN"]
# Made on export: the parameter as the protocol names it, whatever 8 letters PARAMCD has of it.
MADE = {("adtte", "paramcd"): "PARAMID", ("adttealt", "paramcd"): "PARAMID"}
BLANK = ""
TOP, WITHIN = 1, 2


@dataclass(frozen=True)
class Condition:
    """A column of a table of schema adam, and what it is compared with. negated: no record meets it."""

    table: str
    column: str
    comparator: Comparator
    values: tuple[str, ...]
    negated: bool = False

    def rendered(self) -> dict[str, Any]:
        """As a condition of the standard."""
        return {
            "dataset": self.table.upper(),
            "variable": variable(self.table, self.column),
            "comparator": self.comparator,
            "value": list(self.values),
        }


def where(table: str, column: str, comparator: Comparator, *values: object) -> Condition:
    """A condition on a column of a table of schema adam."""
    return Condition(table, column, comparator, tuple(str(value) for value in values))


def known(table: str, column: str) -> Condition:
    """The column is not blank."""
    return where(table, column, "NE", BLANK)


def variable(table: str, column: str) -> str:
    """The variable an export has a column under. Raises KeyError where it has none."""
    return MADE.get((table, column)) or _variables()[table, column]


def is_exported(table: str, column: str) -> bool:
    """Whether an export has a variable for the column."""
    return (table, column) in MADE or (table, column) in _variables()


@cache
def _variables() -> dict[tuple[str, str], str]:
    return {
        (dataset.table.name, one.column): one.name
        for dataset in adam_datasets()
        for one in dataset.variables
        if one.column
    }


def all_of(conditions: Sequence[Condition]) -> dict[str, Any]:
    """What holds where every condition does: a condition, or a compound expression; nothing without any."""
    if not conditions:
        return {}
    if len(conditions) == 1 and not conditions[0].negated:
        return {"condition": conditions[0].rendered()}
    clauses = [_clause(condition, order) for order, condition in enumerate(conditions, 1)]
    return {"compoundExpression": {"logicalOperator": "AND", "whereClauses": clauses}}


def _clause(condition: Condition, order: int) -> dict[str, Any]:
    if not condition.negated:
        return {"level": WITHIN, "order": order, "condition": condition.rendered()}
    inner = [{"level": WITHIN + 1, "order": 1, "condition": condition.rendered()}]
    return {"level": WITHIN, "order": order, "compoundExpression": {"logicalOperator": "NOT", "whereClauses": inner}}
