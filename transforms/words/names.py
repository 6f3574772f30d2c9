"""What a study calls its things: the words that its protocol gives to the keys of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.paper import Paper
from schemas.protocol import (
    CutSearch,
    Kinetics,
    MeasuredByGroup,
    Origin,
    Protocol,
    ResponseWindow,
    SeveralTests,
    interim,
    recurrent,
    stopping,
    win_ratio,
)
from schemas.protocol.censoring import labels_of_rules
from schemas.protocol.dose_finding import labels_of_levels
from schemas.protocol.multi_state import labels_of


@dataclass(frozen=True)
class Names:
    """Words by key. further: what else a protocol asks for, by the analysis.

    beside: days 0 of other definitions, which the protocol does not name. windows: the response window of an infusion. sources: how the paper of another study is cited, by study. others: the
    endpoints of those studies, by study and endpoint. states: multi-state models (with an empty name), their states and sums, and
    censoring rules, by analysis and name.
    """

    endpoints: Mapping[str, str] = field(default_factory=dict)
    populations: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Origin] = field(default_factory=dict)
    factors: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[tuple[str, str], str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    windows: Mapping[int, ResponseWindow] = field(default_factory=dict)
    dose_design: str = ""
    kinetics: Kinetics = field(default_factory=Kinetics)
    sources: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, protocol: Protocol, others: Mapping[str, tuple[Protocol, Paper]] | None = None) -> Names:
        """Those of a study, and of the papers of others it stands beside."""
        from transforms.definitions_beside import origins_beside

        others = others or {}
        return cls(
            endpoints={name: endpoint.label for name, endpoint in protocol.endpoints.items()},
            populations={name: population.label for name, population in protocol.populations.items()},
            origins={name: origin.label for name, origin in protocol.origins.items()},
            beside=origins_beside(protocol),
            factors={name: factor.label for name, factor in protocol.risk_factors.items()},
            models={name: model.label for name, model in protocol.models.items()},
            further=further_names(protocol),
            states=labels_of(protocol.multi_state)
            | labels_of_rules(protocol.censoring_rules)
            | labels_of_levels(protocol.dose_finding)
            | {(stopping.analysis_of(key), ""): rule.label for key, rule in protocol.stopping.items()}
            | {(interim.analysis_of(key), ""): one.label for key, one in protocol.interim.items()}
            | {(recurrent.analysis_of(key), ""): one.label for key, one in protocol.recurrent_events.items()}
            | {(win_ratio.analysis_of(key), ""): one.label for key, one in protocol.win_ratios.items()},
            products={infusion.number: infusion.label for infusion in protocol.infusions},
            windows={window.infusion: window for window in protocol.response},
            dose_design=protocol.dose_finding.design if protocol.dose_finding else "",
            kinetics=protocol.kinetics,
            sources={study: published.source for study, (_, published) in others.items()},
            others={
                (study, name): endpoint.label
                for study, (other, _) in others.items()
                for name, endpoint in other.endpoints.items()
            },
        )


def further_names(protocol: Protocol) -> dict[str, str]:
    """What a protocol calls what it asks for beyond its usual figures, by the analysis that results know it as."""
    kinds: dict[str, Mapping[str, MeasuredByGroup | SeveralTests | CutSearch]] = {
        "measured": protocol.measured, "several_tests": protocol.several_tests, "cut_point": protocol.cut_points,
    }  # fmt: skip
    named = {f"{kind}.{name}": one.label for kind, parts in kinds.items() for name, one in parts.items()}
    patterns = {
        f"fitted.{model}.{name}": pattern.label
        for model, of in protocol.models.items()
        for name, pattern in of.predict.items()
    }
    return named | patterns
