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


class WeightedTransplant(Part):
    """Estimands weighted for who is transplanted: had nobody been, and within a number of days or not."""

    covariates: list[Identifier] = Field(
        min_length=1,
        description="Risk factors known on day 0 that lead to transplant and to the event: weights come from them alone",
    )
    by_days: list[Annotated[int, Field(gt=0)]] = Field(
        default=[],
        description="Days after day 0: transplant within them against none within them, each subject a clone in both until it leaves one",
    )

    @model_validator(mode="after")
    def _each_is_stated_once(self) -> WeightedTransplant:
        for path, given in (("covariates", self.covariates), ("by_days", self.by_days)):
            if len({*given}) < len(given):  # type: ignore[misc]
                raise ValueError(f"{path}: expected each once")
        return self


class LandmarkSupermodel(Part):
    """Several landmarks in one Cox model, each with a baseline of its own."""

    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        min_length=2, description="Landmarks that are stacked (months after day 0)"
    )
    window_months: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="How long after its landmark a subject is followed at most; to the end if not stated"
    )
    over_time: bool = Field(
        default=False, description="Whether the ratio may change from landmark to landmark, per month"
    )
    covariates: list[Identifier] = Field(default=[], description="Risk factors known on day 0 beside transplant")

    @model_validator(mode="after")
    def _each_is_stated_once(self) -> LandmarkSupermodel:
        if len({*self.landmarks_months}) < len(self.landmarks_months):
            raise ValueError("supermodel.landmarks_months: expected each once")
        return self


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
    weighted: WeightedTransplant | None = Field(
        default=None, description="Weighted estimands beside them; none if not stated"
    )
    supermodel: LandmarkSupermodel | None = Field(
        default=None, description="Several landmarks in one model; none if not stated"
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
