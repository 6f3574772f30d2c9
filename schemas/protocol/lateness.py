"""Outcomes as expected once sites have caught up: events and contacts that have happened and are not reported yet."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.protocol.names import Identifier
from schemas.yaml_file import Part

# The section of their results.
SECTION = "lateness"
# The domains whose delays are known from the exports that first told of each record.
REPORTED = ("death", "relapse", "response", "follow_up", "adverse_event", "transplant", "treatment", "infusion")
# Of these a record whose day was mended is the same event, since a subject has no two within so many days.
SAME_WITHIN_DAYS = {"death": 36500, "relapse": 31}
# The kinds of event whose delay is told by site.
TOLD = ("death", "relapse", "follow_up", "adverse_event", "response")


class Lateness(Part):
    """Time-to-event endpoints told as reported and as expected once sites have caught up. An estimate, never a headline."""

    of: list[Identifier] = Field(min_length=1, description="Endpoints told so, at their landmarks_months")
    least_events: Annotated[int, Field(ge=2)] = Field(
        default=10,
        description="From how many events of a kind on delays are estimated: of one site, else of all sites together, else not at all",
    )
    draws: Annotated[int, Field(ge=50, le=2000)] = Field(
        default=200, description="How often late events and contacts are drawn"
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="What they are drawn by")

    @model_validator(mode="after")
    def _each_once(self) -> Lateness:
        if len(set(self.of)) < len(self.of):
            raise ValueError("of: expected each once")
        return self


def analysis_of(name: str) -> str:
    """The analysis of an endpoint, as results.analysis names it."""
    return f"{SECTION}.{name}"


# The analysis of delays, and what its rows measure: `delay:death`. The colon says that it is no variable of a dataset.
DELAYS = f"{SECTION}:delays"
DELAY_OF = "delay:"
