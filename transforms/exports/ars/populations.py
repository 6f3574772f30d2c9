"""Analysis sets: the populations of the protocol and those every study has, with their conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from schemas.protocol import Population, Protocol
from transforms.exports.ars.conditions import Condition, all_of, known, where
from transforms.exports.ars.keys import Row, set_id


def analysis_sets(rows: Sequence[Row], protocol: Protocol) -> list[dict[str, Any]]:
    """Every set the rows are of, in their order. rows: of results.analysis, in words."""
    first = {set_id(row): row for row in reversed(rows) if row["analysis_set"]}
    return [
        {"id": id_, "name": row["analysis_set"], "label": row["population_label"], "level": 1, "order": order}
        | _described(row, protocol)
        for order, (id_, row) in enumerate(reversed(first.items()), 1)
    ]


def _described(row: Row, protocol: Protocol) -> dict[str, Any]:
    population = protocol.populations.get(row["analysis_set"])
    if population is None:
        return all_of(SETS[row["analysis_set"]](row["infusion"], row["other_infusion"]))
    stated = population.model_dump(exclude={"label"}, exclude_none=True)
    told = "; ".join(f"{name}: {str(value).lower()}" for name, value in stated.items())
    conditions = [where("adpop", "population", "EQ", row["analysis_set"]), *population_conditions(population)]
    return {"description": f"As the protocol states it: {told or 'enrolled'}", **all_of(conditions)}


def population_conditions(population: Population) -> Iterator[Condition]:
    """What the protocol states, where variables hold it; adam.adpop says who meets it all.

    `transplanted` is in no variable: it means a transplant in remission after the infusion meant.
    """
    if population.infused is not None:
        yield _infused(population.infused)
    if population.evaluable_after is not None:
        yield from _flagged(population.evaluable_after, "evalfl")
    if population.responded_after is not None:
        yield from _flagged(population.responded_after, "respfl")
    if population.has_transplant is not None:
        yield replace(where("adevent", "happening", "EQ", "transplant"), negated=not population.has_transplant)


def _infused(number: int) -> Condition:
    return where("adex", "infusion_number", "EQ", number)


def _flagged(infusion: int, flag: str) -> list[Condition]:
    return [where("adrs", "infusion_number", "EQ", infusion), where("adrs", flag, "EQ", "Y")]


# By the name of the set: its conditions, given the infusion and the one it is compared with.
SETS: dict[str, Callable[[Any, Any], list[Condition]]] = {
    "enrolled": lambda _infusion, _other: [known("adsl", "subject_id")],
    "received": lambda infusion, _other: [_infused(infusion)],
    "evaluable": lambda infusion, _other: _flagged(infusion, "evalfl"),
    "in_response": lambda infusion, _other: _flagged(infusion, "respfl"),
    "mrd_examined": lambda infusion, _other: [*_flagged(infusion, "respfl"), known("adrs", "mrdnegfl")],
    "deceased": lambda _infusion, _other: [known("adsl", "dthdt")],
    "relapsed": lambda _infusion, _other: [known("adsl", "relapsedt")],
    "both_infusions": lambda infusion, other: [_infused(other), _infused(infusion)],
    "sampled": lambda infusion, _other: [where("adcks", "infusion_number", "EQ", infusion)],
    # A clause is about one record; no record is of both.
    "both_sampled": lambda _infusion, _other: [],
}
