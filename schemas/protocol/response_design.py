"""A response rate against one fixed in advance, and the design of two stages that follows from it; rates by subgroup."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.protocol.names import Identifier
from schemas.yaml_file import Part

Share = Annotated[float, Field(gt=0, lt=1)]


class NullRate(Part):
    """The rate that would not be worth while. With the rate hoped for, Simon's design: its boundaries are computed, not typed."""

    rate: Share = Field(description="Response rate that would not be worth while (share, 0 to 1)")
    alternative: Literal["greater", "less", "two-sided"] = Field(
        default="greater", description="Alternative hypothesis of the exact binomial test against that rate"
    )
    hoped_rate: Share | None = Field(default=None, description="Rate hoped for: makes Simon's two-stage design")
    alpha: Share = Field(
        default=0.05, description="Simon's design: largest probability to accept a treatment with the null rate"
    )
    power: Share = Field(
        default=0.8, description="Simon's design: least probability to accept a treatment with the rate hoped for"
    )
    criterion: Literal["optimal", "minimax"] = Field(
        default="optimal",
        description="Simon's design: the fewest subjects expected under the null rate (optimal), or the fewest in all (minimax)",
    )

    @model_validator(mode="after")
    def _hopes_for_more(self) -> NullRate:
        if self.hoped_rate is not None and not self.hoped_rate > self.rate:
            raise ValueError(f"hoped_rate: expected more than the null rate {self.rate:g}; found {self.hoped_rate:g}")
        if self.hoped_rate is not None and self.alternative != "greater":
            raise ValueError("alternative: expected greater, which is what a two-stage design asks")
        return self


class Subgroups(Part):
    """Risk factors by whose levels the rate is told in one forest; with a contrast, its effect in each and a test of interaction."""

    factors: list[Identifier] = Field(min_length=1, description="Risk factors whose levels are the subgroups")
    contrast: Identifier | None = Field(
        default=None, description="Risk factor of two levels: the odds ratio of the second in each subgroup"
    )

    @model_validator(mode="after")
    def _each_once(self) -> Subgroups:
        if len(set(self.factors)) < len(self.factors):
            raise ValueError("factors: expected each once")
        if self.contrast in self.factors:
            raise ValueError(f"contrast: expected a factor that makes no subgroup; found {self.contrast}")
        return self
