"""Dose finding: the levels of dose, what limits it, and the design that says after each cohort where to go."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM, GRADING_SCALE
from schemas.protocol.names import Identifier, InfusionNumber
from schemas.yaml_file import Part, one_of

Share = Annotated[float, Field(gt=0, lt=1)]
# The section of their results, and their analysis.
SECTION = "dose_finding"
# Between the number of a cohort and its level; without a number, of all subjects at the level.
OF = ":"


class DoseLevel(Part):
    """A level of dose: from one dose on, below another (1e5 cells/kg)."""

    label: str = Field(description="Name of the level for readers")
    dose_from: Annotated[float, Field(ge=0)] = Field(description="Lowest dose of the level (1e5 cells/kg)")
    dose_below: Annotated[float, Field(gt=0)] = Field(description="Doses of the level lie below this (1e5 cells/kg)")

    @model_validator(mode="after")
    def _rises(self) -> DoseLevel:
        if not self.dose_from < self.dose_below:
            raise ValueError(f"dose_below: expected more than dose_from {self.dose_from:g}; found {self.dose_below:g}")
        return self


class LimitingToxicity(Part):
    """An adverse event that limits the dose from a grade on, on one scale."""

    term: str = Field(description="Code of the adverse event", json_schema_extra=one_of(ADVERSE_EVENT_TERM.codes))
    scale: str = Field(
        description="Code of the grading scale its grade is read on", json_schema_extra=one_of(GRADING_SCALE.codes)
    )
    least_grade: Annotated[int, Field(ge=1, le=5)] = Field(default=3, description="Lowest grade that limits the dose")

    @model_validator(mode="after")
    def _is_graded(self) -> LimitingToxicity:
        ADVERSE_EVENT_TERM.refuse_unknown("term", self.term)
        GRADING_SCALE.refuse_unknown("scale", self.scale)
        return self


class DoseFinding(Part):
    """A design of dose finding. What a site reports as dose-limiting is so too, whatever its grade."""

    design: Literal["three_plus_three", "boin", "crm"] = Field(
        description="3 + 3, BOIN (Bayesian optimal interval) or CRM (continual reassessment method)"
    )
    infusion: InfusionNumber = Field(default=1, description="Infusion whose dose is sought")
    levels: dict[Identifier, DoseLevel] = Field(min_length=1, description="Levels of dose, rising")
    limiting: list[LimitingToxicity] = Field(default=[], description="Adverse events that limit the dose")
    window_days: Annotated[int, Field(gt=0)] = Field(
        default=28, description="Days after the infusion in which a toxicity is dose-limiting"
    )
    cohort: Annotated[int, Field(gt=0)] = Field(default=3, description="Subjects in a full cohort; 3 with 3 + 3")
    target: Share | None = Field(default=None, description="BOIN and CRM: probability of toxicity that is aimed at")
    skeleton: list[Share] = Field(default=[], description="CRM: the probability thought of for each level, rising")

    @model_validator(mode="after")
    def _has_what_its_design_needs(self) -> DoseFinding:
        if (self.target is None) != (self.design == "three_plus_three"):
            raise ValueError("target: expected for boin and crm, and for no other design")
        if bool(self.skeleton) != (self.design == "crm"):
            raise ValueError("skeleton: expected for crm, and for no other design")
        if self.skeleton and len(self.skeleton) != len(self.levels):
            raise ValueError(
                f"skeleton: expected one for each of {len(self.levels)} levels; found {len(self.skeleton)}"
            )
        if any(low >= high for low, high in pairwise(self.skeleton)):
            raise ValueError("skeleton: expected to rise")
        if self.design == "three_plus_three" and self.cohort != 3:
            raise ValueError(f"cohort: expected 3 of a 3 + 3 design; found {self.cohort}")
        return self

    @model_validator(mode="after")
    def _levels_rise(self) -> DoseFinding:
        for (lower, one), (higher, other) in pairwise(self.levels.items()):
            if one.dose_below > other.dose_from:
                raise ValueError(f"levels.{higher}.dose_from: expected {one.dose_below:g} or more, where {lower} ends")
        return self


def labels_of_levels(stated: DoseFinding | None) -> dict[tuple[str, str], str]:
    """What the protocol calls each level of dose, by analysis and name."""
    return {(SECTION, key): level.label for key, level in stated.levels.items()} if stated else {}
