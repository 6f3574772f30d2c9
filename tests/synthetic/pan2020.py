"""Children, CD19 then CD22: one wide GB18030 file of patients, one long one of measurements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import assigned, cytokine_release, neurotoxicity, spread
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, chinese_date, write_csv
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, days

STUDY = "pan2020_seq1922_paed"
EXTRACT = date(2019, 10, 8)
LEE = "Lee 2014"

# Months from the first infusion: leukemia-free, relapsed, alive, died. Gives lfs 79.5 % at 12 and 18, os 92.3 % at 12.
COURSES = (
    (3.1, 0, 3.1, 0), (4.0, 0, 4.0, 0), (5.2, 0, 5.2, 0), (6.0, 0, 6.0, 0), (6.6, 1, 11.9, 1), (6.9, 1, 15.0, 0),
    (7.7, 0, 7.7, 0), (8.8, 0, 8.8, 0), (10.1, 0, 10.1, 0), (11.4, 1, 14.0, 0), (12.6, 0, 12.6, 0), (13.1, 0, 13.1, 0),
    (13.9, 0, 13.9, 0), (14.4, 0, 14.4, 0), (15.2, 0, 15.2, 0), (16.0, 0, 16.0, 0), (17.3, 0, 17.3, 0),
    (18.4, 0, 18.4, 0), (19.0, 0, 19.0, 0), (20.2, 0, 20.2, 0),
)  # fmt: skip
INTERVALS = (
    1.1,
    1.2,
    1.3,
    1.3,
    1.4,
    1.5,
    1.5,
    1.6,
    1.6,
    1.6,
    1.7,
    1.8,
    1.9,
    2.0,
    2.1,
    2.3,
    2.6,
    3.1,
    4.0,
    5.2,
)
CRS_CYCLE_1 = (0, 0) + (1,) * 9 + (2,) * 8 + (3,)
CRS_CYCLE_2 = (0,) * 4 + (1,) * 10 + (2,) * 5 + (3,)
TP53 = {5, 6, 14}
IMMUNOGLOBULIN = {5: days(5.0), 10: days(11.4), 20: days(12.0)}
MRD_POSITIVE_ONLY = {2, 6, 9, 13, 16, 19}
NEUROTOXICITY = {1: {3: 1, 8: 1, 12: 1, 17: 3}, 2: {4: 1, 8: 1, 15: 1}}


def patients() -> list[Patient]:
    """The 20 children."""
    random = Random(2020)
    ages = spread(6, 1, 16, 20, random, 0)
    doses = (spread(10, 3.3, 42.8, 20, random), spread(10, 0.25, 47.4, 20, random))
    crs = (assigned(CRS_CYCLE_1, random), assigned(CRS_CYCLE_2, random))
    # Short intervals go to short courses, so that everybody is infused twice while in remission.
    return [_patient(n, course, ages[n - 1], doses, crs, random) for n, course in enumerate(COURSES, start=1)]


def _patient(number, course, age, doses, crs, random: Random) -> Patient:  # type: ignore[no-untyped-def]
    lfs_months, relapsed, os_months, died = course
    second, last = days(INTERVALS[number - 1]), days(os_months)
    return Patient(
        number=f"BR{number:02d}",
        day_0=EXTRACT - timedelta(days=last + 3 + number % 5),
        age=int(age),
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=[
            Infusion(1, 0, "CD19", doses[0][number - 1]),
            Infusion(2, second, "CD22", doses[1][number - 1]),
        ],
        responses=[Response(30, "CR", 1), Response(second + 30, "CR", 2)],
        events=list(_events(number, second, (crs[0][number - 1], crs[1][number - 1]), random)),
        relapse=days(lfs_months) if relapsed else None,
        cd19="negative" if number in (5, 10) else "positive",
        cd22="dim" if number == 6 else "positive",
        death=last if died else None,
        status="MRD positive" if number in MRD_POSITIVE_ONLY else "hematologic relapse",
        blasts_pct=round(random.uniform(0.1, 4.5), 1)
        if number in MRD_POSITIVE_ONLY
        else round(random.uniform(6, 90), 1),
        tp53=number in TP53,
        immunoglobulin=IMMUNOGLOBULIN.get(number),
    )


def _events(number: int, second: int, crs: tuple[int, int], random: Random) -> Iterator[AdverseEvent]:
    for infusion, day, grade, latest in ((1, 0, crs[0], 7), (2, second, crs[1], 12)):
        yield cytokine_release(infusion, day, grade, LEE, random, latest)
        if number in NEUROTOXICITY[infusion]:
            yield neurotoxicity(infusion, day, NEUROTOXICITY[infusion][number], "CTCAE 4", random)


def write(landing: Path) -> None:
    """The one delivery."""
    folder = landing / "boren" / EXTRACT.isoformat()
    everybody = patients()
    rows = [dict(_wide(patient)) for patient in everybody]
    rows[6]["神经毒性2分级"] = 9  # planted: no scale has it
    rows[11]["CD22剂量(10^5/kg)"] = 470  # planted: a dose off by a power of ten
    write_csv(folder / "病例资料.csv", rows, encoding="gb18030")
    write_csv(folder / "检验.csv", _with_faults(everybody), encoding="gb18030")


def _wide(patient: Patient) -> Row:
    words = {"positive": "阳性", "negative": "阴性", "dim": "下调"}
    row: dict[str, object] = {
        "病案号": patient.number, "姓名": f"患儿{patient.number}", "性别": "男" if patient.sex == "male" else "女",
        "年龄": int(patient.age), "入组日期": chinese_date(patient.enrolled),
        "疾病状态": "MRD阳性" if patient.status == "MRD positive" else "血液学复发", "骨髓原始细胞%": patient.blasts_pct,
        "TP53": "突变" if patient.tp53 else "野生型",
    }  # fmt: skip
    for infusion in patient.infusions:
        row |= {
            f"{infusion.target}回输日期": chinese_date(patient.on(infusion.day)),
            f"{infusion.target}剂量(10^5/kg)": infusion.dose_1e5_per_kg,
        }
    for found in patient.responses:
        row |= {
            f"疗效{found.infusion}日期": chinese_date(patient.on(found.day)),
            f"疗效{found.infusion}": "CR",
            f"MRD{found.infusion}": "阴性",
        }
    for number in (1, 2):
        row |= _toxicity(patient, number)
    return row | {
        "复发日期": chinese_date(patient.on(patient.relapse)),
        "复发CD19": words[patient.cd19] if patient.relapse else None,
        "复发CD22": words[patient.cd22] if patient.relapse else None,
        "免疫球蛋白恢复日期": chinese_date(patient.on(patient.immunoglobulin)),
        "末次随访日期": chinese_date(patient.on(patient.last_contact)) if patient.death is None else None,
        "末次随访状态": ("复发" if patient.relapse else "缓解") if patient.death is None else None,
        "死亡日期": chinese_date(patient.on(patient.death)),
        "死亡原因": "白血病" if patient.death else None,
    }  # fmt: skip


def _toxicity(patient: Patient, infusion: int) -> Row:
    row: dict[str, object] = {}
    for term, name in (("CRS", "CRS"), ("ICANS", "神经毒性")):
        found = next((e for e in patient.events if e.term == term and e.infusion == infusion), None)
        row[f"{name}{infusion}分级"] = found.grade if found else 0
        row[f"{name}{infusion}开始"] = chinese_date(patient.on(found.start)) if found else None
        row[f"{name}{infusion}结束"] = chinese_date(patient.on(found.end)) if found else None
    return row


def _measurements(everybody: list[Patient]) -> list[dict[str, object]]:
    """CAR-T cells by flow after both infusions, and IgG every 60 days."""
    rows: list[dict[str, object]] = []
    for patient in everybody:
        peak = 10 + (int(patient.number[2:]) * 13) % 60
        for infusion in patient.infusions:
            for after, share in ((4, 0.05), (7, 0.5), (11, 1.0), (15, 0.6), (30, 0.05)):
                rows.append(
                    _measured(
                        patient,
                        infusion.day + after,
                        "CAR-T(流式)",
                        infusion.target,
                        round(peak * share, 2),
                        "%",
                    )
                )
        for day in range(60, patient.last_contact, 60):
            recovered = patient.immunoglobulin is not None and day >= patient.immunoglobulin
            rows.append(_measured(patient, day, "IgG", None, 7.5 if recovered else round(2 + day % 7 / 5, 2), "g/L"))
    return rows


def _measured(patient: Patient, day: int, what: str, product: str | None, value: float, unit: str) -> dict[str, object]:
    return {
        "病案号": patient.number,
        "日期": chinese_date(patient.on(day)),
        "项目": what,
        "产品": product,
        "结果": value,
        "单位": unit,
    }


def _with_faults(everybody: list[Patient]) -> list[dict[str, object]]:
    """Planted: a row twice, a day no calendar has, a test nobody knows."""
    rows = _measurements(everybody)
    rows.insert(40, dict(rows[39]))
    rows.append({**rows[2], "日期": "2018年2月30日"})
    rows.append({**rows[10], "项目": "IgX", "结果": 1})
    return rows


PATIENT_FILE = f"boren/{EXTRACT.isoformat()}/病例资料.csv"
MEASUREMENT_FILE = f"boren/{EXTRACT.isoformat()}/检验.csv"
FAULTS = (
    PlantedFault(PATIENT_FILE, "", 8, "神经毒性2分级", "adverse_event.grade.range", "quarantine"),
    PlantedFault(PATIENT_FILE, "", 13, "CD22剂量(10^5/kg)", "infusion.plausible_dose", "query"),
    PlantedFault(MEASUREMENT_FILE, "", 42, "", "row.duplicate", "query"),
    PlantedFault(MEASUREMENT_FILE, "", 320, "日期", "cell_kinetics.sample_date.date", "quarantine"),
    PlantedFault(MEASUREMENT_FILE, "", 321, "项目", "laboratory.test.code", "quarantine"),
)
