"""What is computed from measurements and adverse events: recoveries, toxicity, cellular kinetics."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM, GRADING_SCALE, LABORATORY_TEST, MATRIX
from schemas.protocol.names import InfusionNumber
from schemas.units import laboratory_factors
from schemas.yaml_file import Part, one_of

RecoveryKind = Literal["b_cell_recovery", "immunoglobulin_recovery", "neutrophil_recovery", "platelet_recovery"]


class Recovery(Part):
    """A recovery found in measurements: the first sample above a value. Where sites report it as dated, both count."""

    test: str = Field(description="Code of the laboratory test", json_schema_extra=one_of(LABORATORY_TEST.codes))
    matrix: str = Field(description="Code of what the sample is from", json_schema_extra=one_of(MATRIX.codes))
    above: float = Field(description="In `unit`; a value at it has not recovered")
    unit: str = Field(description="Unit of `above`, one that measures the test")
    from_day: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Samples before this day after the first infusion do not count"
    )

    @model_validator(mode="after")
    def _is_measured(self) -> Recovery:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        MATRIX.refuse_unknown("matrix", self.matrix)
        units = [unit for test, unit, *_ in laboratory_factors() if test == self.test]
        if self.unit not in units:
            raise ValueError(f"unit: expected one that measures {self.test}: {', '.join(units)}; found {self.unit}")
        return self


class Toxicity(Part):
    """An adverse event reported per infusion, on one grading scale."""

    term: str = Field(description="Code of the adverse event", json_schema_extra=one_of(ADVERSE_EVENT_TERM.codes))
    scale: str = Field(description="Code of the grading scale", json_schema_extra=one_of(GRADING_SCALE.codes))
    severe_grade: Annotated[int, Field(ge=1, le=5)] = Field(default=3, description="Lowest grade reported as severe")
    window_days: Annotated[int, Field(gt=0)] | None = Field(
        default=None,
        description="Days after the infusion in which an onset counts; none for any day until the next infusion",
    )
    infusions: list[InfusionNumber] = Field(
        default=[], description="Infusions after which alone sites report it; by default after each"
    )

    def is_reported_after(self, infusion: int) -> bool:
        """Whether sites report the event after an infusion: where they do not, nothing on record says nothing."""
        return not self.infusions or infusion in self.infusions

    @model_validator(mode="after")
    def _is_graded(self) -> Toxicity:
        ADVERSE_EVENT_TERM.refuse_unknown("term", self.term)
        GRADING_SCALE.refuse_unknown("scale", self.scale)
        return self


class Kinetics(Part):
    """How cellular kinetics are computed: window of the exposure, rule for values below quantification, method."""

    window_days: Annotated[float, Field(gt=0)] = Field(
        default=28, description="End of the exposure (AUC): days after the infusion"
    )
    below_quantification: Literal["zero", "zero-outside", "half-limit"] = Field(
        default="zero-outside",
        description="Values below quantification: 0; 0 before the first and after the last quantified sample and left out between (zero-outside); or half of the limit in `limits`",
    )
    auc: Literal["linear-up log-down", "linear"] = Field(
        default="linear-up log-down",
        description="Trapezoids of the exposure: linear while rising and logarithmic while falling, or linear throughout",
    )
    limits: dict[Literal["car_t_pct", "car_t_per_ul", "copies_per_ug"], Annotated[float, Field(gt=0)]] = Field(
        default={}, description="Limit of quantification of each quantity, in its unit"
    )
