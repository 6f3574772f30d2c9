"""Identifiers of the parts of a reporting event: made of keys alone, so the same from night to night and in every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.tables.results import DATA_SUBSET

Row = Mapping[str, Any]
SUBSET = tuple(column.name for column in DATA_SUBSET)
# Of a population of the protocol the infusion is part of its definition; of these it is the row's.
BY_INFUSION = ("received", "evaluable", "in_response", "mrd_examined", "both_infusions", "both_sampled", "sampled")


def identifier(prefix: str, *parts: object) -> str:
    """`AN.os.survival.time_months=12`: what is blank is left out."""
    return ".".join([prefix, *(_text(part) for part in parts if part not in (None, ""))])


def named(row: Row, names: Iterable[str]) -> list[str]:
    """The keys of a row that are not blank, each with its value."""
    return [f"{name}={_text(row[name])}" for name in names if row[name] not in (None, "")]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def set_id(row: Row) -> str:
    """Of a row's analysis set; empty where it has none."""
    if not row["analysis_set"]:
        return ""
    infusions = named(row, ("infusion", "other_infusion")) if row["analysis_set"] in BY_INFUSION else []
    return identifier("AS", row["analysis_set"], *infusions)


def subset_id(row: Row) -> str:
    """Of a row's data subset, with the section whose tables it is of; empty where all records count."""
    keys = named(row, SUBSET)
    return identifier("DS", row["section"], *keys) if keys else ""


def factor_of(row: Row) -> str:
    """What a row's levels are of: a factor, or what is measured."""
    return str(row["factor"] or (row["measure"] if row["level"] else ""))


def grouping_id(factor: str, *, reference: bool = False) -> str:
    """Of a factor; the level others are held against is a grouping of its own."""
    return identifier("GF", factor, "reference" if reference else "")


def group_id(factor: str, level: str, *, reference: bool = False) -> str:
    """Of a level of a factor."""
    return f"{grouping_id(factor, reference=reference)}:{level}"
