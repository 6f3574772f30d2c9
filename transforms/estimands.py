"""Endpoints as estimands: what may happen to a subject on the way to each, and how the protocol handles it.

Source: ICH E9(R1), Addendum on estimands, A.3.2. Population and variable are the protocol's; which strategy handles an
intercurrent event follows from its role in the endpoint:

- event: it is part of the variable (composite).
- competing: the time counts while subjects are free of it (while_free, ICH's "while on treatment").
- censor: the time is followed as if it would not happen (hypothetical).
- none: what comes after it counts (treatment_policy). A death without a role ends the time all the same (hypothetical).
- a condition of the population: who had it is left out, or alone is in (population). No principal stratum: it is chosen by what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args

from schemas.protocol import Endpoint, Protocol
from schemas.protocol.endpoints import RelapseKind

Strategy = Literal["composite", "while_free", "hypothetical", "treatment_policy", "population"]
# What happens to subjects on the way to any endpoint, in the order of print; so does what competes with one of the protocol's.
ALWAYS = ("death", "transplant", "consolidation", "next_infusion")
OF_ROLE: dict[str, Strategy] = {"event": "composite", "competing": "while_free", "censor": "hypothetical"}


def estimand_rows(protocol: Protocol) -> Iterator[dict[str, Any]]:
    """Rows of meta.estimand, without the study: one per endpoint and intercurrent event, in the protocol's order."""
    position = 0
    for name, endpoint in protocol.endpoints.items():
        for happening, strategy in intercurrent_events(protocol, endpoint).items():
            position += 1
            yield {
                "paramcd": name,
                "population": endpoint.population,
                "origin": endpoint.origin,
                "variable": ".".join((*endpoint.event, *(["transplant"] if endpoint.transplant == "event" else []))),
                "intercurrent_event": happening,
                "strategy": strategy,
                "position": position,
            }


def intercurrent_events(protocol: Protocol, endpoint: Endpoint) -> dict[str, Strategy]:
    """How each intercurrent event of an endpoint is handled; what can come only before day 0, or is the event alone, is none."""
    declared = (happening for other in protocol.endpoints.values() for happening in (*other.competing, *other.censor))
    therapy = ("new_therapy",) if any("new_therapy" in other.roles() for other in protocol.endpoints.values()) else ()
    found = dict.fromkeys((*ALWAYS, *therapy, *declared))
    return {happening: strategy for happening in found if (strategy := _strategy(protocol, endpoint, happening))}


def _strategy(protocol: Protocol, endpoint: Endpoint, happening: str) -> Strategy | None:
    if happening == "transplant":
        return _of_transplant(protocol, endpoint)
    if happening in endpoint.event:
        return OF_ROLE["event"] if len(endpoint.event) > 1 or endpoint.transplant == "event" else None
    if happening in endpoint.competing:
        return OF_ROLE["competing"]
    if happening in endpoint.censor:
        return OF_ROLE["censor"]
    if happening == "relapse" and {*get_args(RelapseKind)} & {*endpoint.event}:
        # Of a relapse of one kind, another kind is no event of its own.
        return None
    return "hypothetical" if happening == "death" else "treatment_policy"


def _of_transplant(protocol: Protocol, endpoint: Endpoint) -> Strategy | None:
    population = protocol.populations[endpoint.population]
    if endpoint.transplant != "ignore":
        return OF_ROLE[endpoint.transplant]
    if protocol.origins[endpoint.origin].kind == "transplant":
        return None
    chosen = population.transplanted is not None or population.has_transplant is not None
    return "population" if chosen else "treatment_policy"
