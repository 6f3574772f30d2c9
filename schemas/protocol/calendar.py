"""Long-term follow-up: which contacts each subject owes after an infusion, and in which days around it one counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from schemas.protocol.names import InfusionNumber
from schemas.units import DAYS_PER_MONTH
from schemas.yaml_file import Part

Days = Annotated[int, Field(ge=0)]
MONTHS_OF_A_YEAR = 12


class Visit(Part):
    """One contact: so many calendar months after the infusion, and the days around it that count."""

    months: Annotated[int, Field(ge=1)] = Field(description="Calendar months after the infusion")
    early_days: Days = Field(default=14, description="So many days before it count")
    late_days: Days = Field(default=14, description="So many days after it count")


class Calendar(Part):
    """Contacts after an infusion over years, those named and one each year.

    Source of the fifteen years: FDA, Long Term Follow-Up After Administration of Human Gene Therapy Products, January 2020, for
    integrating vectors; EMA/CHMP/GTWP/60436/2007.
    """

    infusion: InfusionNumber = Field(default=1, description="Infusion from which contacts are counted")
    years: Annotated[int, Field(ge=1, le=30)] = Field(default=15, description="For how many years, with a contact each")
    visits: list[Visit] = Field(default=[], description="Further contacts, as within the first year")
    yearly_early_days: Days = Field(default=60, description="So many days before each anniversary count")
    yearly_late_days: Days = Field(default=60, description="So many days after each anniversary count")

    @property
    def contacts(self) -> list[Visit]:
        """All of them, in order; a visit named for an anniversary takes its place."""
        named = {visit.months: visit for visit in self.visits}
        yearly = [
            Visit(months=year * MONTHS_OF_A_YEAR, early_days=self.yearly_early_days, late_days=self.yearly_late_days)
            for year in range(1, self.years + 1)
        ]
        return sorted(
            [*named.values(), *(one for one in yearly if one.months not in named)], key=lambda one: one.months
        )

    @model_validator(mode="after")
    def _no_day_counts_twice(self) -> Calendar:
        months = [visit.months for visit in self.visits]
        if len(set(months)) < len(months):
            raise ValueError("visits: expected each number of months once")
        for one, other in pairwise(self.contacts):
            if one.late_days + other.early_days >= (other.months - one.months) * (DAYS_PER_MONTH - 1):
                raise ValueError(
                    f"visits: expected days that count for one contact alone; those of months {one.months} and {other.months} overlap"
                )
        return self
