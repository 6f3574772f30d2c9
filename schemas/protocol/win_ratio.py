"""Two groups compared pair by pair on outcomes in order of weight: death first, then relapse, then a measured quantity."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.protocol.names import Identifier
from schemas.yaml_file import Part

# The section of their results.
SECTION = "win_ratio"


class RankedOutcome(Part):
    """An endpoint, which is worse the earlier it comes, or a numeric risk factor. One of the two."""

    endpoint: Identifier | None = Field(default=None, description="Endpoint: the later event wins; or else factor")
    factor: Identifier | None = Field(default=None, description="Risk factor that is a number")
    higher_is_better: bool = Field(default=True, description="Of a factor: whether more of it wins")
    margin: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="Of a factor: a difference up to it decides nothing"
    )

    @model_validator(mode="after")
    def _is_one(self) -> RankedOutcome:
        if (self.endpoint is None) == (self.factor is None):
            raise ValueError("expected one of endpoint and factor")
        if self.endpoint is not None and (self.margin or not self.higher_is_better):
            raise ValueError("expected margin and higher_is_better of a factor only")
        return self

    @property
    def name(self) -> str:
        """The endpoint or factor."""
        return self.endpoint or self.factor or ""


class WinRatio(Part):
    """A comparison: the factor whose two levels are compared, the level that is to win, the outcomes in order of weight."""

    label: str = Field(description="Name of the comparison for readers")
    groups: Identifier = Field(description="Risk factor of two levels")
    treated: str = Field(description="The level whose wins are counted")
    outcomes: list[RankedOutcome] = Field(
        min_length=1, description="Outcomes in order of weight; the first that differs decides a pair"
    )
    listed_pairs: Annotated[int, Field(ge=0)] = Field(
        default=10_000, description="Up to so many pairs each is listed with what decided it; beyond, counts alone"
    )

    @property
    def endpoints(self) -> list[str]:
        """The endpoints among the outcomes."""
        return [one.endpoint for one in self.outcomes if one.endpoint is not None]

    @property
    def factors(self) -> list[str]:
        """The factors among the outcomes."""
        return [one.factor for one in self.outcomes if one.factor is not None]

    @model_validator(mode="after")
    def _each_once(self) -> WinRatio:
        names = [one.name for one in self.outcomes]
        if len(set(names)) < len(names):
            raise ValueError("outcomes: expected each once")
        if not self.endpoints:
            raise ValueError("outcomes: expected at least one endpoint, whose population is compared")
        return self


def analysis_of(name: str) -> str:
    """The analysis, as results.analysis names it."""
    return f"{SECTION}.{name}"
