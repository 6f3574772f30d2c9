"""A synthetic patient: all that happened, in days since the first infusion of the study."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

DAYS_PER_MONTH = 30.4375


def days(months: float) -> int:
    """Months as whole days, as hospitals record them."""
    return round(months * DAYS_PER_MONTH)


@dataclass(frozen=True)
class Sample:
    """CAR-T cells of 100 T cells on a day since the infusion; None where they were below quantification."""

    day: int
    percent: float | None
    matrix: str = "blood"


@dataclass
class Infusion:
    """One infusion; `day` 0 is that of the first. `samples` show its cells."""

    number: int
    day: int
    target: str
    dose_1e5_per_kg: float
    regimen: str = "FC"
    cell_source: str = "autologous"
    samples: list[Sample] = field(default_factory=list)


@dataclass
class Response:
    """One assessment of response."""

    day: int
    response: str
    infusion: int
    mrd: str = "negative"
    blasts_pct: float = 0.5


@dataclass
class AdverseEvent:
    """One adverse event; grade 0 says that it did not occur."""

    term: str
    infusion: int
    grade: int
    start: int | None
    end: int | None
    scale: str


@dataclass
class Patient:
    """A patient of one site."""

    number: str
    day_0: date
    age: float
    sex: str
    last_contact: int
    infusions: list[Infusion]
    responses: list[Response] = field(default_factory=list)
    events: list[AdverseEvent] = field(default_factory=list)
    relapse: int | None = None
    relapse_site: str = "marrow"
    relapse_detection: str = "morphologic"
    cd19: str = "positive"
    cd22: str = "positive"
    death: int | None = None
    cause: str = "leukemia"
    transplant: int | None = None
    consolidation: tuple[str, int] | None = None
    status: str = "hematologic relapse"
    blasts_pct: float = 30.0
    extramedullary: bool = False
    high_risk: bool = False
    prior_transplant: bool = False
    prior_car_t: bool = False
    tp53: bool | None = None
    immunoglobulin: int | None = None

    def on(self, day: int | None) -> date | None:
        """The calendar day of a day since the first infusion."""
        return None if day is None else self.day_0 + timedelta(days=day)

    @property
    def enrolled(self) -> date:
        """Enrolled eight to fifteen days before the first infusion."""
        return self.day_0 - timedelta(days=8 + int(self.age) % 8)

    def contacts(self) -> list[tuple[int, str]]:
        """Follow-up visits about every 90 days and the last contact, with what was found of the disease."""
        visits = [day for day in range(90, self.last_contact, 90) if self.last_contact - day > 20]
        visits += [self.last_contact] if self.death is None else []
        return [(day, self._status_on(day)) for day in visits]

    def _status_on(self, day: int) -> str:
        relapsed = self.relapse is not None and day >= self.relapse
        return "relapsed" if relapsed or not self._in_remission() else "remission"

    def _in_remission(self) -> bool:
        return any(found.response in ("CR", "CRi") for found in self.responses)
