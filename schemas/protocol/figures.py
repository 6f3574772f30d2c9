"""What figures show that not every study wants to: bands of groups, ratios, the ids of subjects, and of what a waterfall is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.yaml_file import Part

Waterfall = Literal["blasts", "mrd", "none"]


class Figures(Part):
    """Choices for the figures of the report; by default none of them is made."""

    group_intervals: bool = Field(default=False, description="Curves of groups have bands of confidence")
    hazard_ratio: bool = Field(
        default=False,
        description="Where an endpoint is compared by group: the hazard ratio of each level against the first, with competing "
        "events that of the subdistribution",
    )
    swimmer_ids: bool = Field(
        default=False,
        description="Lanes of the swimmer plot bear the ids of subjects; never where small counts are suppressed",
    )
    profiles: bool = Field(
        default=False,
        description="A page for each infused subject: what happened, was given and measured, on one time axis; never where small "
        "counts are suppressed",
    )
    waterfall: Waterfall = Field(
        default="blasts",
        description="Change of marrow blasts, residual disease at the assessment, or none",
    )
