"""Courses of laboratory tests that a report draws: every subject, and the median of each day."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from schemas.codelists import LABORATORY_TEST
from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part


class Course(Part):
    """One figure: a test after an infusion, on a logarithmic scale, with the days of tocilizumab and corticosteroids below."""

    test: str = Field(description="Laboratory test", json_schema_extra={"enum": [*LABORATORY_TEST.codes]})
    infusion: InfusionNumber = Field(default=1, description="Infusion from which days are counted")
    from_day: int = Field(default=-7, description="First day drawn")
    to_day: Annotated[int, Field(ge=1)] = Field(default=60, description="Last day drawn")

    @model_validator(mode="after")
    def _is_known(self) -> Course:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        if self.from_day >= self.to_day:
            raise ValueError(f"from_day: expected a day before to_day ({self.to_day}); found {self.from_day}")
        return self
