"""Key risk indicators of sites: what a protocol asks for, and from when on a value counts as late or missing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.yaml_file import Part

Indicator = Literal["queries", "late_entry", "missing_follow_up", "adverse_events"]


class Indicators(Part):
    """Rates by site against the rate of all sites, with exact funnel limits."""

    of: list[Indicator] = Field(
        default=["queries", "late_entry", "missing_follow_up", "adverse_events"],
        min_length=1,
        description="Indicators in reading order: open queries per subject, records entered late, subjects not seen, adverse events per subject-month",
    )
    late_after_days: Annotated[int, Field(ge=0)] = Field(
        default=90, description="Days from an event to the first export that held it, after which its entry is late"
    )
    not_seen_days: Annotated[int, Field(ge=1)] = Field(
        default=180,
        description="Days without any sign of an infused subject who is alive, after which follow-up is missing",
    )
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        default=0.998, description="Confidence of the funnel limits; a site beyond them is flagged"
    )
    days: Annotated[int, Field(ge=1, le=400)] = Field(
        default=52, description="Of how many days on which exports came, the latest ones, the history tells"
    )
