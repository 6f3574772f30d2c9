"""Which results answer a study's questions, as its paper or registration says: stated once, and in the order readers are told."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.yaml_file import Part

Purpose = Literal["primary", "secondary", "exploratory"]
# An endpoint of the protocol, the response after an infusion, or its adverse events: as results.analysis names the analysis.
Outcome = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*|(response|toxicity)\.i[1-9][0-9]*)$")]
OF_INFUSION = re.compile(r"^(response|toxicity)\.i([0-9]+)$")


class Outcomes(Part):
    """The headlines of a study: primary outcomes, then secondary ones. All else it computes is exploratory.

    at_months: the time at which the report shows a rate first; by default an endpoint's first landmark.
    """

    primary: list[Outcome] = Field(
        default=[],
        description="Primary outcomes in reading order: endpoints, response.i1 for the response after infusion 1, toxicity.i1 for its adverse events",
    )
    secondary: list[Outcome] = Field(default=[], description="Secondary outcomes, named likewise")
    at_months: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Time at which the report shows a rate first (months after day 0); by default an endpoint's first landmark",
    )

    @model_validator(mode="after")
    def _each_is_stated_once(self) -> Outcomes:
        stated = [*self.primary, *self.secondary]
        if twice := sorted({name for name in stated if stated.count(name) > 1}):
            raise ValueError(f"expected each outcome once, primary or secondary; found {', '.join(twice)} twice")
        return self

    def purpose_of(self, analysis_id: str) -> Purpose | None:
        """What an analysis is to the study; None where the study states no outcome."""
        if not self.primary and not self.secondary:
            return None
        if analysis_id in self.primary:
            return "primary"
        return "secondary" if analysis_id in self.secondary else "exploratory"
