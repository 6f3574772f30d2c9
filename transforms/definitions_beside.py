"""The same outcome under every legal definition: from which day, what transplant does, when censored, which relapse counts.

Only the definitions are made here; the endpoint SQL applies them, as it applies those of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from pydantic import ValidationError

from schemas.protocol import Endpoint, Protocol, TransplantStrategy

Relapse = Literal["any", "morphologic"]
KINDS = ("lfs", "efs", "cir")
WORDS = {
    "ignore": "transplant ignored",
    "censor": "censored at transplant",
    "competing": "transplant competes",
    "last_contact": "followed to the last contact",
    "last_assessment": "followed to the last assessment",
}


@dataclass(frozen=True)
class Definition:
    """An endpoint of the protocol in other words. relapse: any, or morphologic ones alone."""

    name: str
    of: str
    endpoint: Endpoint
    relapse: Relapse

    @property
    def words(self) -> str:
        """The definition as a reader sees it."""
        parts = (WORDS[self.endpoint.transplant], WORDS[self.endpoint.censor_at], f"{self.relapse} relapse")
        return ", ".join(parts)


def definitions_beside(protocol: Protocol, *, residual_relapses: bool) -> list[Definition]:
    """Every definition of every endpoint of a kind that has several.

    residual_relapses: some relapses were found by residual disease alone, so that it matters whether they count.
    """
    found = []
    for name, endpoint in protocol.endpoints.items():
        if endpoint.kind in KINDS:
            variants = _variants(protocol, endpoint)
            relapses: tuple[Relapse, ...] = ("any", "morphologic") if residual_relapses else ("any",)
            pairs = enumerate(product(variants, relapses), start=1)
            found += [Definition(f"{name}_{number}", name, variant, relapse) for number, (variant, relapse) in pairs]
    return found


def with_definitions(protocol: Protocol, definitions: list[Definition]) -> Protocol:
    """The protocol with these endpoints instead of its own, and without what else names an endpoint."""
    endpoints = {definition.name: definition.endpoint for definition in definitions}
    return protocol.model_copy(update={"endpoints": endpoints, "models": {}})


def _variants(protocol: Protocol, endpoint: Endpoint) -> Iterator[Endpoint]:
    """The protocol's own definition first, then those that differ from it."""
    censored = ("last_contact", "last_assessment")
    seen = []
    # With transplant competing, survival would be an incidence, which is another quantity.
    other = {"event"} if endpoint.kind == "cir" else {"event", "competing"}
    strategies = [strategy for strategy in get_args(TransplantStrategy) if strategy not in other]
    for origin, strategy, censor_at in product(_origins(protocol, endpoint), strategies, censored):
        changed = {"origin": origin, "transplant": strategy, "censor_at": censor_at, "groups": []}
        try:
            variant = Endpoint.model_validate({**endpoint.model_dump(), **changed})
        except ValidationError:
            continue
        seen.append(variant)
    own = endpoint.model_copy(update={"groups": []})
    yield own
    yield from (variant for variant in seen if variant != own)


def _origins(protocol: Protocol, endpoint: Endpoint) -> list[str]:
    """Origins not before it is known who is in the population: earlier ones would give immortal time."""
    population = protocol.populations[endpoint.population]
    later = [name for name, origin in protocol.origins.items() if population.is_known_at(origin)]
    return later if endpoint.origin in later else [endpoint.origin, *later]
