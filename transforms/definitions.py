"""A protocol as rows: the definitions that the endpoint SQL joins, so that no rule of a study stands in code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, get_args

import polars as pl

from schemas.mapping import SiteMapping
from schemas.protocol import Endpoint, Protocol
from schemas.protocol.adverse_events import as_reported
from schemas.protocol.censoring import rule_name, ruled
from schemas.protocol.endpoints import TOLD_IN
from schemas.protocol.multi_state import OF_STATES, happening_of
from schemas.protocol.recurrent import followed_name
from schemas.protocol.scores import ScoreAsked
from schemas.protocol.transplant import DefinedBy, variant_name, variant_of
from schemas.tables import TABLES
from transforms.definitions_beside import origins_beside
from transforms.estimands import estimand_rows


def derive_definitions(
    protocol: Protocol,
    sites: Iterable[SiteMapping] = (),
    *,
    data_cut: date | None,
    latest_extract: date | None,
    build_key: str,
) -> dict[str, pl.DataFrame]:
    """Rows of meta.study and of the definition tables, by full table name.

    `data_cut` is the one in force: that of the run, else that of the protocol.
    """
    known_sites = list(sites)
    study = {
        **protocol.model_dump(include={"title", "registry_id", "design", "citation"}),
        **protocol.enrollment.model_dump(include={"youngest_years", "oldest_years"}),
        "first_day": protocol.first_day,
        "data_cut": data_cut,
        "longest_gap_days": protocol.assessments and protocol.assessments.longest_gap_days,
        "latest_extract": latest_extract,
        "build_key": build_key,
    }
    rows = {
        "meta.study": [study],
        **_of_treatment(protocol),
        **_of_analyses(protocol),
        **_of_data(protocol, known_sites),
    }
    return {name: _frame(name, protocol.study_id, found) for name, found in rows.items()}


def _of_treatment(protocol: Protocol) -> dict[str, list[dict[str, Any]]]:
    """What was planned, and what counts as response, toxicity and recovery."""
    return {
        "meta.planned_infusion": [
            {"infusion_number": infusion.number, **infusion.model_dump(exclude={"number", "targets"})}
            for infusion in protocol.infusions
        ],
        "meta.planned_target": [
            {"infusion_number": infusion.number, "target": target}
            for infusion in protocol.infusions
            for target in infusion.targets
        ],
        "meta.response_window": [
            {
                "infusion_number": w.infusion,
                "day": w.day,
                "from_day": w.from_day,
                "to_day": w.to_day,
                "counts": w.counts,
            }
            for w in protocol.response
        ],
        "meta.responder": [
            {"infusion_number": window.infusion, "response": response}
            for window in protocol.response
            for response in window.responders
        ],
        "meta.toxicity": [toxicity.model_dump(exclude={"infusions"}) for toxicity in protocol.toxicity],
        "meta.toxicity_infusion": [
            {"term": toxicity.term, "infusion_number": number}
            for toxicity in protocol.toxicity
            for number in sorted(toxicity.infusions)
        ],
        "meta.coded_event": [
            {"reported": as_reported(one.text), "coded_term": one.term, "organ_class": one.organ_class}
            for asked in ([protocol.adverse_events] if protocol.adverse_events else [])
            for one in asked.coded
        ],
        "meta.hematotoxicity": [
            {"infusion_number": number, "scheme": scheme, "counted": asked.days}
            for asked in ([protocol.hematotoxicity] if protocol.hematotoxicity else [])
            for number in asked.infusions
            for scheme in asked.schemes
        ],
        "meta.cytopenia": [*protocol.prolonged_cytopenia.asked()] if protocol.prolonged_cytopenia else [],
        "meta.care": [*protocol.supportive_care.asked()] if protocol.supportive_care else [],
        "meta.axis_kind": [{"kind": kind} for kind in protocol.axis_kinds],
        "meta.vein_to_vein": [
            {"infusion_number": number}
            for asked in ([protocol.vein_to_vein] if protocol.vein_to_vein else [])
            for number in asked.infusions
        ],
        "meta.score_asked": [_score(one) for one in protocol.scores],
        "meta.visit": [
            {"visitn": place, "infusion_number": asked.infusion, **visit.model_dump()}
            for asked in ([protocol.calendar] if protocol.calendar else [])
            for place, visit in enumerate(asked.contacts, 1)
        ],
        "meta.recovery": [
            {"happening": name, **recovery.model_dump()} for name, recovery in protocol.recoveries.items()
        ],
    }


def _of_analyses(protocol: Protocol) -> dict[str, list[dict[str, Any]]]:
    """Who is counted from when, for which events, by which factors."""
    return {
        "meta.population": [
            {"population": name, **population.model_dump()} for name, population in protocol.populations.items()
        ],
        "meta.origin": [
            {"origin": name, "label": origin.label, "kind": origin.kind, "infusion_number": origin.infusion}
            for name, origin in {**protocol.origins, **origins_beside(protocol)}.items()
        ],
        "meta.endpoint": list(_endpoints(protocol)),
        "meta.endpoint_role": list(_endpoint_roles(protocol)),
        **_of_states(protocol),
        "meta.lateness": list(_late_endpoints(protocol)),
        "meta.estimand": list(estimand_rows(protocol)),
        "meta.risk_factor": list(_risk_factors(protocol)),
        "meta.risk_level": list(_risk_levels(protocol)),
    }


def _of_data(protocol: Protocol, sites: Sequence[SiteMapping]) -> dict[str, list[dict[str, Any]]]:
    """The sites, and what was decided about their data."""
    return {
        "meta.site": [
            {**site.model_dump(include={"site_id", "name", "language", "every_days"}), "erased": " ".join(site.erased)}
            for site in sites
        ],
        "meta.normal_range": [
            {"site_id": site.site_id, **one.model_dump(), "sex": one.sex or "any", "from_day": one.from_day or date.min}
            for site in sites
            for one in site.normal_ranges
        ],
        "meta.rule_limit": [
            {"site_id": site.site_id, "rule_id": rule, "rate": limit.rate, "count": limit.count}
            for site in sites
            for rule, limit in site.limits.items()
        ],
        "meta.waiver": list(_waivers(sites)),
        "meta.imputation": [
            dict(zip(("domain", "column_name"), rule.column.split("."), strict=True))
            | {"rule": rule.to, "not_before": rule.not_before}
            for rule in protocol.imputation
        ],
        "meta.accepted_fall": [
            {"table_name": f"core.{fall.table}", **fall.model_dump(exclude={"table"})}
            for fall in protocol.accepted_falls
        ],
    }


def _score(asked: ScoreAsked) -> dict[str, Any]:
    """A score with the days that count, from lymphodepletion or the infusion on."""
    at, within = asked.at or asked.of.at, asked.of.within_days if asked.within_days is None else asked.within_days
    day = asked.day or 0
    first, last = (0, asked.days or asked.of.days) if asked.of.take == "any" else (day - within, day)
    return {
        "score": asked.score,
        "infusion_number": asked.infusion,
        "moment": asked.moment,
        "starts_at": "lymphodepletion" if at == "lymphodepletion" else "infusion",
        "from_day": first,
        "to_day": last,
        "high": asked.of.high,
    }


def derive_corrections(sites: Iterable[SiteMapping]) -> pl.DataFrame:
    """Every declared correction, without the values it names."""
    rows = [
        {"site_id": site.site_id, "correction_id": fix.id, "column_name": fix.column}
        | fix.model_dump(include={"reason", "reported_by", "reported_on", "applies_until"})
        for site in sites
        for fix in site.corrections
    ]
    texts = ("site_id", "correction_id", "column_name", "reason", "reported_by")
    schema = dict.fromkeys(texts, pl.String) | dict.fromkeys(("reported_on", "applies_until"), pl.Date)
    return pl.DataFrame(rows, schema=schema)


def _waivers(sites: Iterable[SiteMapping]) -> Iterator[dict[str, Any]]:
    for site in sites:
        for waiver in site.waivers:
            yield {"site_id": site.site_id, "query_id": waiver.query, **waiver.model_dump(exclude={"query"})}


def _endpoints(protocol: Protocol) -> Iterator[dict[str, Any]]:
    for name, endpoint in (*protocol.endpoints.items(), *_variants(protocol)):
        yield {
            "paramcd": name,
            "param": endpoint.label,
            "kind": endpoint.kind,
            "population": endpoint.population,
            "origin": endpoint.origin,
            "transplant": endpoint.transplant,
            "censor_at": endpoint.censor_at,
            "no_response_on": endpoint.no_response_on,
        }
    # Until when the subjects of a recurrent event are followed.
    for name, stated in protocol.recurrent_events.items():
        yield {
            "paramcd": followed_name(name),
            "param": stated.label,
            "kind": OF_STATES,
            "population": stated.population,
            "origin": stated.origin,
            "transplant": "ignore",
            "censor_at": "last_contact",
            "no_response_on": "assessment",
        }
    # When each happening of a multi-state model came first, and of whom that is unknown, follows as any endpoint does.
    for name, model in protocol.multi_state.items():
        for happening in model.happenings:
            yield {
                "paramcd": happening_of(name, happening),
                "param": f"{model.label}: {happening}",
                "kind": OF_STATES,
                "population": model.population,
                "origin": model.origin,
                "transplant": "event" if happening == "transplant" else "ignore",
                "censor_at": model.censor_at,
                "no_response_on": "assessment",
            }


def _variants(protocol: Protocol) -> Iterator[tuple[str, Endpoint]]:
    """The endpoints under each way of dealing with transplant, and each censoring rule, that the protocol wants beside them."""
    for name in protocol.transplant_strategies:
        for strategy in get_args(DefinedBy):
            yield variant_name(name, strategy), variant_of(protocol.endpoints[name], strategy)
    for name, rules in protocol.censoring_rules.items():
        for key, rule in rules.items():
            yield rule_name(name, key), ruled(protocol.endpoints[name], rule)


def _late_endpoints(protocol: Protocol) -> Iterator[dict[str, Any]]:
    stated = protocol.lateness
    if stated:
        yield from ({"paramcd": name, **stated.model_dump(exclude={"of"})} for name in stated.of)


def _endpoint_roles(protocol: Protocol) -> Iterator[dict[str, Any]]:
    for name, endpoint in (*protocol.endpoints.items(), *_variants(protocol)):
        for happening, role in endpoint.roles().items():
            yield {"paramcd": name, "happening": happening, "role": role, "domain": TOLD_IN[happening]}
    for name in protocol.recurrent_events:
        yield {"paramcd": followed_name(name), "happening": "death", "role": "event", "domain": TOLD_IN["death"]}
    for name, model in protocol.multi_state.items():
        for kind in model.happenings:
            yield {
                "paramcd": happening_of(name, kind),
                "happening": kind,
                "role": "event",
                "domain": TOLD_IN[kind],
            }


def _of_states(protocol: Protocol) -> dict[str, list[dict[str, Any]]]:
    """Multi-state models: their states, and what moves subjects between them."""
    models = protocol.multi_state.items()
    return {
        "meta.state_model": [
            {"model": name, **model.model_dump(include={"label", "population", "origin", "begins", "censor_at"})}
            for name, model in models
        ],
        "meta.state": [
            {"model": name, "state": key, "label": state.label, "position": position}
            for name, model in models
            for position, (key, state) in enumerate(model.states.items(), start=1)
        ],
        "meta.state_move": [
            {"model": name, "state": key, "happening": happening, "next_state": to, "position": position}
            for name, model in models
            for key, state in model.states.items()
            for position, (happening, to) in enumerate(state.moves.items(), start=1)
        ],
    }


def _risk_factors(protocol: Protocol) -> Iterator[dict[str, Any]]:
    for name, factor in protocol.risk_factors.items():
        for domain, part in factor.sources:
            yield {
                "risk_factor": name,
                "label": factor.label,
                "source_domain": domain,
                "source_name": part,
                "infusion_number": factor.infusion,
                "time_dependent": factor.time_dependent,
                "cut": factor.cut,
                "within_months": factor.within_months,
                "unit": factor.unit,
            }


def _risk_levels(protocol: Protocol) -> Iterator[dict[str, Any]]:
    for name, factor in protocol.risk_factors.items():
        for position, (level, values) in enumerate((factor.levels or {}).items(), start=1):
            for value in values:
                yield {"risk_factor": name, "position": position, "level": level, "value": value}


def _frame(name: str, study_id: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"study_id": study_id, **row} for row in rows], schema=TABLES[name].polars_schema, orient="row"
    )
