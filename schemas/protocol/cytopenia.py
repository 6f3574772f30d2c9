"""Prolonged cytopenia that a protocol asks for: on which days, of which counts, by whose limits. Off by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from schemas.ctcae_criteria import list_ctcae_criteria
from schemas.protocol.names import InfusionNumber
from schemas.units import LABORATORY_UNITS
from schemas.yaml_file import Part

# The section of its results.
SECTION: Final = "prolonged_cytopenia"
Count = Literal["neutrophils", "platelets", "hemoglobin"]
Scale = Literal["CTCAE 4", "CTCAE 5", "CTCAE 6"]
# After a transfusion of this a count above its limit shows no recovery. Of neutrophils there is none: G-CSF makes them recover.
TRANSFUSION_OF: Final = {"platelets": "platelet transfusion", "hemoglobin": "red cell transfusion"}


class ProlongedCytopenia(Part):
    """Who, of those at risk on a day after an infusion, has counts that have not recovered below a grade."""

    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions after which counts are looked at"
    )
    days: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)] = Field(
        default=[30, 60, 90], description="Days after the infusion; day 0 is that of the infusion"
    )
    counts: Annotated[list[Count], Field(min_length=1)] = Field(
        default=["neutrophils", "platelets", "hemoglobin"],
        description="Counts looked at, each by itself and any of them",
    )
    severe_grade: Annotated[int, Field(ge=2, le=4)] = Field(
        default=3, description="Lowest grade that is not recovered: a count below its limit"
    )
    scale: Scale = Field(default="CTCAE 5", description="Version of CTCAE whose limits count, in meta.ctcae_criterion")
    before_days: Annotated[int, Field(ge=0)] = Field(
        default=7, description="Samples up to so many days before the day count, the nearest first"
    )
    after_days: Annotated[int, Field(ge=0)] = Field(default=7, description="Samples up to so many days after it count")
    supported_days: Annotated[int, Field(ge=0)] | None = Field(
        default=7,
        description="Up to so many days after a transfusion platelets or hemoglobin above the limit show no recovery; null: they do",
    )

    @model_validator(mode="after")
    def _can_be_told(self) -> ProlongedCytopenia:
        for name, given in (("infusions", self.infusions), ("days", self.days), ("counts", self.counts)):
            if len(set(given)) < len(given):
                raise ValueError(f"{name}: expected each once")
        if self.before_days >= min(self.days):
            raise ValueError(
                "before_days: expected fewer than the first of `days`, so that samples are of after the infusion"
            )
        if lacking := [count for count in self.counts if self.limit_of(count) is None]:
            raise ValueError(
                f"severe_grade: {self.scale} states no limit of grade {self.severe_grade} for {lacking[0]}"
            )
        return self

    def limit_of(self, count: str) -> float | None:
        """The limit below which a count has the grade, in the standard unit of the test; None where the scale states none."""
        return next(
            (
                row["limitn"]
                for row in list_ctcae_criteria()
                if (row["scale"], row["test"], row["grade"]) == (self.scale, count, self.severe_grade)
            ),
            None,
        )

    def asked(self) -> Iterator[dict[str, Any]]:
        """Rows of meta.cytopenia."""
        for number in self.infusions:
            for day in self.days:
                for count in self.counts:
                    yield {
                        "infusion_number": number,
                        "askdy": day,
                        "test": count,
                        "grade": self.severe_grade,
                        "scale": self.scale,
                        "limitn": self.limit_of(count),
                        "limitu": LABORATORY_UNITS[count],
                        "before_days": self.before_days,
                        "after_days": self.after_days,
                        "supported_by": TRANSFUSION_OF.get(count),
                        "supported_days": self.supported_days,
                    }
