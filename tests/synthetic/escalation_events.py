"""Adverse events of demo_dose_escalation as known on the day of a delivery: CRS and ICANS of everybody, what the courses show by CTCAE 5, infections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.synthetic.escalation_courses import BEFORE, NORMAL, course
from tests.synthetic.escalation_plan import CTCAE, SCALE_OF, Episode, Patient

Row = dict[str, Any]
# Limits of grades 2, 3, 4 of low counts, and of grades 1 to 4 of chemistry as multiples of the limit of normal.
LOW_COUNTS = {
    "neutropenia": ("neutrophils", (1.5, 1.0, 0.5)),
    "thrombocytopenia": ("platelets", (75, 50, 25)),
    "anemia": ("hemoglobin", (100, 80)),
}
HIGH = {
    "AST increased": ("AST", (1, 3, 5, 20)), "ALT increased": ("ALT", (1, 3, 5, 20)), "blood bilirubin increased": ("bilirubin", (1, 1.5, 3, 10)),
    "creatinine increased": ("creatinine", (1, 1.5, 3, 6)),
}  # fmt: skip
FIBRINOGEN = (2.0, 1.5, 1.0, 0.5)
# Of creatinine the value before counts too.
CREATININE_BEFORE = {2: 1.5, 3: 3}
LOOKED_AT = 30
SERIOUS = 3
# What is a result alone is not serious, and is laid to the cells; words without a code of their own are laid to what came before.
BY_RESULT = (*LOW_COUNTS, *HIGH, "fibrinogen decreased")
ORGANISMS = {
    "lung infection": ("bacterium", "airways"), "sepsis": ("bacterium", "bloodstream"), "cytomegalovirus infection": ("virus", "disseminated"),
    "aspergillosis": ("fungus", "airways"),
}  # fmt: skip
# Days, word and grade of what has no code of its own.
OTHERS = {
    1: ((10, 18, "fatigue", 1),), 4: ((8, 12, "hypokalemia", 2),), 6: ((15, 29, "fatigue", 1),), 8: ((6, 13, "hypokalemia", 3),),
    11: ((7, 14, "febrile neutropenia", 3),), 14: ((9, 17, "febrile neutropenia", 3),), 15: ((5, 12, "febrile neutropenia", 3),),
}  # fmt: skip


def adverse_events(patient: Patient, delivered: date) -> Iterator[Row]:
    """The rows of a patient: what began by the day of the delivery, without an end that came later."""
    if patient.infused is None:
        return
    for row in _all(patient, delivered):
        if row["start"] is None or row["start"] <= delivered:
            yield {**row, "end": None if row["end"] is None or row["end"] > delivered else row["end"]}


def _all(patient: Patient, delivered: date) -> Iterator[Row]:
    for term, scale in SCALE_OF.items():
        if patient.worst(term) == 0 and patient.on(LOOKED_AT) <= delivered:
            yield _row(patient, term, "", None, 0, scale)
    for one in patient.episodes:
        yield {
            **_row(patient, one.term, "", one, one.grade, SCALE_OF.get(one.term, CTCAE)),
            "related": "yes", "limiting": "yes" if one.dose_limiting else "no",
        }  # fmt: skip
    yield from _of_courses(patient, delivered)
    for word, first, last, grade in patient.infections:
        organism, site = ORGANISMS[word]
        told = _row(patient, "infection", word, Episode("infection", first, last, grade), grade, CTCAE)
        yield {**told, "related": "no", "organism": organism, "infection_site": site}
    for first, last, word, grade in OTHERS.get(patient.number, ()):
        yield _row(patient, "other", word, Episode("other", first, last, grade), grade, CTCAE)


def _of_courses(patient: Patient, delivered: date) -> Iterator[Row]:
    """The worst grade of each test so far; of chemistry also that there was none in the first month."""
    tests = {**{term: test for term, (test, _) in (LOW_COUNTS | HIGH).items()}, "fibrinogen decreased": "fibrinogen"}
    for term, test in tests.items():
        graded = [
            (day, grade_of(term, value))
            for day, value in course(patient, test)
            if day > 0 and patient.on(day) <= delivered
        ]
        days = [day for day, grade in graded if grade]
        if days:
            worst = max(grade for _, grade in graded)
            yield _row(patient, term, "", Episode(term, days[0], days[-1], worst), worst, CTCAE)
        elif term not in LOW_COUNTS and patient.on(LOOKED_AT) <= delivered:
            yield _row(patient, term, "", Episode(term, 0, LOOKED_AT, 0), 0, CTCAE)


def grade_of(term: str, value: float) -> int:
    """Grade of a value by CTCAE 5; of counts from 2 on, since grade 1 begins at the limit of normal of each laboratory."""
    if term in LOW_COUNTS:
        limits = LOW_COUNTS[term][1]
        return max((n for n, limit in enumerate(limits, 2) if value < limit), default=0)
    if term == "fibrinogen decreased":
        return sum(value < limit for limit in FIBRINOGEN)
    test, multiples = HIGH[term]
    upper = NORMAL[test][1] or 0.0
    grade = sum(value > upper * multiple for multiple in multiples)
    if test == "creatinine":
        grade = max([grade, *(n for n, times in CREATININE_BEFORE.items() if value > BEFORE[test] * times)])
    return grade


def _row(patient: Patient, term: str, word: str, when: Episode | None, grade: int, scale: str) -> Row:
    return {
        "patient": patient.name, "term": term, "word": word, "start": patient.on(when.first) if when else None,
        "end": patient.on(when.last) if when else None, "grade": grade, "scale": scale, "serious": "yes" if grade >= SERIOUS and term not in BY_RESULT else "no",
        "related": "" if not grade else "yes" if term in BY_RESULT else "no", "limiting": "", "organism": "", "infection_site": "",
    }  # fmt: skip
