"""Scores from laboratory results that a protocol asks for, and of which day."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.protocol.names import InfusionNumber
from schemas.score_criteria import At, Score, scores
from schemas.yaml_file import Part

# The section of their results.
SECTION = "scores"
Days = Annotated[int, Field(ge=0)]


class ScoreAsked(Part):
    """A score after or before an infusion; the paper's own day unless another is stated."""

    score: str = Field(
        description="CAR-HEMATOTOX, EASIX, m-EASIX, s-EASIX or IEC-HS signs", json_schema_extra={"enum": [*scores()]}
    )
    infusion: InfusionNumber = Field(default=1, description="Infusion it goes with")
    at: At | None = Field(
        default=None,
        description="Of which day: the first day of lymphodepletion, the day of the infusion, or a day after it; by default the day of its paper",
    )
    day: int | None = Field(default=None, description="Days after the infusion, with `at: day`")
    within_days: Days | None = Field(
        default=None, description="Results up to so many days before that day count, the latest first"
    )
    days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="IEC-HS signs: results of so many days from the infusion on count"
    )

    @model_validator(mode="after")
    def _has_its_day(self) -> ScoreAsked:
        if self.score not in scores():
            raise ValueError(f"score: expected one of {', '.join(scores())}; found {self.score}")
        if (self.at == "day") != (self.day is not None):
            raise ValueError("day: expected with `at: day`, and only there")
        if self.of.take == "any" and (self.at or self.within_days is not None):
            raise ValueError(f"at: {self.score} is of all days after the infusion; say for how many with `days`")
        if self.of.take == "last" and self.days is not None:
            raise ValueError(f"days: {self.score} is of one day; say of which with `at`")
        return self

    @property
    def of(self) -> Score:
        """The score as its paper defines it."""
        return scores()[self.score]

    @property
    def moment(self) -> str:
        """The day it is of, as tables name it."""
        at = self.at or self.of.at
        if self.of.take == "any":
            return f"days 0-{self.days or self.of.days}"
        return f"day {self.day}" if at == "day" else at
