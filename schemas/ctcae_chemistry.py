"""Grades of chemistry and coagulation by version of CTCAE: the limits of ctcae_chemistry.yaml, where each has its source beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM, GRADING_SCALE, LABORATORY_TEST
from schemas.score_criteria import factor_into_held
from schemas.yaml_file import Part, load_yaml

# Of what a limit is a multiple. before_if_high, before_if_low: the value before, where it was above or below the limits of normal;
# upper_if_before_not_high: the upper limit otherwise.
GradeOf = Literal[
    "", "upper", "lower", "before", "upper_or_before", "before_if_high", "before_if_low", "upper_if_before_not_high"
]


class GradeLimit(Part):
    """Above or below what a result has at least a grade, and of what that is a multiple."""

    grade: Annotated[int, Field(ge=1, le=4)]
    above: Annotated[float, Field(gt=0)] | None = None
    below: Annotated[float, Field(gt=0)] | None = None
    of: GradeOf = ""

    @model_validator(mode="after")
    def _is_one(self) -> GradeLimit:
        if (self.above is None) == (self.below is None):
            raise ValueError("limits: expected above or below")
        return self


class Chemistry(Part):
    """The limits of one test, and the unit of those that are no multiples."""

    test: str
    unit: str | None = None
    limits: list[GradeLimit]

    @model_validator(mode="after")
    def _is_told_by_what_is_known(self) -> Chemistry:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        if any(not limit.of for limit in self.limits) and self.unit is None:
            raise ValueError(f"unit: expected that of the limits of {self.test}")
        return self


class ChemistryCriteria(Part):
    """All versions, by the code of their scale; then by the code of the adverse event."""

    scales: dict[str, dict[str, Chemistry]]

    @model_validator(mode="after")
    def _are_codes(self) -> ChemistryCriteria:
        GRADING_SCALE.refuse_unknown("scales", *self.scales)
        ADVERSE_EVENT_TERM.refuse_unknown("scales", *(term for terms in self.scales.values() for term in terms))
        return self


@cache
def list_ctcae_chemistry() -> list[dict[str, Any]]:
    """Rows of meta.ctcae_chemistry."""
    found = load_yaml(Path(__file__).with_suffix(".yaml"), ChemistryCriteria)
    return [
        {"scale": scale, "term": term, "test": of.test, "position": position, "grade": limit.grade, **_limit(of, limit)}
        for scale, terms in found.scales.items()
        for term, of in terms.items()
        for position, limit in enumerate(of.limits, 1)
    ]


def _limit(of: Chemistry, limit: GradeLimit) -> dict[str, Any]:
    value = limit.above if limit.below is None else limit.below
    held = value if limit.of else value * factor_into_held(of.test, of.unit or "")  # type: ignore[operator]
    return {"side": "above" if limit.below is None else "below", "limitn": held, "limit_of": limit.of}
