"""Grades of low blood counts by version of CTCAE: the limits of ctcae_criteria.yaml, where each has its source beside it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from schemas.codelists import ADVERSE_EVENT_TERM, GRADING_SCALE, LABORATORY_TEST
from schemas.yaml_file import Part, load_yaml

Grade = Annotated[int, Field(ge=1, le=4)]


class LowCount(Part):
    """The limits of one test: a count below one has its grade."""

    test: str
    limits: dict[Grade, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def _falls(self) -> LowCount:
        LABORATORY_TEST.refuse_unknown("test", self.test)
        if any(one <= other for (_, one), (_, other) in pairwise(sorted(self.limits.items()))):
            raise ValueError("limits: expected a lower one for each higher grade")
        return self


class CtcaeCriteria(Part):
    """All versions, by the code of their scale; then by the code of the adverse event."""

    scales: dict[str, dict[str, LowCount]]

    @model_validator(mode="after")
    def _are_codes(self) -> CtcaeCriteria:
        GRADING_SCALE.refuse_unknown("scales", *self.scales)
        ADVERSE_EVENT_TERM.refuse_unknown("scales", *(term for terms in self.scales.values() for term in terms))
        return self


@cache
def list_ctcae_criteria() -> list[dict[str, Any]]:
    """Rows of meta.ctcae_criterion."""
    found = load_yaml(Path(__file__).with_suffix(".yaml"), CtcaeCriteria)
    return [
        {"scale": scale, "term": term, "test": of.test, "grade": grade, "limitn": limit}
        for scale, terms in found.scales.items()
        for term, of in terms.items()
        for grade, limit in sorted(of.limits.items())
    ]
