"""A second infusion after relapse: one site, a raw REDCap export with repeating instruments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import cytokine_release, cytopenia
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, write_csv
from tests.synthetic.patient import Infusion, Patient, Response, days

STUDY = "ash2023_second_cart"
EXTRACT = date(2023, 6, 30)
ASTCT = "ASTCT 2019"

# Strategy of the second infusion: 18 single (10 CD19, 8 CD22), 14 tandem, 3 sequential; responders 10, 12 and 1.
STRATEGIES = ("CD19",) * 10 + ("CD22",) * 8 + ("CD19+CD22 tandem",) * 14 + ("CD19+CD22 sequential",) * 3
RESPONDERS = {*range(1, 7), *range(11, 15), *range(19, 31), 33}
CRS_GRADE_3 = {3, 15, 20, 27, 34}
HIGH_RISK = {1, 2, 3, 4, 11, 12, 19, 20, 7, 9, 15, 31, 34}
DECITABINE = {5, 6, 13, 14, 26, 27, 28, 29, 30, 22, 8, 16, 32}

# Months from the second infusion for the 23 responders: lfs, relapsed. Gives lfs 30.5 % and cir 69.5 % at 24.
REMISSIONS = (
    (1.4, 1), (2.0, 1), (3.0, 1), (3.9, 1), (4.6, 1), (5.5, 1), (6.3, 1), (7.4, 1), (8.8, 1), (10.2, 1), (12.9, 1),
    (15.1, 1), (18.7, 1), (22.3, 1), (2.33, 0), (2.67, 0), (3.45, 0), (25.5, 0), (26.8, 0), (28.0, 0), (29.9, 0),
    (31.2, 0), (33.5, 0),
)  # fmt: skip
# In this order responders take those courses: the high-risk ones relapse early, those given decitabine late or never.
COURSE_ORDER = (1, 2, 3, 4, 11, 12, 19, 20, 21, 23, 24, 25, 33, 22, 5, 13, 14, 6, 26, 27, 28, 29, 30)
# Months from relapse to death of the fourteen who relapsed, and from infusion to death of the twelve without remission.
SURVIVAL_AFTER_RELAPSE = (2.1, 2.6, 3.5, 3.1, 4.4, 2.8, 4.0, 5.1, 3.3, 4.9, 3.8, 3.4, 2.2, 1.1)
SURVIVAL_WITHOUT_REMISSION = (1.1, 1.9, 2.5, 2.9, 3.6, 4.2, 5.0, 5.8, 7.1, 8.3, 9.6, 26.0)
TRANSPLANTED = {26: 2.6, 28: 3.0, 29: 2.2, 24: 2.9}
CONSOLIDATED = {27: 2.5, 30: 2.1, 6: 2.4}


def patients() -> list[Patient]:
    """The 35 patients; day 0 is the first infusion, the one that is analysed is the second."""
    random = Random(2023)
    return [_patient(number, target, random) for number, target in enumerate(STRATEGIES, start=1)]


def _patient(number: int, target: str, random: Random) -> Patient:
    second = random.randint(150, 700)
    lfs, relapsed, survival, died = _course(number)
    last = second + days(survival)
    responds = number in RESPONDERS
    answer = Response(second + 28, random.choice(["CR", "CR", "CRi"]) if responds else random.choice(["NR", "PR"]), 2)
    answer.mrd = "negative" if responds and number % 5 else "positive"
    answer.blasts_pct = 0.8 if responds else 22.0
    crs = 3 if number in CRS_GRADE_3 else random.choice([0, 1, 1, 2])
    return Patient(
        number=str(100 + number),
        # Followed to a month before the export; the second infusions fall between August 2018 and October 2022.
        day_0=_second_infusion(survival, died, number) - timedelta(days=second),
        age=random.randint(6, 62),
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=[
            Infusion(1, 0, "CD19", round(random.uniform(5, 50), 1)),
            Infusion(
                2,
                second,
                target,
                round(random.uniform(5, 50), 1),
                "FC + decitabine" if number in DECITABINE else "FC",
            ),
        ],
        responses=[Response(30, "CR", 1), answer],
        events=[
            cytokine_release(2, second, crs, ASTCT, random),
            cytopenia("neutropenia", 2, second, random.choice([3, 4]), random),
        ],
        relapse=second + days(lfs) if relapsed else None,
        cd19=random.choice(["positive", "negative"]),
        death=last if died else None,
        transplant=second + days(TRANSPLANTED[number]) if number in TRANSPLANTED else None,
        consolidation=("decitabine", second + days(CONSOLIDATED[number])) if number in CONSOLIDATED else None,
        blasts_pct=round(random.uniform(6, 92), 1),
        high_risk=number in HIGH_RISK,
        prior_car_t=True,
    )


def _course(number: int) -> tuple[float, bool, float, bool]:
    """Months to relapse, whether it came, months to death or last contact, whether dead; from the second infusion."""
    if number not in RESPONDERS:
        order = sorted(set(range(1, 36)) - RESPONDERS).index(number)
        months = SURVIVAL_WITHOUT_REMISSION[order]
        return months, False, months, months < 26
    lfs, relapsed = REMISSIONS[COURSE_ORDER.index(number)]
    if not relapsed:
        return lfs, False, lfs, False
    return lfs, True, round(lfs + SURVIVAL_AFTER_RELAPSE[COURSE_ORDER.index(number)], 2), lfs < 22


def _second_infusion(survival: float, died: bool, number: int) -> date:
    if died:
        return date(2018, 9, 3) + timedelta(days=28 * number)
    return max(date(2018, 8, 6), min(date(2022, 10, 20), EXTRACT - timedelta(days=days(survival) + 10 + number)))


def write(landing: Path) -> None:
    """The one delivery: every form of the project in one file."""
    rows = [row for patient in patients() for row in _records(patient)]
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
    PlantedFault(FILE, "", 55, "ae_end", "adverse_event.ends_after_onset", "quarantine"),
    PlantedFault(FILE, "", 130, "ae_grade", "adverse_event.grade.range", "quarantine"),
    PlantedFault(FILE, "", 190, "ae_term", "adverse_event.term.code", "quarantine"),
    PlantedFault(FILE, "", 237, "inf_dose", "infusion.plausible_dose", "query"),
)
