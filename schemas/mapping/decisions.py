"""What the study decided about a site's data: values mended or waived, and how much may fail before it is an alarm."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from schemas.mapping.columns import Conditions
from schemas.mapping.texts import Pattern, Text
from schemas.yaml_file import Part


class Waiver(Part):
    """A question to the site that is settled: the value stands. It holds for that value of that record alone."""

    query: str = Field(pattern=r"^Q[0-9A-F]{10}$", description="The question's id, from the query list")
    reason: str = Field(description="Why the value stands")
    decided_by: str = Field(description="Who decided")
    decided_on: date = Field(description="Day of the decision")


class Correction(Part):
    """A known error of the source, mended here until the site mends it. One that matches nothing any more is refused."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="Name of the correction; each has its own")
    match: str = Field(default="*", description="File name pattern")
    sheet: Text | None = Field(default=None, description="Sheet; none for all of the file")
    where: Annotated[Conditions, Field(min_length=1)] = Field(description="Conditions that find the rows")
    column: Text = Field(description="Column of the export whose cell is mended")
    old: Text | None = Field(default=None, description="The value as sent; empty for a blank cell")
    old_matches: Pattern | None = Field(
        default=None, description="A pattern of it, where the value itself is a patient's text"
    )
    new: Text = Field(description="The value as meant; empty for a blank cell")
    reason: str = Field(description="Why the value as sent is wrong")
    reported_by: str = Field(description="Who reported the error")
    reported_on: date = Field(description="Day it was reported")
    applies_until: date | None = Field(default=None, description="Extract date of the last export that needs it")

    @model_validator(mode="after")
    def _says_what_was_sent(self) -> Correction:
        if (self.old is None) == (self.old_matches is None):
            raise ValueError("expected either old or old_matches")
        return self


class Limit(Part):
    """How much of a site's records may fail a rule before it is an alarm."""

    rate: Annotated[float, Field(ge=0, le=1)] = Field(default=1.0, description="Share of the records the rule is about")
    count: Annotated[int, Field(ge=0)] = Field(default=0, description="Fewer failures than this are never an alarm")
