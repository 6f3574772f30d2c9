"""CD22 after CD19 failed: one site, GB18030 files with Chinese headers, one of patients and one of adverse events."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import cytokine_release, grades, neurotoxicity
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, chinese_date, write_csv
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, days
from tests.synthetic.printed import Months, Printed

STUDY = "pan2019_cd22_salvage"
EXTRACT = date(2019, 2, 28)
LEE = "Lee 2014"

# Tables of months to relapse (1) or last contact (0), since event times can't be drawn from a rate; constraints/pan2019.py holds
# them against the figures they are made for. A time the paper prints stands as the id of its figure.
Course = tuple[Months, int]
# Bridged (bridged_n, bridged_in_remission_n), from transplant: lfs_12m_bridged with its interval.
BRIDGED: tuple[Course, ...] = (
    (2.1, 1), (3.4, 1), ("bridged_remission_dur_min", 0), (5.5, 1), (6.2, 0), (7.0, 0), (8.1, 0), (9.3, 0), (10.4, 0),
    (11.8, 0), ("bridged_remission_dur_max", 0),
)  # fmt: skip
# Without further treatment (cr_no_further_n, cr_no_further_in_remission_n), from infusion.
UNTREATED: tuple[Course, ...] = (
    ("cr_no_further_remission_dur_1", 0), ("cr_no_further_remission_dur_2", 0), ("cr_no_further_remission_dur_3", 0),
    (2.3, 1), (3.1, 1), (3.7, 1), (5.2, 1),
)  # fmt: skip
# With other treatment in remission, of whom the abstract says no more than that crcri_evaluable_pct counts them.
OTHERWISE: tuple[Course, ...] = ((4.4, 1), (5.9, 0), (7.3, 1), (8.8, 0), (10.1, 0), (3.9, 1))
# Without response, and not evaluable (n_evaluable_d30): months from infusion to death or last contact.
NO_RESPONSE: tuple[Course, ...] = ((3.3, 1), (4.1, 1), (5.6, 1), (6.7, 0), (2.8, 1), (9.0, 0))
NOT_EVALUABLE: tuple[Course, ...] = ((0.5, 1), (0.7, 1), (1.9, 0), (2.4, 1))
# The abstract only says that most CRS was mild (crs_nt_mild_majority).
WITHOUT_CRS, CRS_MODERATE, CRS_SEVERE = 4, 9, (3, 3, 4)


def patients(printed: Printed) -> list[Patient]:
    """The patients (n_enrolled): bridged, untreated, otherwise treated, without response, not evaluable."""
    random = Random(2019)
    n = printed.count("n_enrolled")
    crs = list(grades(n, n - WITHOUT_CRS, moderate=CRS_MODERATE, severe=CRS_SEVERE))
    random.shuffle(crs)
    courses = [
        (kind, printed.months(months), happened)
        for kind, table in (
            ("bridged", BRIDGED),
            ("untreated", UNTREATED),
            ("otherwise", OTHERWISE),
            ("no response", NO_RESPONSE),
            ("not evaluable", NOT_EVALUABLE),
        )
        for months, happened in table
    ]
    printed.check_size("n_enrolled", "the tables of courses", courses)
    assessed = days(printed.landmark("n_evaluable_d30"))
    return [
        _patient(number, course, crs[number - 1], assessed, random) for number, course in enumerate(courses, start=1)
    ]


def _patient(number: int, course: tuple[str, float, int], crs: int, assessed: int, random: Random) -> Patient:
    kind, months, happened = course
    in_remission = kind in ("bridged", "untreated", "otherwise")
    transplant = 55 + 4 * number if kind == "bridged" else None
    end = (transplant or 0) + days(months)
    relapse = end if in_remission and happened else None
    last = end + (random.randint(40, 120) if relapse else 0)
    died = bool(happened) and (not in_remission or number % 2 == 0)
    return Patient(
        number=f"P{number:02d}",
        day_0=EXTRACT - timedelta(days=last + 2 + number),
        age=random.choice([*range(3, 18), *range(18, 55, 4)]),
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=[Infusion(1, 0, "CD22", round(random.choice([0.9, 2.5, 5.0, 8.4, 10.0, 21.0, 34.7]), 2))],
        responses=_responses(kind, number, assessed),
        events=_events(crs, number, random),
        relapse=relapse,
        cd19="negative" if number % 3 else "positive",
        death=last if died else None,
        cause="infection" if kind == "not evaluable" else "leukemia",
        transplant=transplant,
        consolidation=("chemotherapy", 50) if kind == "otherwise" else None,
        status="hematologic relapse" if number % 5 else "refractory",
        blasts_pct=round(random.uniform(5, 95), 1),
        high_risk=number % 4 == 0,
        prior_car_t=True,
        prior_transplant=number in (6, 15, 22),
    )


def _responses(kind: str, number: int, day: int) -> list[Response]:
    if kind == "not evaluable":
        return []
    if kind == "no response":
        return [Response(day, "NR", 1, "positive", 41.0)]
    return [Response(day, "CRi" if number % 3 == 0 else "CR", 1, "negative" if number % 6 else "positive", 0.4)]


def _events(crs: int, number: int, random: Random) -> list[AdverseEvent]:
    found = [cytokine_release(1, 0, crs, LEE, random)]
    if number in (3, 9, 14, 21, 28):
        found.append(neurotoxicity(1, 0, 2 if number == 21 else 1, "CTCAE 4", random))
    return found


def write(landing: Path, everybody: list[Patient]) -> None:
    """The one delivery."""
    folder = landing / "boren" / EXTRACT.isoformat()
    rows = [_wide(patient) for patient in everybody]
    rows[16] |= {"CAR-T剂量(×10^6/kg)": 31.0}  # planted: 10^5 written in the column of 10^6
    rows.append(dict(rows[4]))  # planted: a row twice
    write_csv(folder / "CD22患者.csv", rows, encoding="gb18030")
    events = [_event(patient, event) for patient in everybody for event in patient.events]
    write_csv(folder / "不良反应.csv", [*events, *_faulty(everybody)], encoding="gb18030")


def _wide(patient: Patient) -> dict[str, object]:
    found = patient.responses[0] if patient.responses else None
    infusion = patient.infusions[0]
    words = {"positive": "阳性", "negative": "阴性"}
    alive = patient.death is None
    return {
        "编号": patient.number, "姓名": f"患者{patient.number}", "性别": "男" if patient.sex == "male" else "女",
        "年龄": patient.age, "入组日期": chinese_date(patient.enrolled),
        "入组时状态": "复发" if patient.status == "hematologic relapse" else "难治", "骨髓原始细胞": patient.blasts_pct,
        "高危": "是" if patient.high_risk else "否", "既往移植": "是" if patient.prior_transplant else "否",
        "既往CD19 CAR-T": "是", "回输日期": chinese_date(patient.on(0)),
        "CAR-T剂量(×10^6/kg)": round(infusion.dose_1e5_per_kg / 10, 3),
        "疗效评估日期": chinese_date(patient.on(found.day)) if found else None,
        "第30天疗效": found.response if found else None,
        "MRD": words[found.mrd] if found else None,
        "移植日期": chinese_date(patient.on(patient.transplant)),
        "巩固化疗日期": chinese_date(patient.on(patient.consolidation[1])) if patient.consolidation else None,
        "复发日期": chinese_date(patient.on(patient.relapse)),
        "复发时CD19": words[patient.cd19] if patient.relapse else None,
        "复发时CD22": "阳性" if patient.relapse else None,
        "末次随访": chinese_date(patient.on(patient.last_contact)) if alive else None,
        "末次状态": ("复发" if patient.relapse or not patient.responses or (found and found.response == "NR") else "缓解") if alive else None,
        "死亡日期": chinese_date(patient.on(patient.death)),
        "死因": {"infection": "感染", "leukemia": "疾病进展"}[patient.cause] if patient.death else None,
    }  # fmt: skip


def _event(patient: Patient, event: AdverseEvent) -> dict[str, object]:
    return {
        "编号": patient.number, "反应": "细胞因子释放综合征" if event.term == "CRS" else "神经毒性", "级别": event.grade,
        "发生日期": chinese_date(patient.on(event.start)), "缓解日期": chinese_date(patient.on(event.end)),
    }  # fmt: skip


def _faulty(everybody: list[Patient]) -> list[Row]:
    """Planted: an end before its start, a grade no scale has, an event nobody coded."""
    one, two, three = everybody[1], everybody[11], everybody[19]
    return [
        {
            "编号": one.number,
            "反应": "感染",
            "级别": 2,
            "发生日期": chinese_date(one.on(9)),
            "缓解日期": chinese_date(one.on(3)),
        },
        {
            "编号": two.number,
            "反应": "感染",
            "级别": 11,
            "发生日期": chinese_date(two.on(5)),
            "缓解日期": chinese_date(two.on(12)),
        },
        {
            "编号": three.number,
            "反应": "乏力?",
            "级别": 1,
            "发生日期": chinese_date(three.on(4)),
            "缓解日期": chinese_date(three.on(8)),
        },
    ]


PATIENT_FILE = f"boren/{EXTRACT.isoformat()}/CD22患者.csv"
EVENT_FILE = f"boren/{EXTRACT.isoformat()}/不良反应.csv"
FAULTS = (
    PlantedFault(PATIENT_FILE, "", 18, "CAR-T剂量(×10^6/kg)", "infusion.plausible_dose", "query"),
    PlantedFault(PATIENT_FILE, "", 36, "", "row.duplicate", "query"),
    # Two patients of the paper were never evaluated.
    PlantedFault(PATIENT_FILE, "", 34, "", "response.assessed_after_infusion", "query"),
    PlantedFault(PATIENT_FILE, "", 35, "", "response.assessed_after_infusion", "query"),
    PlantedFault(EVENT_FILE, "", 41, "缓解日期", "adverse_event.ends_after_onset", "query"),
    PlantedFault(EVENT_FILE, "", 42, "级别", "adverse_event.grade.range", "query"),
    PlantedFault(EVENT_FILE, "", 43, "反应", "adverse_event.term.code", "query"),
)
