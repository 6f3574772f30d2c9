"""What a protocol has derived from laboratory results: grades of hematotoxicity. Nothing of it is on by default."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.count_criteria import count_schemes
from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part, each_of

# The section of its results.
SECTION = "hematotoxicity"


class Hematotoxicity(Part):
    """ICAHT (neutrophils) and T-ICAHT (platelets) after an infusion, early and late, from the counts themselves."""

    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions after which counts are graded"
    )
    schemes: Annotated[list[str], Field(min_length=1)] = Field(
        default=["ICAHT", "T-ICAHT"],
        description="Schemes of grades: ICAHT, T-ICAHT",
        json_schema_extra=each_of(count_schemes()),
    )
    days: Literal["cumulative", "longest"] = Field(
        default="cumulative",
        description="Which days with low counts make a grade: all of them, or those of the longest stretch",
    )
    severe_grade: Annotated[int, Field(ge=1, le=4)] = Field(default=3, description="Lowest grade reported as severe")

    @model_validator(mode="after")
    def _are_known(self) -> Hematotoxicity:
        if unknown := sorted({*self.schemes} - count_schemes().keys()):
            raise ValueError(f"schemes: expected one of {', '.join(count_schemes())}; found {', '.join(unknown)}")
        for name, given in (("schemes", self.schemes), ("infusions", self.infusions)):
            if len(set(given)) < len(given):
                raise ValueError(f"{name}: expected each once")
        return self
