"""Interim looks at a test: how often the trial is looked at, what error each look may spend, and what it was planned to show. None by default."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.protocol.names import Identifier, InfusionNumber
from schemas.yaml_file import Part

Share = Annotated[float, Field(gt=0, lt=1)]
# The section of their results.
SECTION = "interim"
EVENLY = 0.005


class InterimGroups(Part):
    """Two groups held against each other: two levels of a factor known at day 0."""

    factor: Identifier = Field(description="Risk factor whose levels are the groups, such as the arm")
    treated: str = Field(description="Level that is hoped to do better")
    control: str = Field(description="Level it is held against")

    @model_validator(mode="after")
    def _are_two(self) -> InterimGroups:
        if self.treated == self.control:
            raise ValueError(f"control: expected another level than treated; found {self.control} in both")
        return self


class InterimNull(Part):
    """What one group is held against: a response rate, or survival at a time with a constant hazard up to and beyond it."""

    rate: Share = Field(
        description="Response rate, or share without the event at at_months, that the trial is to exceed"
    )
    at_months: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="With an endpoint: the time of that share (months)"
    )


class Interim(Part):
    """One test that is looked at before the end: of an endpoint or a response, between two groups or against a fixed rate."""

    label: str = Field(description="Name of the test for readers")
    endpoint: Identifier | None = Field(
        default=None, description="Endpoint without competing events; its events are the information"
    )
    response: InfusionNumber | None = Field(
        default=None, description="Infusion whose response is tested; subjects evaluable are the information"
    )
    groups: InterimGroups | None = Field(default=None, description="Two groups held against each other")
    null: InterimNull | None = Field(
        default=None, description="Without groups: the fixed rate all subjects are held against"
    )
    planned: Annotated[int, Field(ge=2, le=100_000)] = Field(
        description="Information planned for the last look: events of the endpoint, or subjects evaluable for response"
    )
    looks: list[Annotated[float, Field(gt=0, le=1)]] = Field(
        default=[], description="Looks by share of the planned information, rising to 1, such as [0.5, 0.75, 1]"
    )
    days: list[date] = Field(
        default=[], description="Looks by day instead, with an endpoint; the last look is at the planned information"
    )
    boundary: Literal["spending-obrien-fleming", "spending-pocock", "obrien-fleming", "pocock"] = Field(
        default="spending-obrien-fleming",
        description="spending-...: error spent by Lan and DeMets' functions, at the information the looks turn out to have; obrien-fleming and pocock: the original boundaries, at equally spaced looks",
    )
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        default=0.05,
        description="Probability to cross any bound under no effect, over all looks (of both sides, with two)",
    )
    sides: Literal["one", "two"] = Field(
        default="two", description="one: stops where the result is better; two: where it is worse as well"
    )
    hazard_ratio: Share | None = Field(
        default=None, description="With an endpoint: ratio that the design is to detect, for conditional power"
    )
    hoped_rate: Share | None = Field(
        default=None, description="With a response: rate that the design is to detect, for conditional power"
    )
    control_rate: Share | None = Field(
        default=None, description="With a response and groups: rate of the control group under the design"
    )

    @model_validator(mode="after")
    def _tests_something(self) -> Interim:
        if (self.endpoint is None) == (self.response is None):
            raise ValueError("expected either endpoint or response")
        if (self.groups is None) == (self.null is None):
            raise ValueError("expected either groups or null")
        if self.null is not None and (self.null.at_months is None) != (self.endpoint is None):
            raise ValueError("null.at_months: expected with an endpoint, and not with a response")
        return self

    @model_validator(mode="after")
    def _is_looked_at(self) -> Interim:
        if bool(self.looks) == bool(self.days):
            raise ValueError("expected either looks or days")
        if self.days and (self.endpoint is None or not self.boundary.startswith("spending")):
            raise ValueError("days: expected an endpoint and a boundary that spends; state looks instead")
        for name, stated in (("looks", self.looks), ("days", self.days)):
            if any(not earlier < later for earlier, later in pairwise(stated)):  # type: ignore[operator]
                raise ValueError(f"{name}: expected each after the one before")
        if self.looks and self.looks[-1] != 1:
            raise ValueError(f"looks: expected 1 as the last; found {self.looks[-1]:g}")
        if not self.boundary.startswith("spending") and any(
            abs(share - number / len(self.looks)) > EVENLY for number, share in enumerate(self.looks, 1)
        ):
            raise ValueError(
                f"looks: expected equally spaced shares with {self.boundary}; choose a boundary that spends"
            )
        return self

    @model_validator(mode="after")
    def _is_designed(self) -> Interim:
        if self.hazard_ratio is not None and self.endpoint is None:
            raise ValueError("hazard_ratio: expected with an endpoint; of a response state hoped_rate")
        if self.hoped_rate is not None:
            if self.response is None:
                raise ValueError("hoped_rate: expected with a response; of an endpoint state hazard_ratio")
            lower = self.null.rate if self.null else self.control_rate
            if lower is None or not lower < self.hoped_rate:
                raise ValueError("hoped_rate: expected more than null.rate, or with groups than control_rate")
        elif self.control_rate is not None:
            raise ValueError("control_rate: expected with hoped_rate")
        if self.control_rate is not None and self.groups is None:
            raise ValueError("control_rate: expected with groups")
        return self


def analysis_of(name: str) -> str:
    """The analysis of a test in results."""
    return f"{SECTION}.{name}"
