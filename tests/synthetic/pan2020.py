"""Children, CD19 then CD22: one wide GB18030 file of patients, one long one of measurements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic import pan2020_measurements as measurements
from tests.synthetic.draw import assigned, grades, neurotoxicity, spread
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, chinese_date, write_csv
from tests.synthetic.pan2020_kinetics import give_samples
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, days
from tests.synthetic.printed import Months, NotMetError, Printed

STUDY = measurements.STUDY
EXTRACT = date(2019, 10, 8)
LEE = "Lee 2014"
Course = tuple[float, int, float, int, bool | None, float | None]

# Months from the first infusion: leukemia-free, relapsed, alive, died; TP53 mutated (None: not examined); immunoglobulin
# recovery. A time the letter prints stands as the id of its figure; the others are a table, since they can't be drawn from rates.
# constraints/pan2020.py holds it against lfs_12m, lfs_18m, os_12m, the log-rank p value of TP53 (lfs_tp53_p), and the hazard
# ratio of immunoglobulin recovery before 12 months as the letter fitted it, as if known on day 0 (ig_recovery_relapse_hr).
COURSES: tuple[tuple[Months, int, Months, int, bool | None, Months | None], ...] = (
    (5.0, 0, 5.0, 0, False, None), (7.2, 0, 7.2, 0, True, None), (7.6, 0, 7.6, 0, True, None),
    (8.0, 0, 8.0, 0, None, None), (8.5, 0, 8.5, 0, False, None), (9.0, 0, 9.0, 0, False, None),
    (9.6, 0, 9.6, 0, False, None), ("relapse_time_1", 1, 9.8, 1, False, "ig_recovery_time_1"),
    (10.2, 0, 10.2, 0, False, None), (10.9, 0, 10.9, 0, False, None), (12.3, 0, 12.3, 0, None, None),
    (13.0, 0, 13.0, 0, False, None), (13.6, 0, 13.6, 0, False, None),
    ("relapse_time_3", 1, 14.0, 0, True, "ig_recovery_time_2"), (14.4, 0, 14.4, 0, False, None),
    ("relapse_time_2", 1, 15.0, 0, True, None), (15.2, 0, 15.2, 0, False, None), (16.0, 0, 16.0, 0, False, None),
    (17.1, 0, 17.1, 0, False, None), (18.5, 0, 18.5, 0, False, 12.6),
)  # fmt: skip
# Antigens on the blasts of those who relapsed, by number, CD19 and CD22: relapse_cd19_loss_n and relapse_cd22_down_n.
ANTIGENS = {8: ("negative", "positive"), 14: ("negative", "positive"), 16: ("positive", "dim")}
# Months between infusions (infusion_interval_median): short ones for short courses, so that all are infused twice in remission.
INTERVALS: tuple[Months, ...] = (
    "infusion_interval_min", 1.2, 1.3, 1.3, 1.4, 1.5, 1.5, 1.6, 1.6, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.3, 2.6, 3.1, 4.0,
    "infusion_interval_max",
)  # fmt: skip
# Of those with CRS of grade 1 or 2 (crs_g12): who had grade 2. The letter implies one of grade 3 in either cycle.
CRS_MODERATE = {1: 8, 2: 5}
# Day of onset of those with CRS, in order; the middle and the ends are those of the letter.
CRS_ONSET: dict[int, tuple[Months, ...]] = {
    1: (
        "crs_onset_c1_min", 2, 2, 3, 3, 3, 3, 4, "crs_onset_c1_median", "crs_onset_c1_median", 4, 5, 5, 5, 6, 6, 7,
        "crs_onset_c1_max",
    ),
    2: (
        "crs_onset_c2_min", 1, 2, 3, 3, 4, 4, "crs_onset_c2_median", "crs_onset_c2_median", 6, 7, 8, 9, 11, 14,
        "crs_onset_c2_max",
    ),
}  # fmt: skip
MRD_POSITIVE_ONLY = {2, 6, 9, 13, 16, 19}  # refractory_mrdpos_n
# By infusion, number and grade: nt_g1_c1_n, nt_g1_c2_n and nt_g3_c1_n.
NEUROTOXICITY = {1: {3: 1, 8: 1, 12: 1, 17: 3}, 2: {4: 1, 8: 1, 15: 1}}
# Of either infusion: living cells and T cells with the receptor in the product (%), so that their correlations are
# corr_viability_cd19_cd22 and corr_transduction_cd19_cd22.
VIABILITY = (
    (89.6, 83.8, 93.6, 90.3, 91.0, 87.2, 93.2, 93.2, 91.6, 85.4, 88.0, 90.9, 88.1, 92.3, 94.5, 88.4, 90.4, 88.6, 94.6, 94.1),
    (99.0, 91.5, 87.7, 92.4, 90.2, 91.7, 96.0, 90.0, 93.5, 83.6, 94.7, 95.5, 90.2, 89.2, 95.4, 89.2, 91.0, 89.3, 91.2, 92.3),
)  # fmt: skip
TRANSDUCTION = (
    (50.9, 39.2, 34.0, 35.5, 8.0, 37.7, 13.7, 25.1, 41.9, 38.5, 12.1, 39.9, 42.3, 36.2, 41.6, 40.3, 15.3, 31.7, 30.7, 20.6),
    (25.0, 32.4, 33.0, 24.4, 45.5, 58.3, 36.4, 34.3, 34.5, 38.8, 32.0, 9.3, 37.8, 31.6, 22.0, 33.4, 30.7, 27.6, 30.3, 28.2),
)  # fmt: skip


def patients(printed: Printed) -> list[Patient]:
    """The children (n_enrolled), with the ages, doses, intervals and grades of CRS that the letter prints."""
    n = printed.count("n_enrolled")
    printed.check_size("n_enrolled", "COURSES", COURSES)
    random = Random(2020)
    ages = _spread(printed, "age", n, random, 0)
    doses = (_spread(printed, "dose_cd19", n, random), _spread(printed, "dose_cd22", n, random))
    crs = [_crs(printed, cycle, random) for cycle in (1, 2)]
    assessed = days(printed.landmark("cr_mrd_d30_n"))
    children = [
        _patient(k, _course(printed, k), ages[k - 1], doses, [cycle[k - 1] for cycle in crs], assessed, random)
        for k in range(1, n + 1)
    ]
    give_samples(printed, children)
    return children


def _spread(printed: Printed, of: str, n: int, random: Random, digits: int = 1) -> list[float]:
    median, low, high = (printed.number(f"{of}_{part}") for part in ("median", "min", "max"))
    return spread(median, low, high, n, random, digits)


def _crs(printed: Printed, cycle: int, random: Random) -> list[tuple[int, int]]:
    """Grade and day of onset for each child; day 0 where there was no CRS."""
    n, mild_or_moderate = printed.total(f"crs_g12_c{cycle}_n"), printed.count(f"crs_g12_c{cycle}_n")
    affected = printed.count("crs_any_c1_n") if cycle == 1 else n - printed.count("crs_none_c2_n")
    onsets = [int(printed.months(day)) for day in CRS_ONSET[cycle]]
    if len(onsets) != affected:
        raise NotMetError(
            f"{printed.study}: {affected} children had CRS in cycle {cycle} as crs_any_c1_n and crs_none_c2_n are printed; "
            f"CRS_ONSET has {len(onsets)} days"
        )
    severe = (3,) * (affected - mild_or_moderate)
    order = assigned(grades(n, affected, moderate=CRS_MODERATE[cycle], severe=severe), random)
    days_of_onset = iter(assigned(onsets, random))
    return [(grade, next(days_of_onset) if grade else 0) for grade in order]


def _course(printed: Printed, number: int) -> tuple[Course, int]:
    """The course of a child in months, and the day of the second infusion."""
    lfs, relapsed, alive, died, tp53, recovery = COURSES[number - 1]
    recovered = None if recovery is None else printed.months(recovery)
    course = (printed.months(lfs), relapsed, printed.months(alive), died, tp53, recovered)
    return course, days(printed.months(INTERVALS[number - 1]))


def _patient(
    number: int,
    course: tuple[Course, int],
    age: float,
    doses: Sequence[Sequence[float]],
    crs: Sequence[tuple[int, int]],
    assessed: int,
    random: Random,
) -> Patient:
    (lfs_months, relapsed, os_months, died, tp53, immunoglobulin), second = course
    last = days(os_months)
    cd19, cd22 = ANTIGENS.get(number, ("positive", "positive"))
    minimal = number in MRD_POSITIVE_ONLY
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
        responses=[Response(assessed, "CR", 1), Response(second + assessed, "CR", 2)],
        events=list(_events(number, second, crs, random)),
        relapse=days(lfs_months) if relapsed else None,
        cd19=cd19,
        cd22=cd22,
        death=last if died else None,
        status="MRD positive" if minimal else "hematologic relapse",
        blasts_pct=round(random.uniform(0.1, 4.5) if minimal else random.uniform(6, 90), 1),
        tp53=tp53,
        immunoglobulin=None if immunoglobulin is None else days(immunoglobulin),
    )


def _events(number: int, second: int, crs: Sequence[tuple[int, int]], random: Random) -> Iterator[AdverseEvent]:
    for infusion, day, (grade, onset) in ((1, 0, crs[0]), (2, second, crs[1])):
        start = day + onset if grade else None
        end = None if start is None else start + random.randint(2, 8)
        yield AdverseEvent("CRS", infusion, grade, start, end, LEE)
        if number in NEUROTOXICITY[infusion]:
            yield neurotoxicity(infusion, day, NEUROTOXICITY[infusion][number], "CTCAE 4", random)


def write(landing: Path, everybody: list[Patient]) -> None:
    """The one delivery."""
    folder = landing / "boren" / EXTRACT.isoformat()
    rows = [dict(_wide(number, patient)) for number, patient in enumerate(everybody, start=1)]
    _plant_in_patients(rows, everybody)
    write_csv(folder / "病例资料.csv", rows, encoding="gb18030")
    write_csv(folder / "检验.csv", measurements.rows_with_faults(everybody), encoding="gb18030")


def _plant_in_patients(rows: list[dict[str, object]], everybody: list[Patient]) -> None:
    """Planted: a grade that may say that nothing was graded, and an end before its start of a neurotoxicity of the paper."""
    rows[6] |= {"神经毒性2分级": "无?"}
    turned = next(number for number, row in enumerate(rows) if row["神经毒性1分级"])
    patient = everybody[turned]
    onset = next(event.start for event in patient.events if event.term == "ICANS" and event.infusion == 1)
    rows[turned] |= {"神经毒性1结束": chinese_date(patient.on(onset - 3))}


def _wide(number: int, patient: Patient) -> Row:
    words = {"positive": "阳性", "negative": "阴性", "dim": "下调"}
    row: dict[str, object] = {
        "病案号": patient.number, "姓名": f"患儿{patient.number}", "性别": "男" if patient.sex == "male" else "女",
        "年龄": int(patient.age), "入组日期": chinese_date(patient.enrolled),
        "疾病状态": "MRD阳性" if patient.status == "MRD positive" else "血液学复发", "骨髓原始细胞%": patient.blasts_pct,
        "TP53": {True: "突变", False: "野生型", None: "未查"}[patient.tp53],
    }  # fmt: skip
    for infusion in patient.infusions:
        row |= {
            f"{infusion.target}回输日期": chinese_date(patient.on(infusion.day)),
            f"{infusion.target}剂量(10^5/kg)": infusion.dose_1e5_per_kg,
            f"{infusion.target}细胞活率": VIABILITY[infusion.number - 1][number - 1],
            f"{infusion.target}转导率": TRANSDUCTION[infusion.number - 1][number - 1],
        }
    for found in patient.responses:
        row |= {
            f"疗效{found.infusion}日期": chinese_date(patient.on(found.day)),
            f"疗效{found.infusion}": "CR",
            f"MRD{found.infusion}": "阴性",
        }
    for infusion_number in (1, 2):
        row |= _toxicity(patient, infusion_number)
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


PATIENT_FILE = f"boren/{EXTRACT.isoformat()}/病例资料.csv"
MEASUREMENT_FILE = f"boren/{EXTRACT.isoformat()}/检验.csv"
FAULTS = (
    # The smallest dose the paper prints, a fortieth of the median: any data manager would ask.
    PlantedFault(PATIENT_FILE, "", 9, "", "infusion.dose_like_others", "query"),
    PlantedFault(PATIENT_FILE, "", 8, "神经毒性2分级", "adverse_event.grade.number", "quarantine"),
    PlantedFault(
        PATIENT_FILE, "", min(NEUROTOXICITY[1]) + 1, "神经毒性1结束", "adverse_event.ends_after_onset", "query"
    ),
    PlantedFault(MEASUREMENT_FILE, "", 42, "", "row.duplicate", "query"),
    PlantedFault(MEASUREMENT_FILE, "", 780, "日期", "cell_kinetics.sample_date.date", "query"),
    PlantedFault(MEASUREMENT_FILE, "", 781, "项目", "laboratory.test.code", "query"),
)
