"""Censoring rules side by side: one endpoint, such as duration of response, under several rules of who is followed until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from schemas.protocol.endpoints import Endpoint, HappeningKind, TransplantStrategy
from schemas.protocol.names import WITHIN, Identifier
from schemas.yaml_file import Part

# The section of their results.
SECTION = "censoring"


class CensoringRule(Part):
    """What the rule changes of the endpoint; what it does not name stays as the endpoint has it."""

    label: str = Field(description="Name of the rule for readers")
    transplant: TransplantStrategy | None = Field(default=None, description="What a transplant does under the rule")
    censor: list[HappeningKind] | None = Field(default=None, description="What censors a subject")
    censor_at: Literal["last_contact", "last_assessment"] | None = Field(
        default=None, description="Where follow-up without an event ends under the rule"
    )


def ruled(endpoint: Endpoint, rule: CensoringRule) -> Endpoint:
    """The endpoint under a rule. Raises ValidationError for one that does not go with it."""
    changed = rule.model_dump(exclude={"label"}, exclude_none=True)
    return Endpoint.model_validate({**endpoint.without_groups().model_dump(), **changed})


def rule_name(endpoint: str, rule: Identifier) -> str:
    """The parameter of adam.adtte that holds an endpoint under a rule: no endpoint's name has a dot, no strategy's two."""
    return f"{endpoint}{WITHIN}{SECTION}{WITHIN}{rule}"


def analysis_of(endpoint: str) -> str:
    """The analysis of an endpoint under its rules, as results.analysis names it."""
    return f"{SECTION}.{endpoint}"


def labels_of_rules(stated: Mapping[str, Mapping[str, CensoringRule]]) -> dict[tuple[str, str], str]:
    """What the protocol calls each rule, by analysis and name."""
    return {(analysis_of(name), key): rule.label for name, rules in stated.items() for key, rule in rules.items()}
