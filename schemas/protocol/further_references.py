"""The names that what is asked further uses of other parts of a protocol, with where each stands and what it may be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from schemas.protocol.endpoints import TOLD_IN
from schemas.protocol.further import RESPONSE_GROUPS
from schemas.protocol.lateness import REPORTED

if TYPE_CHECKING:
    from schemas.protocol.study import Protocol

Reference = tuple[str, str, Collection[str]]


def further_references(protocol: Protocol) -> Iterator[Reference]:
    """Path, name, and the names it may be."""
    later = [name for name, factor in protocol.risk_factors.items() if factor.time_dependent]
    for key, endpoint in protocol.endpoints.items():
        for name in endpoint.further.later_groups:
            yield f"endpoints.{key}.further.later_groups", name, later
        for place, one in enumerate(endpoint.further.adjusted):
            fixed = [name for name in protocol.risk_factors if name not in later]
            yield from (
                (f"endpoints.{key}.further.adjusted[{place}].covariates", name, fixed) for name in one.covariates
            )
        for name in endpoint.further.strata:
            yield f"endpoints.{key}.further.strata", name, levelled(protocol)
    yield from _of_interim(protocol)
    yield from (("committee.masked", name, list(protocol.risk_factors)) for name in protocol.committee.masked)
    yield from _of_lateness(protocol)
    yield from _of_measured(protocol)
    yield from _of_models(protocol)
    curves = [name for name, endpoint in protocol.endpoints.items() if not endpoint.competes]
    for key, cut in protocol.cut_points.items():
        yield f"cut_points.{key}.factor", cut.factor, numeric(protocol)
        if cut.endpoint is not None:
            # With competing events the curves of the two sides would overstate the event.
            yield f"cut_points.{key}.endpoint", cut.endpoint, curves
        if cut.infusion is not None:
            yield f"cut_points.{key}.infusion", str(cut.infusion), [str(one.infusion) for one in protocol.response]
    analyses = list(tested_analyses(protocol))
    for key, family in protocol.several_tests.items():
        for number, tests in enumerate(family.tests):
            yield f"several_tests.{key}.tests[{number}].analysis", tests.analysis, analyses


def _of_interim(protocol: Protocol) -> Iterator[Reference]:
    """Tests looked at before the end: their endpoint, response and groups."""
    curves = [name for name, endpoint in protocol.endpoints.items() if not endpoint.competes]
    for key, one in protocol.interim.items():
        path = f"interim.{key}"
        if one.endpoint is not None:
            yield f"{path}.endpoint", one.endpoint, curves
        if one.response is not None:
            yield f"{path}.response", str(one.response), [str(window.infusion) for window in protocol.response]
        if one.groups is not None:
            yield f"{path}.groups.factor", one.groups.factor, levelled(protocol)
            if one.groups.factor in levelled(protocol):
                levels = protocol.risk_factors[one.groups.factor].level_names
                yield f"{path}.groups.treated", one.groups.treated, levels
                yield f"{path}.groups.control", one.groups.control, levels


def _of_models(protocol: Protocol) -> Iterator[Reference]:
    known = [name for name, factor in protocol.risk_factors.items() if not factor.time_dependent]
    for key, model in protocol.models.items():
        path = f"models.{key}"
        if model.select_below is not None or model.predict:
            # What is known only later can be neither screened as if it were known, nor had on day 0.
            yield from ((f"{path}.covariates", name, known) for name in model.covariates)
        for place, one in enumerate(model.contrasts):
            factor = protocol.risk_factors.get(one.factor)
            levels = factor.level_names if factor is not None and one.factor in known else []
            yield from ((f"{path}.contrasts[{place}]", level, levels) for level in (one.level, one.against))
        for name, pattern in model.predict.items():
            for covariate, value in pattern.values.items():
                levels = protocol.risk_factors[covariate].level_names if covariate in protocol.risk_factors else []
                if levels:
                    yield f"{path}.predict.{name}.values.{covariate}", str(value), levels
                elif isinstance(value, str):
                    yield f"{path}.predict.{name}.values.{covariate}", value, ["a number"]


def tested_analyses(protocol: Protocol) -> Iterator[str]:
    """Analyses whose tests may be members of a family, as results.analysis names them."""
    yield from protocol.endpoints
    yield from protocol.models
    yield from (f"curves.{name}" for name in protocol.endpoints)
    for window in protocol.response:
        yield from (f"response.i{window.infusion}", f"shares.i{window.infusion}")
    yield from (f"selection.{name}" for name in protocol.models)
    yield from (f"cut_point.{name}" for name in protocol.cut_points)
    yield from (f"measured.{name}" for name in protocol.measured)


def levelled(protocol: Protocol) -> list[str]:
    """Risk factors known at day 0 that have levels."""
    return [name for name, one in protocol.risk_factors.items() if one.level_names and not one.time_dependent]


def numeric(protocol: Protocol) -> list[str]:
    """Risk factors known at day 0 that are numbers."""
    return [name for name, one in protocol.risk_factors.items() if not one.level_names and not one.time_dependent]


def _of_lateness(protocol: Protocol) -> Iterator[Reference]:
    """Endpoints whose late reports are looked at: of what samples or milestones tell of nobody knows when it was reported."""
    reported = [
        name
        for name, endpoint in protocol.endpoints.items()
        if {TOLD_IN[kind] for kind in (*endpoint.event, *endpoint.competing)} <= {*REPORTED}
    ]
    for name in protocol.lateness.of if protocol.lateness else ():
        yield "lateness.of", name, reported


def _of_measured(protocol: Protocol) -> Iterator[Reference]:
    for key, measured in protocol.measured.items():
        path = f"measured.{key}"
        yield f"{path}.by", measured.by, [*levelled(protocol), RESPONSE_GROUPS]
        if measured.factor is not None:
            yield f"{path}.factor", measured.factor, numeric(protocol)
        if measured.population is not None:
            yield f"{path}.population", measured.population, list(protocol.populations)
        if measured.by == RESPONSE_GROUPS:
            yield f"{path}.infusion", str(measured.infusion), [str(one.infusion) for one in protocol.response]
