"""The patients of demo_dose_escalation: who was given which dose when, how toxic it was, and what became of each. Nobody here exists.

Days count from the patient's own infusion, but where it says day of the trial: day 0 of the trial is the first infusion of all. Grades of counts and
chemistry are what each course is drawn to have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

BEGINS = date(2024, 1, 8)
# Both sites send everything they have, twice: with four cohorts infused, and a hundred days after the last infusion.
DELIVERIES = (date(2024, 7, 16), date(2025, 2, 28))
SITES = ("north", "south")
# Million cells/kg.
DOSES = {1: 0.5, 2: 1.0, 3: 2.0}
SCALE_OF = {"CRS": "ASTCT 2019", "ICANS": "ASTCT 2019"}
CTCAE = "CTCAE 5"


@dataclass(frozen=True)
class Episode:
    """CRS, ICANS or IEC-HS: first and last day, worst grade."""

    term: str
    first: int
    last: int
    grade: int
    dose_limiting: bool = False


@dataclass(frozen=True)
class Grades:
    """What the courses are drawn to have: ICAHT and T-ICAHT early and late, then worst grades of chemistry (CTCAE 5)."""

    icaht: tuple[int, int]
    t_icaht: tuple[int, int]
    ast: int = 0
    alt: int = 0
    bilirubin: int = 0
    creatinine: int = 0
    fibrinogen: int = 0


@dataclass(frozen=True)
class Patient:
    """A patient; `infused` is a day of the trial, None for whom no product could be made."""

    number: int
    level: int
    infused: int | None
    grades: Grades
    episodes: tuple[Episode, ...] = ()
    response: str = "remission"
    relapsed: int | None = None
    died: tuple[int, str] | None = None
    infections: tuple[tuple[str, int, int, int], ...] = ()

    @property
    def name(self) -> str:
        return f"D{self.number:02}"

    @property
    def site(self) -> str:
        """The sites take turns."""
        return SITES[(self.number - 1) % 2]

    @property
    def day_0(self) -> date:
        """Day of the infusion; of whom none was given, the day it was planned for."""
        return self.on_trial_day(PLANNED if self.infused is None else self.infused)

    def on(self, day: int) -> date:
        return self.day_0 + timedelta(days=day)

    def on_trial_day(self, day: int) -> date:
        return BEGINS + timedelta(days=day)

    def worst(self, term: str) -> int:
        return max((one.grade for one in self.episodes if one.term == term), default=0)


PLANNED = 200


def _crs(first: int, last: int, grade: int, *, limits: bool = False) -> Episode:
    return Episode("CRS", first, last, grade, limits)


def _icans(first: int, last: int, grade: int, *, limits: bool = False) -> Episode:
    return Episode("ICANS", first, last, grade, limits)


# Cohorts of three. Of the first fourteen, 05, 11, 13 and 14 have an event of the boundary: by the day of 14's ICANS there are four.
PATIENTS = (
    Patient(1, 1, 0, Grades((0, 0), (0, 0)), (_crs(3, 5, 1),)),
    Patient(2, 1, 14, Grades((1, 0), (0, 1)), (), "no response", died=(150, "leukemia")),
    Patient(3, 1, 21, Grades((1, 1), (1, 0), ast=1, alt=1), (_crs(2, 6, 2),), infections=(("lung infection", 40, 52, 2),)),
    Patient(4, 2, 56, Grades((2, 0), (1, 1), ast=1), (_crs(4, 6, 1),), relapsed=88, died=(190, "leukemia")),
    Patient(5, 2, 70, Grades((3, 2), (2, 2), ast=2, alt=2, creatinine=1, fibrinogen=2), (_crs(2, 7, 2), _icans(6, 16, 4, limits=True)),
            infections=(("sepsis", 12, 24, 3),)),
    Patient(6, 2, 77, Grades((0, 0), (0, 0))),
    Patient(7, 2, 112, Grades((1, 0), (0, 0), ast=1), (_crs(3, 6, 1),)),
    Patient(8, 2, 119, Grades((2, 1), (1, 1), ast=1, alt=1), (_crs(3, 7, 2), _icans(6, 7, 1))),
    Patient(9, 2, 126, Grades((2, 0), (2, 0), ast=2, alt=2, bilirubin=1, creatinine=1, fibrinogen=1), (_crs(2, 8, 3), _icans(5, 8, 2)),
            infections=(("cytomegalovirus infection", 45, 60, 2),)),
    Patient(10, 3, 161, Grades((1, 0), (1, 0), ast=1, alt=1), (_crs(4, 6, 1),), "residual disease"),
    Patient(11, 3, 175, Grades((4, 3), (3, 2), ast=3, alt=3, bilirubin=3, creatinine=2, fibrinogen=3), (_crs(2, 11, 4, limits=True), _icans(6, 11, 2)),
            infections=(("aspergillosis", 20, 48, 3),)),
    Patient(12, 3, 182, Grades((2, 1), (1, 0), ast=1, alt=1, fibrinogen=1), (_crs(3, 7, 2),), infections=(("lung infection", 50, 61, 2),)),
    Patient(13, 3, 217, Grades((4, 0), (4, 0), ast=4, alt=4, bilirubin=4, creatinine=4, fibrinogen=4),
            (_crs(2, 9, 3), Episode("IEC-HS", 12, 24, 5, dose_limiting=True)), "not assessed", died=(24, "organ failure")),
    Patient(14, 3, 224, Grades((3, 4), (4, 4), ast=3, alt=2, bilirubin=2, creatinine=3, fibrinogen=2), (_crs(1, 9, 3), _icans(6, 18, 4, limits=True)),
            infections=(("sepsis", 33, 47, 3),)),
    Patient(15, 3, 227, Grades((3, 2), (3, 3), ast=2, alt=2, bilirubin=1, fibrinogen=1), (_crs(2, 8, 3), _icans(6, 8, 1))),
    Patient(16, 2, 285, Grades((1, 0), (0, 0)), (_crs(5, 7, 1),)),
    Patient(17, 2, 292, Grades((0, 0), (0, 0))),
    Patient(18, 2, 299, Grades((2, 1), (2, 1), ast=1), (_crs(3, 7, 2),)),
    Patient(19, 2, None, Grades((0, 0), (0, 0))),
)  # fmt: skip
INFUSED = tuple(one for one in PATIENTS if one.infused is not None)
