"""Supportive care that a protocol asks for: which treatments and stays, after which infusions, in which periods. Off by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from schemas.codelists import TREATMENT
from schemas.protocol.adverse_events import Period, period_name
from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part, each_of

# The section of its results.
SECTION: Final = "supportive_care"
STAYS: Final = ("intensive care", "hospital stay")
# Therapy of leukemia is no support, and `other` is no kind.
NO_CARE: Final = ("bridging", "antileukemic", "other", *STAYS)
KINDS: Final = tuple(code for code in TREATMENT.codes if code not in NO_CARE)
# Given on its first day, where no last day is reported; the others go on until one is.
GIVEN_ONCE: Final = frozenset({
    "tocilizumab", "immunoglobulin", "platelet transfusion", "red cell transfusion", "plasma transfusion", "fibrinogen concentrate",
    "granulocyte transfusion", "stem cell boost", "etoposide", "emapalumab",
})  # fmt: skip


class SupportiveCare(Part):
    """Who was given which support after an infusion, who was in intensive care or hospital, and for how many days."""

    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions after which support is told"
    )
    periods: Annotated[list[Period], Field(min_length=1)] = Field(
        default=[(0, 30)],
        description="First and last day of each period, which may overlap; day 0 is that of the infusion; no last day: until follow-up ends",
    )
    treatments: list[str] = Field(
        default=[
            "tocilizumab", "corticosteroid", "anakinra", "vasopressor", "mechanical ventilation", "immunoglobulin",
            "red cell transfusion", "platelet transfusion", "G-CSF", "thrombopoietin receptor agonist",
        ],
        description="Treatments told, in that order",
        json_schema_extra=each_of(KINDS),
    )  # fmt: skip
    stays: list[str] = Field(
        default=[*STAYS],
        description="Stays told, with the days of the period spent there: intensive care, hospital stay",
        json_schema_extra=each_of(STAYS),
    )

    @model_validator(mode="after")
    def _are_known(self) -> SupportiveCare:
        for name, given, known in (("treatments", self.treatments, KINDS), ("stays", self.stays, STAYS)):
            if unknown := sorted({*given} - {*known}):
                raise ValueError(f"{name}: expected one of {', '.join(known)}; found {', '.join(unknown)}")
        for name, stated in self._lists():
            if len(set(stated)) < len(stated):
                raise ValueError(f"{name}: expected each once")
        if not self.kinds:
            raise ValueError("treatments: expected one at least, or a stay")
        if any(last is not None and last < first for first, last in self.periods):
            raise ValueError("periods: expected the last day of each not before its first")
        return self

    def _lists(self) -> Iterator[tuple[str, list[Any]]]:
        for name in ("infusions", "periods", "treatments", "stays"):
            yield name, getattr(self, name)

    @property
    def kinds(self) -> list[str]:
        """All that is told, in the order of a table."""
        return [*self.treatments, *self.stays]

    def asked(self) -> Iterator[dict[str, Any]]:
        """Rows of meta.care."""
        for number in self.infusions:
            for first, last in self.periods:
                for kind in self.kinds:
                    yield {
                        "infusion_number": number,
                        "period": period_name(first, last),
                        "treatment": kind,
                        "from_day": first,
                        "to_day": last,
                        "once": kind in GIVEN_ONCE,
                        "stay": kind in STAYS,
                    }
