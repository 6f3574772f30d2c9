"""Boundaries that stop a trial for too many deaths or toxicities, looked at every night. Nothing of it is on by default."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM, DEATH_CAUSE, GRADING_SCALE
from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part, each_of, one_of

Share = Annotated[float, Field(gt=0, lt=1)]
Subjects = Annotated[int, Field(ge=1, le=1000)]
# The section of their results.
SECTION = "stopping"


class StoppingDeaths(Part):
    """Deaths that count: of any cause or of some; by default those without a relapse before them (treatment-related mortality)."""

    causes: list[str] = Field(
        default=[], description="Causes that count; none for all", json_schema_extra=each_of(DEATH_CAUSE.codes)
    )
    before_relapse: bool = Field(default=True, description="A death after relapse does not count")

    @model_validator(mode="after")
    def _are_causes(self) -> StoppingDeaths:
        DEATH_CAUSE.refuse_unknown("causes", *self.causes)
        return self


class StoppingToxicity(Part):
    """An adverse event that counts: from a grade on, on one scale; without a scale wherever it occurred."""

    term: str = Field(description="Code of the adverse event", json_schema_extra=one_of(ADVERSE_EVENT_TERM.codes))
    scale: str | None = Field(
        default=None,
        description="Code of the grading scale its grade is read on; none for any occurrence, whatever its grade",
        json_schema_extra=one_of(GRADING_SCALE.codes),
    )
    least_grade: Annotated[int, Field(ge=1, le=5)] = Field(
        default=4, description="With a scale: lowest grade that counts"
    )

    @model_validator(mode="after")
    def _is_graded(self) -> StoppingToxicity:
        ADVERSE_EVENT_TERM.refuse_unknown("term", self.term)
        if self.scale is not None:
            GRADING_SCALE.refuse_unknown("scale", self.scale)
        return self


class StoppingRule(Part):
    """One boundary: which events within how many days, the rate that is still acceptable, and how sure one is when it stops."""

    label: str = Field(description="Name of the boundary for readers")
    deaths: StoppingDeaths | None = Field(default=None, description="Deaths that count")
    toxicities: list[StoppingToxicity] = Field(default=[], description="Adverse events that count")
    infusion: InfusionNumber = Field(default=1, description="Infusion after which events count")
    window_days: Annotated[int, Field(gt=0)] = Field(description="Days after the infusion within which an event counts")
    limit: Share = Field(description="Rate that is still acceptable (share, 0 to 1)")
    unacceptable: Share | None = Field(
        default=None, description="Rate that is not: the boundary's operating characteristics are told under it too"
    )
    planned: Subjects = Field(description="Subjects the trial plans")
    method: Literal["bayesian", "exact", "exact-overall"] = Field(
        default="bayesian",
        description="Posterior probability over the limit (bayesian), exact test at each look (exact), or one that keeps its error over all looks (exact-overall)",
    )
    level: Share = Field(
        default=0.9,
        description="bayesian: posterior probability over the limit that stops; exact: largest p value that stops; exact-overall: largest probability to stop at the limit",
    )
    prior_events: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="bayesian: events of the beta prior; by default the limit times prior_subjects"
    )
    prior_subjects: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="bayesian: subjects the beta prior is worth"
    )
    first_look: Subjects = Field(default=3, description="Subjects known at the first look")
    every: Subjects = Field(default=1, description="Further subjects known at each later look")

    @property
    def prior(self) -> tuple[float, float]:
        """Events and subjects of the prior."""
        return self.prior_events or self.limit * self.prior_subjects, self.prior_subjects

    @model_validator(mode="after")
    def _makes_a_boundary(self) -> StoppingRule:
        if self.deaths is None and not self.toxicities:
            raise ValueError("expected deaths, toxicities or both")
        if self.deaths is not None and self.deaths.before_relapse and self.infusion != 1:
            raise ValueError("infusion: expected 1 with deaths before relapse, which is the first one after infusion 1")
        if self.method != "bayesian" and self.level > 0.5:
            raise ValueError(f"level: expected an error, as 0.05, of {self.method}; found {self.level:g}")
        if self.first_look > self.planned:
            raise ValueError(f"first_look: expected no more than planned {self.planned}; found {self.first_look}")
        if self.unacceptable is not None and not self.unacceptable > self.limit:
            raise ValueError(f"unacceptable: expected more than limit {self.limit:g}; found {self.unacceptable:g}")
        if not self.prior[0] < self.prior[1]:
            raise ValueError(f"prior_events: expected fewer than prior_subjects {self.prior_subjects:g}")
        return self


def analysis_of(name: str) -> str:
    """The analysis of a boundary in results."""
    return f"{SECTION}.{name}"
