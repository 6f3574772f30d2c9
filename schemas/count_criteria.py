"""Grades of hematotoxicity by depth and duration: the criteria of count_criteria.yaml, where each number has its source beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from schemas.codelists import LABORATORY_TEST
from schemas.units import laboratory_factors
from schemas.yaml_file import Part, load_yaml

Days = Annotated[int, Field(ge=0)]


class Phase(Part):
    """Days after the infusion that are graded together, both included."""

    from_day: Days
    to_day: Days


class Criterion(Part):
    """What makes a grade: a limit, and for how long or how often counts lie at or below it."""

    phase: str
    grade: Annotated[int, Field(ge=1, le=4)]
    limit: Annotated[float, Field(gt=0)]
    days: Annotated[int, Field(ge=1)] | None = None
    samples: Annotated[int, Field(ge=1)] | None = None
    never_above_from: Days | None = None


class Scheme(Part):
    """A way to grade the course of one count."""

    test: str
    unit: str
    at_limit: bool
    recovery_days: Annotated[int, Field(ge=1)]
    supported_days: Days | None
    bridged_days: Days
    source: str
    phases: dict[str, Phase]
    criteria: list[Criterion]

    @model_validator(mode="after")
    def _is_told_by_what_is_known(self) -> Scheme:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        if (self.test, self.unit, self.unit) not in {
            (test, unit, standard) for test, unit, standard, _ in laboratory_factors()
        }:
            raise ValueError(f"unit: expected the unit in which {self.test} are held; found {self.unit}")
        if unknown := sorted({one.phase for one in self.criteria} - self.phases.keys()):
            raise ValueError(f"criteria: expected one of {', '.join(self.phases)}; found {', '.join(unknown)}")
        return self


class CountCriteria(Part):
    """All schemes, by name."""

    schemes: dict[str, Scheme]


@cache
def count_schemes() -> dict[str, Scheme]:
    """The schemes by name."""
    return load_yaml(Path(__file__).with_suffix(".yaml"), CountCriteria).schemes


def list_count_phases() -> list[dict[str, Any]]:
    """Rows of meta.count_phase."""
    return [
        {
            "scheme": name,
            "phase": phase,
            **days.model_dump(),
            **scheme.model_dump(exclude={"phases", "criteria", "at_limit"}),
        }
        for name, scheme in count_schemes().items()
        for phase, days in scheme.phases.items()
    ]


def list_count_criteria() -> list[dict[str, Any]]:
    """Rows of meta.count_criterion."""
    return [
        {
            "scheme": name,
            "position": position,
            "at_limit": scheme.at_limit,
            "unit": scheme.unit,
            "limitn": one.limit,
            **one.model_dump(exclude={"limit"}),
        }
        for name, scheme in count_schemes().items()
        for position, one in enumerate(scheme.criteria, 1)
    ]
