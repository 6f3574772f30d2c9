"""Adverse events that come again: how many per time at risk, how many by a month, and whether groups differ in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM
from schemas.protocol.names import WITHIN, Identifier
from schemas.yaml_file import Part, one_of

# The section of their results.
SECTION = "recurrent"


class RecurrentEvents(Part):
    """One adverse event, every occurrence counted, while its subjects are followed from day 0 to death or last contact."""

    label: str = Field(description="Name of the analysis for readers")
    term: str = Field(description="Code of the adverse event", json_schema_extra=one_of(ADVERSE_EVENT_TERM.codes))
    population: Identifier = Field(description="Population that is counted")
    origin: Identifier = Field(description="Day 0")
    least_grade: Annotated[int, Field(ge=1, le=5)] = Field(default=1, description="Lowest grade counted; 1 for any")
    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        default=[12], min_length=1, description="Months by which the mean number of events per subject is told"
    )
    groups: list[Identifier] = Field(
        default=[], description="Risk factors whose levels have rates of their own, and Andersen-Gill ratios"
    )

    @model_validator(mode="after")
    def _is_known(self) -> RecurrentEvents:
        ADVERSE_EVENT_TERM.refuse_unknown("term", self.term)
        for path, given in (("landmarks_months", self.landmarks_months), ("groups", self.groups)):
            if len(set(given)) < len(given):
                raise ValueError(f"{path}: expected each once")
        return self


def followed_name(name: str) -> str:
    """The parameter of adam.adtte that says until when each subject is followed."""
    return f"{name}{WITHIN}followed"


def analysis_of(name: str) -> str:
    """The analysis, as results.analysis names it."""
    return f"{SECTION}.{name}"
