"""The exports of demo_hard_cases: the courses of tests.studies.test_demo_hard_cases as one hospital would send them.

Day 0 of everybody is 1 January 2023, so that a date of an export is read as a day of the course.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from schemas.protocol.timelines import DAY_0, Day, Happening, Timeline
from tests.synthetic.files import write_csv

STUDY, SITE, EXTRACT = "demo_hard_cases", "teaching", "2024-08-31"
SIGNS = {"negative": "neg", "positive": "pos", "dim": "dim", None: ""}
# Residual cells as flow cytometry reports them: a limit of the method in three of four of whom none were found.
RESIDUAL = {
    "negative": ("<0.01", "<0.01", "0.002", "<0.001"),
    "positive": ("0.08", "0.4", "1.2", "0.05"),
    None: ("", "", "", ""),
}
SEEN = {"remission": "in remission", "not assessed": "alive", "lost to follow-up": "lost", "withdrew": "withdrew"}
# Blood counts: daily for three weeks, then every third day, then weekly, as long as a patient is seen.
COUNTED_ON = (*range(22), *range(24, 34, 3), *range(37, 101, 7))
# Days on which neutrophils are low and how low, by patient: never, four days, nine, fifteen, not recovered by day 30, nine days at 0.1.
LOW = ((0, -1, 0.9), (3, 6, 0.4), (3, 11, 0.4), (3, 17, 0.3), (2, 60, 0.3), (3, 11, 0.08))
# The same of platelets: never, three days below 50, two weeks below 50, a week below 20, below 20 beyond day 30.
FEW = ((0, -1, 90), (5, 7, 42), (5, 18, 35), (6, 12, 15), (4, 45, 12))
ALIVE = ("infusion", "response", "adverse_event", "follow_up")
EVENTS = ("treatment", "relapse", "transplant", "death")
Row = dict[str, Any]


def patient_of(timeline: Timeline) -> str:
    """The number of a patient, which the comment above the line begins with."""
    return timeline.title.split()[0]


def write(folder: Path, timelines: Sequence[Timeline]) -> None:
    """Write the delivery below a landing folder."""
    delivery = folder / SITE / EXTRACT
    tables = {
        "patients": _patients, "infusions": _infusions, "assessments": _assessments, "events": _events,
        "adverse_events": _adverse_events, "follow_up": _follow_up, "steps": _steps, "counts": _counts,
    }  # fmt: skip
    for name, rows_of in tables.items():
        write_csv(delivery / f"{name}.csv", [row for timeline in timelines for row in rows_of(timeline)])


def _patients(timeline: Timeline) -> Iterator[Row]:
    patient = patient_of(timeline)
    number = int(patient.removeprefix("HC-"))
    for enrolled in _of(timeline, "subject"):
        # A day within bounds is one reported twice.
        for day in sorted({enrolled.day.first, enrolled.day.last}):
            yield {
                "Patient": patient, "Enrolled": _date(Day(day, day)), "Age": 18 + number, "Sex": "FM"[number % 2],
                "Disease": "refractory" if number % 3 == 0 else "hematologic relapse", "Blasts %": 10 + 2 * number,
            }  # fmt: skip


def _infusions(timeline: Timeline) -> Iterator[Row]:
    collected = [one.day for one in timeline.happenings if one.day_column == "apheresis_date"]
    for infusion in timeline.happenings:
        if infusion.day_column == "infusion_date":
            said = infusion.values
            yield {
                "Patient": patient_of(timeline), "No.": said.get("infusion_number", 1), "Fraction": said.get("fraction"),
                "Date": _date(infusion.day), "Product": said["target"], "Dose 1e6/kg": float(said["dose_1e5_per_kg"] or 0) / 10,
                "Apheresis": _date(collected.pop()) if collected else "",
            }  # fmt: skip


def _assessments(timeline: Timeline) -> Iterator[Row]:
    number = int(patient_of(timeline).removeprefix("HC-"))
    for seen in _of(timeline, "response"):
        yield {
            "Patient": patient_of(timeline), "Date": _date(seen.day), "After infusion": seen.values.get("infusion_number"),
            "Marrow": seen.values["response"], "MRD": SIGNS[seen.values.get("mrd_status")],
            "MRD %": RESIDUAL[seen.values.get("mrd_status")][number % 4], "Blood": "no blasts",
        }  # fmt: skip


def _events(timeline: Timeline) -> Iterator[Row]:
    for event in timeline.happenings:
        if event.domain in EVENTS:
            said = event.values
            named = {"antileukemic": "new therapy", "bridging": "bridging"}.get(
                str(said.get("treatment")), event.domain
            )
            yield {
                "Patient": patient_of(timeline), "Event": named, "Date": _date(event.day), "Site": said.get("relapse_site"),
                "Found by": said.get("detection"), "CD19": SIGNS[said.get("cd19_status")], "Cause": said.get("cause"),
                "Drug": said.get("treatment_text"),
            }  # fmt: skip


def _adverse_events(timeline: Timeline) -> Iterator[Row]:
    for event in _of(timeline, "adverse_event"):
        said = event.values
        yield {
            "Patient": patient_of(timeline), "Term": said["term"], "Described as": said.get("term_text"),
            "Grade": said["grade"], "Scale": said["grading_scale"], "Start": _date(event.day),
            "End": _date(event.end) if event.end else "",
        }  # fmt: skip


def _follow_up(timeline: Timeline) -> Iterator[Row]:
    for contact in _of(timeline, "follow_up"):
        status = SEEN[str(contact.values["disease_status"])]
        yield {"Patient": patient_of(timeline), "Date": _date(contact.day), "Status": status}


def _steps(timeline: Timeline) -> Iterator[Row]:
    """Cells collected for an infusion that was not given, why it was not, and consent taken back."""
    if all(one.day_column != "infusion_date" for one in timeline.happenings):
        for collected in timeline.happenings:
            if collected.day_column == "apheresis_date":
                yield _step(timeline, collected.day, "apheresis", {})
    for step in _of(timeline, "disposition"):
        yield _step(timeline, step.day, str(step.values["disposition"]), step.values)


def _step(timeline: Timeline, day: Day, what: str, said: Mapping[str, Any]) -> Row:
    return {
        "Patient": patient_of(timeline), "Step": what, "Date": _date(day), "Reason": said.get("reason"),
        "Consent covers": said.get("consent_covers"),
    }  # fmt: skip


def _counts(timeline: Timeline) -> Iterator[Row]:
    """Neutrophils and platelets from the first infusion on; of a count below the limit of detection, the limit."""
    given = [one.day.first or 0 for one in _of(timeline, "infusion")]
    if not given:
        return
    number = int(patient_of(timeline).removeprefix("HC-"))
    seen = [
        one.day.first or 0
        for one in timeline.happenings
        if one.domain in ALIVE and one.values.get("disease_status") not in ("lost to follow-up", "withdrew")
    ]
    for test, name, (first, last, low), usual in (
        ("ANC", "neutrophils", LOW[number % len(LOW)], 2.1), ("血小板", "platelets", FEW[number % len(FEW)], 160),
    ):  # fmt: skip
        for day in COUNTED_ON:
            if day <= max(seen):
                count = low if first <= day <= last else usual
                shown = "<0.1" if name == "neutrophils" and count < 0.1 else f"{count:g}"
                yield {
                    "Patient": patient_of(timeline),
                    "Date": _date(Day(day, day)),
                    "Test": test,
                    "Result": shown,
                    "Unit": "10^9/L",
                }


def _of(timeline: Timeline, domain: str) -> Iterator[Happening]:
    return (happening for happening in timeline.happenings if happening.domain == domain)


def _date(day: Day) -> str:
    return day.written or str(DAY_0 + timedelta(days=day.first or 0))
