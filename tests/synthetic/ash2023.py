"""A second infusion after relapse: one site, a raw REDCap export with repeating instruments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import cytokine_release, cytopenia
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, write_csv
from tests.synthetic.patient import Infusion, Patient, Response, days
from tests.synthetic.printed import Months, Printed

STUDY = "ash2023_second_cart"
EXTRACT = date(2023, 6, 30)
ASTCT = "ASTCT 2019"
# Percent of marrow: what a partial remission leaves at least, and what is left at most.
FEWEST_LEFT, MOST_LEFT = 5.0, {"PR": 25.0, "NR": 97.0}


@dataclass(frozen=True)
class Course:
    """Months from the second infusion: leukemia-free (None: no remission), whether relapsed, alive, whether dead.

    A time the paper prints stands as the id of its figure.
    """

    lfs: Months | None
    relapsed: bool
    survival: Months
    died: bool
    high_risk: bool
    decitabine: bool
    bridging: tuple[str, float] | None = None


# By target of the second infusion. Neither event times that give rates nor covariates that give ratios can be drawn from them:
# this table is held by constraints/ash2023.py against n_single, n_tandem, n_sequential and how many of each are in remission
# (cr_single_pct ...), against lfs_24m, cir_24m, os_24m and the follow-up, against the odds ratio of no remission of tandem
# (cr_tandem_multivariable_or, with high-risk genetics and decitabine in the model), and against the Cox model of lfs in which
# high risk, decitabine in lymphodepletion and bridging (over time) each count.
COURSES = {
    "CD19": (
        Course(1.4, True, 2.8, True, high_risk=False, decitabine=False),
        Course(5.5, True, 6.8, True, high_risk=False, decitabine=True),
        Course(7.4, True, 14.2, True, high_risk=True, decitabine=True),
        Course(8.8, True, 10.1, True, high_risk=False, decitabine=False, bridging=("decitabine", 2.4)),
        Course(22.3, True, 23.9, False, high_risk=True, decitabine=True, bridging=("decitabine", 2.3)),
        Course(3.45, False, 3.45, False, high_risk=False, decitabine=True),
        Course(None, False, 1.9, True, high_risk=False, decitabine=False),
        Course(None, False, 2.9, True, high_risk=True, decitabine=False),
        Course(None, False, 5.0, True, high_risk=False, decitabine=False),
        Course(None, False, 8.3, True, high_risk=False, decitabine=False),
    ),
    "CD22": (
        Course(4.6, True, 11.9, True, high_risk=False, decitabine=False),
        Course(6.3, True, 11.3, False, high_risk=False, decitabine=True),
        Course(12.9, True, 21.8, True, high_risk=False, decitabine=True, bridging=("transplant", 2.9)),
        Course(2.67, False, 2.67, False, high_risk=True, decitabine=True),
        Course(None, False, 2.5, True, high_risk=True, decitabine=True),
        Course(None, False, 4.2, True, high_risk=False, decitabine=False),
        Course(None, False, 7.1, True, high_risk=False, decitabine=False),
        Course(None, False, 9.6, True, high_risk=False, decitabine=False),
    ),
    "CD19+CD22 tandem": (
        Course(2.0, True, 5.6, True, high_risk=True, decitabine=False),
        Course(3.0, True, 4.0, True, high_risk=True, decitabine=False),
        Course(3.9, True, 7.1, True, high_risk=True, decitabine=False),
        Course(10.2, True, 16.6, True, high_risk=False, decitabine=False),
        Course(15.1, True, 20.9, True, high_risk=False, decitabine=True),
        Course(18.7, True, 21.1, True, high_risk=False, decitabine=False),
        Course(24.4, False, 24.4, False, high_risk=True, decitabine=True, bridging=("transplant", 2.6)),
        Course(
            "followup_median",
            False,
            "followup_median",
            False,
            high_risk=False,
            decitabine=False,
            bridging=("transplant", 2.2),
        ),
        Course(28.0, False, 28.0, False, high_risk=False, decitabine=True),
        Course(29.9, False, 29.9, False, high_risk=False, decitabine=True),
        Course(31.2, False, 31.2, False, high_risk=False, decitabine=True, bridging=("decitabine", 2.5)),
        Course(
            "followup_max", False, "followup_max", False, high_risk=False, decitabine=True, bridging=("transplant", 2.8)
        ),
        Course(None, False, 5.8, True, high_risk=True, decitabine=False),
        Course(None, False, 17.5, True, high_risk=False, decitabine=True),
    ),
    "CD19+CD22 sequential": (
        Course(2.33, False, 2.33, False, high_risk=False, decitabine=False),
        Course(None, False, "followup_min", True, high_risk=True, decitabine=True),
        Course(None, False, 3.6, True, high_risk=True, decitabine=False),
    ),
}
# By number, held against crs_g3_total_n and its three parts.
CRS_GRADE_3 = {3, 8, 20, 27, 34}


def patients(printed: Printed) -> list[Patient]:
    """The patients (n_treated); day 0 is the first infusion, the one that is analysed is the second."""
    random = Random(2023)
    courses = [(target, _in_months(course, printed)) for target, group in COURSES.items() for course in group]
    printed.check_size("n_treated", "COURSES", courses)
    window = (printed.first_day("enrol_window_start"), printed.first_day("enrol_window_end"))
    return [
        _patient(number, target, course, window, random) for number, (target, course) in enumerate(courses, start=1)
    ]


def _in_months(course: Course, printed: Printed) -> Course:
    lfs = None if course.lfs is None else printed.months(course.lfs)
    return replace(course, lfs=lfs, survival=printed.months(course.survival))


def _patient(number: int, target: str, course: Course, window: tuple[date, date], random: Random) -> Patient:
    second = random.randint(150, 700)
    last = second + days(course.survival)
    crs = 3 if number in CRS_GRADE_3 else random.choice([0, 1, 1, 2])
    regimen = "FC + decitabine" if course.decitabine else "FC"
    kind, months = course.bridging or ("", 0.0)
    patient = Patient(
        number=str(100 + number),
        # Followed to a month before the export.
        day_0=_second_infusion(course, number, window) - timedelta(days=second),
        age=random.randint(6, 62),
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=[
            Infusion(1, 0, "CD19", round(random.uniform(5, 50), 1)),
            Infusion(2, second, target, round(random.uniform(5, 50), 1), regimen),
        ],
        responses=[Response(30, "CR", 1), _answer(number, second, course, random)],
        events=[
            cytokine_release(2, second, crs, ASTCT, random),
            cytopenia("neutropenia", 2, second, random.choice([3, 4]), random),
        ],
        relapse=second + days(course.lfs) if course.lfs and course.relapsed else None,
        cd19=random.choice(["positive", "negative"]),
        death=last if course.died else None,
        transplant=second + days(months) if kind == "transplant" else None,
        consolidation=(kind, second + days(months)) if kind == "decitabine" else None,
        blasts_pct=round(random.uniform(6, 92), 1),
        high_risk=course.high_risk,
        prior_car_t=True,
    )
    return _with_blasts_as_the_response_says(patient, number)


def _answer(number: int, second: int, course: Course, random: Random) -> Response:
    if course.lfs is None:
        return Response(second + 28, random.choice(["NR", "PR"]), 2, "positive")
    return Response(second + 28, random.choice(["CR", "CR", "CRi"]), 2, "negative" if number % 5 else "positive", 0.8)


def _with_blasts_as_the_response_says(patient: Patient, number: int) -> Patient:
    """Of who does not respond, blasts stay about as they were; in a partial remission a quarter to a half is left, not less than 5 %."""
    answer = patient.responses[-1]
    if answer.response not in ("NR", "PR"):
        return patient
    before = patient.blasts_pct if patient.blasts_pct >= FEWEST_LEFT * 4 else patient.blasts_pct + FEWEST_LEFT * 4
    share = 0.85 + 0.1 * (number % 4) if answer.response == "NR" else 0.25 + 0.05 * (number % 5)
    after = replace(answer, blasts_pct=round(min(before * share, MOST_LEFT[answer.response]), 1))
    return replace(patient, blasts_pct=round(before, 1), responses=[*patient.responses[:-1], after])


def _second_infusion(course: Course, number: int, window: tuple[date, date]) -> date:
    """The second infusions fall between enrol_window_start and enrol_window_end."""
    first, last = window
    if course.died:
        return first - timedelta(days=22) + timedelta(days=28 * number)
    latest = EXTRACT - timedelta(days=days(course.survival) + 10 + number)
    return max(first + timedelta(days=5), min(last + timedelta(days=19), latest))


def write(landing: Path, everybody: list[Patient]) -> None:
    """The one delivery: every form of the project in one file."""
    rows = [row for patient in everybody for row in _records(patient)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    complete = [{name: row.get(name) for name in columns} for row in rows]
    _plant(complete)
    write_csv(landing / "hospital_a" / EXTRACT.isoformat() / "SecondCART_DATA_2023-06-30.csv", complete)


def _records(patient: Patient) -> Iterator[Row]:
    base = {"record_id": patient.number}
    yield base | _form(None, None) | {
        "enroll_date": patient.enrolled, "age": int(patient.age), "sex": 1 if patient.sex == "male" else 2,
        "bm_blast": patient.blasts_pct, "risk___1": int(patient.high_risk), "risk___2": int(patient.extramedullary),
        "status": 1,
    }  # fmt: skip
    for infusion in patient.infusions:
        yield base | _form("infusion", infusion.number) | {
            "inf_date": patient.on(infusion.day), "inf_target": _TARGET_CODES[infusion.target],
            "inf_dose": infusion.dose_1e5_per_kg, "ld_regimen": 2 if infusion.regimen == "FC + decitabine" else 1,
        }  # fmt: skip
    for number, found in enumerate(patient.responses, start=1):
        yield base | _form("response", number) | {
            "resp_date": patient.on(found.day), "resp_inf": found.infusion, "resp": _RESPONSE_CODES[found.response],
            "mrd": 0 if found.mrd == "negative" else 1, "resp_blast": found.blasts_pct,
        }  # fmt: skip
    for number, event in enumerate(patient.events, start=1):
        yield base | _form("adverse_event", number) | {
            "ae_term": event.term, "ae_inf": event.infusion, "ae_grade": event.grade,
            "ae_start": patient.on(event.start), "ae_end": patient.on(event.end),
        }  # fmt: skip
    yield from _outcome(patient, base)


def _outcome(patient: Patient, base: Row) -> Iterator[Row]:
    if patient.relapse is not None:
        yield (
            base
            | _form("relapse", 1)
            | {
                "rel_date": patient.on(patient.relapse),
                "rel_cd19": 0 if patient.cd19 == "negative" else 1,
                "rel_cd22": 1,
            }
        )
    if patient.transplant is not None:
        yield base | _form("consolidation", 1) | {"cons_type": 1, "cons_date": patient.on(patient.transplant)}
    if patient.consolidation is not None:
        yield (base | _form("consolidation", 1) | {"cons_type": 2, "cons_date": patient.on(patient.consolidation[1])})
    for number, (day, status) in enumerate(patient.contacts(), start=1):
        yield (
            base
            | _form("follow_up", number)
            | {"fu_date": patient.on(day), "fu_status": 1 if status == "remission" else 2}
        )
    if patient.death is not None:
        yield base | _form("follow_up", 99) | {"death_date": patient.on(patient.death), "death_cause": 1}


def _form(instrument: str | None, instance: int | None) -> Row:
    return {"redcap_repeat_instrument": instrument, "redcap_repeat_instance": instance}


_TARGET_CODES = {"CD19": 1, "CD22": 2, "CD19+CD22 tandem": 3, "CD19+CD22 sequential": 4}
_RESPONSE_CODES = {"CR": 1, "CRi": 2, "PR": 3, "NR": 4}


def _plant(rows: list[Row]) -> None:
    """Planted: an end before its start, a grade no scale has, an unknown code, a dose off by ten, a row twice."""
    neutropenias = [row for row in rows if row["ae_term"] == "neutropenia"]
    neutropenias[3]["ae_end"] = neutropenias[3]["ae_start"] - timedelta(days=4)  # type: ignore[index,operator]
    neutropenias[8]["ae_grade"] = 6  # type: ignore[index]
    neutropenias[12]["ae_term"] = "neutropaenia?"  # type: ignore[index]
    first_infusions = [
        row for row in rows if row["redcap_repeat_instrument"] == "infusion" and row["redcap_repeat_instance"] == 1
    ]
    first_infusions[16]["inf_dose"] = 210  # type: ignore[index]
    rows.insert(30, dict(rows[29]))


FILE = f"hospital_a/{EXTRACT.isoformat()}/SecondCART_DATA_2023-06-30.csv"
FAULTS = (
    PlantedFault(FILE, "", 32, "", "row.duplicate", "query"),
    PlantedFault(FILE, "", 58, "ae_end", "adverse_event.ends_after_onset", "query"),
    PlantedFault(FILE, "", 126, "ae_grade", "adverse_event.grade.range", "query"),
    PlantedFault(FILE, "", 178, "ae_term", "adverse_event.term.spelling", "query"),
    PlantedFault(FILE, "", 232, "inf_dose", "infusion.plausible_dose", "query"),
)
