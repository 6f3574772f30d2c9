"""The exports of demo_dose_escalation: what each patient's course is on the day of a delivery, as a site in English and one in Chinese write it.

`python -m tests.synthetic.demo_dose_escalation` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.synthetic.escalation_courses import COUNTS, DIGITS, NORMAL, TESTS, course
from tests.synthetic.escalation_events import adverse_events
from tests.synthetic.escalation_plan import DELIVERIES, DOSES, PATIENTS, SITES, Patient
from tests.synthetic.escalation_words import FILES, HEADERS, WORDS
from tests.synthetic.files import write_csv
from tests.synthetic.printed import FOLDER

STUDY = "demo_dose_escalation"
Row = dict[str, Any]
ENROLLED, COLLECTED, RELEASED, LYMPHODEPLETION = -30, -26, -8, (-5, -3)
ASSESSED_ON, SEEN_ON = (28, 90), (61, 91, 183, 365)
REMISSION_NEUTROPHILS, REMISSION_PLATELETS = 1.0, 100
# Days after the planned infusion on which whoever was not infused is seen once more.
CALLED_OFF = 45
BRIDGED, AGAIN_MADE = (3, 8, 11, 14), (9,)
# What the laboratory of the first site prints in other units than those the courses are drawn in: name of the unit, and what a value is multiplied by.
OTHER_UNITS = {
    "hemoglobin": ("g/dL", 0.1), "CRP": ("mg/dL", 0.1), "bilirubin": ("mg/dL", 0.058467), "creatinine": ("mg/dL", 0.011312),
    "fibrinogen": ("mg/dL", 100.0),
}  # fmt: skip
UNITS = {
    **dict.fromkeys(("neutrophils", "platelets"), "10^9/L"), "hemoglobin": "g/L", "ferritin": "ng/mL", "CRP": "mg/L",
    **dict.fromkeys(("AST", "ALT", "LDH"), "U/L"), **dict.fromkeys(("bilirubin", "creatinine"), "umol/L"), "fibrinogen": "g/L", "B cells": "/uL",
}  # fmt: skip
OTHER_DIGITS = {"hemoglobin": 1, "CRP": 2, "bilirubin": 2, "creatinine": 2, "fibrinogen": 0}


def write(folder: Path) -> None:
    """Write every delivery of both sites below a landing folder."""
    for site in SITES:
        for delivered in DELIVERIES:
            for name, rows_of in TABLES.items():
                rows = [row for patient in PATIENTS if patient.site == site for row in rows_of(patient, delivered)]
                path = folder / site / delivered.isoformat() / f"{FILES[site][name]}.csv"
                write_csv(path, [_dressed(site, name, row) for row in rows])


def _dressed(site: str, table: str, row: Row) -> Row:
    """A row in the words of its site; a word that has none there stays."""
    words = WORDS[site]
    return {HEADERS[site].get(name, name): _said(words.get(name, {}), cell) for name, cell in row.items()}


def _said(words: dict[str, str], cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else words.get(cell, cell)


def _patients(patient: Patient, delivered: date) -> Iterator[Row]:
    if patient.on(ENROLLED) <= delivered:
        n = patient.number
        yield {
            "patient": patient.name, "enrolled": patient.on(ENROLLED), "age": 19 + n * 7 % 43, "sex": ("male", "female")[n * 5 % 3 % 2],
            "disease": "refractory" if n % 4 == 2 else "hematologic relapse", "blasts": 8 + n * 11 % 70,
        }  # fmt: skip


def _infusions(patient: Patient, delivered: date) -> Iterator[Row]:
    if patient.infused is not None and patient.day_0 <= delivered:
        n = patient.number
        yield {
            "patient": patient.name, "infused": patient.day_0, "dose": DOSES[patient.level], "collected": patient.on(COLLECTED),
            "released": patient.on(RELEASED), "attempts": 2 if n in AGAIN_MADE else 1, "viability": 88 + n % 9, "transduction": 31 + n * 3 % 29,
            "copies": round(1.1 + n * 0.13 % 2.4, 2), "cd4": 35 + n * 5 % 31, "memory": 22 + n * 7 % 40,
            "lymphodepletion": patient.on(LYMPHODEPLETION[0]), "lymphodepletion_end": patient.on(LYMPHODEPLETION[1]),
        }  # fmt: skip


def _assessments(patient: Patient, delivered: date) -> Iterator[Row]:
    for day in ASSESSED_ON:
        gone = (patient.died is not None and patient.died[0] < day) or (patient.relapsed or day) < day
        if (
            patient.infused is None
            or patient.on(day) > delivered
            or gone
            or (patient.response == "no response" and day > ASSESSED_ON[0])
        ):
            continue
        found, residual = _response(patient, day)
        yield {"patient": patient.name, "assessed": patient.on(day), "response": found, "residual": residual}


def _response(patient: Patient, day: int) -> tuple[str, str]:
    if patient.response == "no response":
        return "NR", "positive"
    counts = [dict(course(patient, test)) for test in COUNTS[:2]]
    nearest = max(one for one in counts[0] if one <= day)
    recovered = counts[0][nearest] >= REMISSION_NEUTROPHILS and counts[1][nearest] >= REMISSION_PLATELETS
    residual = "positive" if patient.response == "residual disease" and day == ASSESSED_ON[0] else "negative"
    return "CR" if recovered else "CRi", residual


def _course(patient: Patient, delivered: date) -> Iterator[Row]:
    """Treatment, relapse, death, and that no product could be made."""
    for day, what, detail, last in _happened(patient):
        if patient.on(day) <= delivered:
            end = None if last is None or patient.on(last) > delivered else patient.on(last)
            yield {"patient": patient.name, "event": what, "day": patient.on(day), "end": end, "detail": detail}


def _happened(patient: Patient) -> Iterator[tuple[int, str, str, int | None]]:
    """Day, what, detail and last day."""
    if patient.infused is None:
        yield COLLECTED, "apheresis", "", None
        yield 0, "not infused", "manufacturing failure", None
        return
    if patient.number in BRIDGED:
        yield COLLECTED + 4, "bridging", "", COLLECTED + 10
    for one in patient.episodes:
        if one.term == "CRS" and one.grade > 1:
            yield one.first + 1, "tocilizumab", "", one.first + 1
        if one.term == "CRS" and one.grade > 2:
            yield one.first + 2, "corticosteroid", "", one.last
        if one.term == "ICANS" and one.grade > 1:
            yield one.first + 1, "corticosteroid", "", one.last
        if one.term == "IEC-HS":
            yield one.first + 1, "anakinra", "", one.last
            yield one.first + 4, "ruxolitinib", "", one.last
    if patient.grades.icaht[0] > 2:
        yield 10, "G-CSF", "", 14
    if patient.relapsed is not None:
        yield patient.relapsed, "relapse", "negative", None
        yield patient.relapsed + 7, "new therapy", "", patient.relapsed + 35
    if patient.died is not None:
        yield patient.died[0], "death", patient.died[1], None


def _adverse_events(patient: Patient, delivered: date) -> Iterator[Row]:
    yield from adverse_events(patient, delivered)


def _follow_up(patient: Patient, delivered: date) -> Iterator[Row]:
    if patient.infused is None:
        if patient.on(CALLED_OFF) <= delivered:
            yield {"patient": patient.name, "seen": patient.on(CALLED_OFF), "status": "not assessed"}
        return
    known = {patient.on(day) for day in SEEN_ON} | {delivered - timedelta(days=3 + patient.number % 5)}
    for day in sorted(known):
        dead = patient.died is not None and day >= patient.on(patient.died[0])
        if patient.on(7) < day <= delivered and not dead:
            yield {"patient": patient.name, "seen": day, "status": _status(patient, (day - patient.day_0).days)}


def _status(patient: Patient, day: int) -> str:
    if patient.relapsed is not None and day >= patient.relapsed:
        return "relapsed"
    return "remission" if patient.response != "no response" and day > ASSESSED_ON[0] else "not assessed"


def _results(patient: Patient, delivered: date) -> Iterator[tuple[date, str, float]]:
    if patient.infused is not None:
        for test in TESTS:
            for day, value in course(patient, test):
                if patient.on(day) <= delivered:
                    yield patient.on(day), test, value


def _laboratory(patient: Patient, delivered: date) -> Iterator[Row]:
    """One row a day at the first site, one row a result at the other."""
    results = sorted(_results(patient, delivered), key=lambda one: (one[0], TESTS.index(one[1])))
    if patient.site == SITES[0]:
        for day in dict.fromkeys(one[0] for one in results):
            found = {test: _in_unit(test, value) for on, test, value in results if on == day}
            yield {"patient": patient.name, "sampled": day, **{test: found.get(test) for test in TESTS}}
        return
    for day, test, value in results:
        low, high = NORMAL[test]
        yield {
            "patient": patient.name,
            "sampled": day,
            "test": test,
            "result": _shown(test, value),
            "unit": UNITS[test],
            "low": low,
            "high": high,
        }


def _in_unit(test: str, value: float) -> str:
    if test not in OTHER_UNITS:
        return _shown(test, value)
    return f"{value * OTHER_UNITS[test][1]:.{OTHER_DIGITS[test]}f}"


def _shown(test: str, value: float) -> str:
    """A result as it is printed; no B cells are a limit of the method."""
    return "<1" if test == "B cells" and value < 1 else f"{value:.{DIGITS.get(test, 0)}f}"


TABLES: dict[str, Callable[[Patient, date], Iterator[Row]]] = {
    "patients": _patients, "infusions": _infusions, "assessments": _assessments, "course": _course, "adverse_events": _adverse_events,
    "follow_up": _follow_up, "laboratory": _laboratory,
}  # fmt: skip

if __name__ == "__main__":
    write(FOLDER / STUDY / "landing")
