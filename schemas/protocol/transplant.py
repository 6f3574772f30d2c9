"""Transplant in remission, side by side: the same endpoint under each way of dealing with it, as another question each."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from schemas.protocol.endpoints import Endpoint
from schemas.protocol.names import WITHIN, Identifier
from schemas.yaml_file import Part

# The endpoint once more: transplant ignored, censoring, or competing. The others are of the exposure: over time, and from a landmark.
DefinedBy = Literal["ignored", "censored", "competing"]
Strategy = Literal["ignored", "censored", "competing", "time_dependent", "landmark"]
# The section of their results.
SECTION = "transplant"
_ROLES: dict[DefinedBy, Literal["ignore", "censor", "competing"]] = {
    "ignored": "ignore",
    "censored": "censor",
    "competing": "competing",
}
KINDS = ("lfs", "efs", "cir")


class TransplantStrategies(Part):
    """Of one endpoint: which ways are told, by which risk factor transplant is known, and from which months landmarks count."""

    exposure: Identifier = Field(description="Risk factor that is transplant: known only later, its source transplant")
    strategies: list[Strategy] = Field(
        default=[*get_args(Strategy)],
        min_length=1,
        description="Ways of dealing with transplant that are shown; by default all",
    )
    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        default=[3],
        description="From when those free of the event are compared by whether they were transplanted by then",
    )

    @model_validator(mode="after")
    def _each_is_stated_once(self) -> TransplantStrategies:
        for path, given in (("strategies", self.strategies), ("landmarks_months", self.landmarks_months)):
            if len(set(given)) < len(given):
                raise ValueError(f"{path}: expected each once")
        if "landmark" in self.strategies and not self.landmarks_months:
            raise ValueError("landmarks_months: expected at least one month for the strategy landmark")
        return self


def variant_of(endpoint: Endpoint, strategy: DefinedBy) -> Endpoint:
    """The endpoint with transplant dealt with so. Raises ValidationError for one of which that can't be said."""
    return Endpoint.model_validate({**endpoint.without_groups().model_dump(), "transplant": _ROLES[strategy]})


def variant_name(endpoint: str, strategy: str) -> str:
    """The parameter of adam.adtte that holds an endpoint under a strategy: no endpoint's name has a dot."""
    return f"{endpoint}{WITHIN}{strategy}"


def analysis_of(endpoint: str) -> str:
    """The analysis of an endpoint under every strategy, as results.analysis names it."""
    return f"{SECTION}.{endpoint}"
