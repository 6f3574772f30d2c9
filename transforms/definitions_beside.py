"""The same outcome under every admissible definition: from which day, what transplant does, when censored, which relapse counts.

Only the definitions are made here; the endpoint SQL applies them, as it applies those of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from pydantic import ValidationError

from schemas.protocol import Endpoint, Origin, Protocol, TransplantStrategy

Relapse = Literal["any", "morphologic"]
KINDS = ("lfs", "efs", "cir")
# No response is an event of efs: it can't begin once there is one.
BEFORE_RESPONSE = ("enrollment", "infusion")


@dataclass(frozen=True)
class Definition:
    """An endpoint of the protocol in other words. relapse: any, or morphologic ones alone."""

    name: str
    of: str
    endpoint: Endpoint
    relapse: Relapse

    @property
    def key(self) -> str:
        """The definition as results are keyed by it."""
        return f"{self.endpoint.origin}.{self.endpoint.transplant}.{self.endpoint.censor_at}.{self.relapse}"


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
    """The protocol with these endpoints instead of its own, their origins, and without what else names an endpoint."""
    endpoints = {definition.name: definition.endpoint for definition in definitions}
    origins = {**protocol.origins, **origins_beside(protocol)}
    return protocol.model_copy(update={"endpoints": endpoints, "origins": origins, "models": {}})


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


def origins_beside(protocol: Protocol) -> dict[str, Origin]:
    """Days 0 that are as admissible as the protocol's but not declared by it: the infusion itself, and the remission after it.

    Others would ask another question: from a later infusion or a transplant only those count who came to it.
    """
    declared = {(origin.kind, origin.infusion) for origin in protocol.origins.values()}
    planned = {infusion.number for infusion in protocol.infusions}
    meant = {
        protocol.origins[endpoint.origin].infusion for endpoint in protocol.endpoints.values() if endpoint.kind in KINDS
    }
    found = {}
    for number in sorted(meant & planned):
        for kind, label in (("infusion", f"infusion {number}"), ("remission", f"remission after infusion {number}")):
            if (kind, number) not in declared:
                found[f"beside_{kind}_{number}"] = Origin(label=label, kind=kind, infusion=number)  # type: ignore[arg-type]
    return found


def _origins(protocol: Protocol, endpoint: Endpoint) -> list[str]:
    """The endpoint's own origin, and others: not before it is known who is in the population, which would give immortal time."""
    population, own = protocol.populations[endpoint.population], protocol.origins[endpoint.origin]
    beside = origins_beside(protocol)
    legal = [
        name
        for name, origin in {**protocol.origins, **beside}.items()
        if population.is_known_at(origin)
        and (endpoint.kind != "efs" or origin.kind in BEFORE_RESPONSE)
        and (name not in beside or origin.infusion == own.infusion)
    ]
    return [endpoint.origin, *(name for name in legal if name != endpoint.origin)]
