"""What a site's laboratory calls normal, where its exports do not print it beside each result."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from schemas.codelists import LABORATORY_TEST, SEX
from schemas.units import laboratory_factors
from schemas.yaml_file import Part, one_of


class NormalRange(Part):
    """Limits of normal of one test, from a day on. What a record prints beside its result goes before."""

    test: str = Field(description="Code of the laboratory test", json_schema_extra=one_of(LABORATORY_TEST.codes))
    unit: str = Field(description="Unit of the limits, one that measures the test")
    low: Annotated[float, Field(ge=0)] | None = Field(default=None, description="Lower limit of normal, in `unit`")
    high: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Upper limit of normal, in `unit`")
    sex: str | None = Field(
        default=None, description="Of one sex alone; none for both", json_schema_extra=one_of(SEX.codes)
    )
    from_day: date | None = Field(default=None, description="First day it holds; none for always, until a later one")

    @model_validator(mode="after")
    def _is_a_range(self) -> NormalRange:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        if self.sex is not None:
            SEX.refuse_unknown("sex", self.sex)
        units = [unit for test, unit, *_ in laboratory_factors() if test == self.test]
        if self.unit not in units:
            raise ValueError(f"unit: expected one that measures {self.test}: {', '.join(units)}; found {self.unit}")
        if self.low is None and self.high is None:
            raise ValueError("expected low, high or both")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"high: expected more than low {self.low:g}; found {self.high:g}")
        return self
