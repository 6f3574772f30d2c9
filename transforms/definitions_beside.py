"""The same outcome of the same subjects under other admissible definitions: from which day, what transplant does, when censored,
which relapse counts. Each differs from the protocol's in one thing, so that a reader sees what that thing does.

Only the definitions are made here; the endpoint SQL applies them, as it applies those of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl
from pydantic import ValidationError

from schemas.protocol import Endpoint, Origin, Protocol, TransplantStrategy

Relapse = Literal["any", "morphologic"]
KINDS = ("lfs", "efs", "cir")
# No response is an event of efs: it can't begin once there is one.
BEFORE_RESPONSE = ("enrollment", "infusion")
# Of subjects known alive so long after the assessment of response a further look at the disease is expected.
LONG_AFTER_DAYS = 90


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


def definitions_beside(protocol: Protocol, *, residual_relapses: bool, assessed_later: bool) -> list[Definition]:
    """The protocol's definition and the others, of every endpoint of a kind that has several.

    residual_relapses: some relapses were found by residual disease alone, so that it matters whether they count. assessed_later:
    sites report how the disease was found after the response too; else nobody is followed to a last assessment.
    """
    found = []
    for name, endpoint in protocol.endpoints.items():
        if endpoint.kind in KINDS:
            own, *others = _variants(protocol, endpoint, assessed_later=assessed_later)
            pairs: list[tuple[Endpoint, Relapse]] = [(own, "any")]
            # One kind of relapse can be left out where the protocol counts all kinds.
            if residual_relapses and "relapse" in {*own.event, *own.competing}:
                pairs.append((own, "morphologic"))
            pairs += [(variant, "any") for variant in others]
            found += [
                Definition(f"{name}_{number}", name, variant, relapse)
                for number, (variant, relapse) in enumerate(pairs, start=1)
            ]
    return found


def is_assessed_later(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether sites report looks at the disease after the response too: for half or more of those known alive long after it.

    Where they don't, a subject's last assessment is that of the response, and survival to the last assessment means nothing.
    tables: adam.adsl, adam.adrs and adam.adevent.
    """
    counted = tables["adam.adrs"]["srcseq"].drop_nulls()
    looks = tables["adam.adevent"].filter(
        ~pl.col("srcseq").is_in(counted.implode()), pl.col("srcdom") != "relapse", happening="assessment"
    )
    responded = tables["adam.adrs"].group_by("subject_id").agg(pl.col("adt").max())
    long_after = responded.join(tables["adam.adsl"], on="subject_id").filter(
        pl.col("lstalvdt") > pl.col("adt") + pl.duration(days=LONG_AFTER_DAYS)
    )
    later = long_after.join(looks, on="subject_id").filter(pl.col("eventdt") > pl.col("adt"))
    return long_after.height > 0 and later["subject_id"].n_unique() * 2 >= long_after.height


def with_definitions(protocol: Protocol, definitions: list[Definition]) -> Protocol:
    """The protocol with these endpoints instead of its own, their origins, and without what else names an endpoint."""
    endpoints = {definition.name: definition.endpoint for definition in definitions}
    origins = {**protocol.origins, **origins_beside(protocol)}
    others: dict[str, object] = {
        "models": {},
        "cut_points": {},
        "several_tests": {},
        "multi_state": {},
        "transplant_strategies": {},
        "censoring_rules": {},
        "recurrent_events": {},
        "win_ratios": {},
        "lateness": None,
    }
    return protocol.model_copy(update={"endpoints": endpoints, "origins": origins, **others})


def _variants(protocol: Protocol, endpoint: Endpoint, *, assessed_later: bool) -> Iterator[Endpoint]:
    """The protocol's own definition first, then those that differ from it in one thing."""
    own = endpoint.without_groups()
    yield own
    # With transplant competing, survival would be an incidence, which is another quantity.
    other = {"event"} if endpoint.kind == "cir" else {"event", "competing"}
    strategies = [strategy for strategy in get_args(TransplantStrategy) if strategy not in other]
    ends = ("last_contact", "last_assessment") if assessed_later else ("last_contact",)
    changes: list[dict[str, str]] = [
        *({"origin": origin} for origin in _origins(protocol, endpoint)),
        *({"transplant": strategy} for strategy in strategies),
        *({"censor_at": end} for end in ends),
    ]
    for change in changes:
        try:
            variant = Endpoint.model_validate({**own.model_dump(), **change})
        except ValidationError:
            continue
        if variant != own:
            yield variant


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
    """The endpoint's own origin, and others of the same subjects, without immortal time.

    That is, none before it is known who is in the population, and none that some of the population never come to.
    """
    population, own = protocol.populations[endpoint.population], protocol.origins[endpoint.origin]
    beside = origins_beside(protocol)
    legal = [
        name
        for name, origin in {**protocol.origins, **beside}.items()
        if population.is_known_at(origin)
        and population.reaches(origin)
        and (endpoint.kind != "efs" or origin.kind in BEFORE_RESPONSE)
        and (name not in beside or origin.infusion == own.infusion)
    ]
    return [endpoint.origin, *(name for name in legal if name != endpoint.origin)]
