"""What the study decided about its data: days that stand in for partial dates, falls of a table's rows that are right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.domains import DOMAINS
from schemas.yaml_file import Part, one_of

# Every date that a core table holds.
DATES = [f"{name}.{c}" for name, d in DOMAINS.items() for c, spec in d.columns().items() if spec.kind == "date"]


class Imputation(Part):
    """Which day stands in for a date of which a part is missing."""

    column: str = Field(
        description="Core table and date column, as adverse_event.start_date", json_schema_extra=one_of(DATES)
    )
    to: Literal["earliest", "middle", "latest"] = Field(description="Which of the days that are possible")
    not_before: Literal["infusion", "nothing"] = Field(
        default="infusion", description="infusion: never before the infusion the record follows"
    )

    @model_validator(mode="after")
    def _is_a_date(self) -> Imputation:
        domain, _, column = self.column.partition(".")
        if f"{domain}.{column}" not in DATES:
            raise ValueError(f"column: expected one of {', '.join(DATES)}; found {self.column}")
        return self


# Long enough to publish a night, too short to be forgotten.
LONGEST_ACCEPTANCE = timedelta(days=31)


class AcceptedFall(Part):
    """A fall of a table's rows that is right, such as an export withdrawn: without it the last night stays published."""

    table: str = Field(description="Domain, as laboratory", json_schema_extra=one_of(DOMAINS))
    rows: Annotated[int, Field(ge=0)] = Field(description="Rows it may fall to, and no further")
    reason: str = Field(description="Why the fall is right")
    decided_by: str = Field(description="Who decided")
    decided_on: date = Field(description="Day of the decision")
    applies_until: date = Field(description="Last night for which it holds")

    @model_validator(mode="after")
    def _of_a_domain_and_for_some_days(self) -> AcceptedFall:
        if self.table not in DOMAINS:
            raise ValueError(f"table: expected one of {', '.join(DOMAINS)}; found {self.table}")
        latest = self.decided_on + LONGEST_ACCEPTANCE
        if not self.decided_on <= self.applies_until <= latest:
            raise ValueError(
                f"applies_until: expected a day from {self.decided_on} to {latest}; found {self.applies_until}"
            )
        return self
