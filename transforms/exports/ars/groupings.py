"""Grouping factors with their levels: risk factors of the protocol, and characteristics every study has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from schemas.protocol import Protocol
from transforms.analyses.deaths import DEATH_CLASS
from transforms.analyses.disposition import NOT_REPORTED
from transforms.exports.ars.conditions import all_of, known, variable, where
from transforms.exports.ars.keys import Row, factor_of, group_id, grouping_id
from transforms.words import Words

# What is measured and told by level outside of adsl: its variable, and what else holds of its records.
PLACES = {
    "response": ("adrs", "respfl"),
    "not_infused": ("adds", "dsreas"),
    "excluded": ("adpop", "exclcd"),
    "undecided": ("adpop", "exclcd"),
}
OF_MEASURE = {
    "not_infused": [where("adds", "dsdecod", "EQ", "not infused")],
    "excluded": [where("adpop", "popfl", "EQ", "N")],
    "undecided": [where("adpop", "popfl", "EQ", "U")],
}


def groupings(rows: Sequence[Row], protocol: Protocol, words: Words) -> list[dict[str, Any]]:
    """Every factor the rows are split by, and, where levels are held against another, the reference levels."""
    labels = {factor_of(row): row["group_name"] for row in reversed(rows) if factor_of(row)}
    found = [_grouping(factor, labels[factor], rows, protocol, words) for factor in reversed(labels)]
    compared = {row["factor"] for row in rows if row["reference_level"]}
    references = [
        _grouping(factor, labels[factor], rows, protocol, words, reference=True)
        for factor in reversed(labels)
        if factor in compared
    ]
    return [*found, *references]


def _grouping(
    factor: str, label: str, rows: Sequence[Row], protocol: Protocol, words: Words, *, reference: bool = False
) -> dict[str, Any]:
    key = "reference_level" if reference else "level"
    stated = protocol.risk_factors[factor].level_names if factor in protocol.risk_factors else []
    found = [row[key] for row in rows if factor_of(row) == factor and row[key]]
    levels = dict.fromkeys(found if reference else [*stated, *found])
    # Classes of death are codes that have words of their own.
    named = {row["level"]: row["group_level"] for row in rows if factor_of(row) == factor == DEATH_CLASS}
    groups = [
        {
            "id": group_id(factor, level, reference=reference),
            "name": level,
            "label": named.get(level) or words.told(level),
            "level": 1,
            "order": order,
            # What is only found, as whether a later covariate came in time, is in no variable.
            **(_condition(factor, level, protocol) if level in stated or factor not in protocol.risk_factors else {}),
        }
        for order, level in enumerate(levels, 1)
    ]
    return {
        "id": grouping_id(factor, reference=reference),
        "name": f"{factor}, reference level" if reference else factor,
        "label": label,
        # Levels of the protocol are stated; those of an interaction or of what is measured are what was found.
        "dataDriven": not stated,
        **_variable(factor, protocol),
        **({"groups": groups} if groups else {}),
    }


def _variable(factor: str, protocol: Protocol) -> dict[str, str]:
    """The variable a factor is in; none of an interaction."""
    place = _place(factor, protocol)
    if place is None:
        return {}
    return {"groupingDataset": place[0].upper(), "groupingVariable": variable(*place)}


def _condition(factor: str, level: str, protocol: Protocol) -> dict[str, Any]:
    place = _place(factor, protocol)
    if place is None:
        return {}
    of_factor = [where("adrisk", "risk_factor", "EQ", factor)] if place[0] == "adrisk" else OF_MEASURE.get(factor, [])
    is_level = replace(known(*place), negated=True) if level == NOT_REPORTED else where(*place, "EQ", level)
    return all_of([*of_factor, is_level])


def _place(factor: str, protocol: Protocol) -> tuple[str, str] | None:
    if factor in protocol.risk_factors:
        stated = protocol.risk_factors[factor]
        return "adrisk", "level" if stated.level_names else "value" if stated.time_dependent else "value_number"
    # A class of death is of the cause and of what came before it, in no variable.
    return None if ":" in factor or factor == DEATH_CLASS else PLACES.get(factor, ("adsl", factor))
