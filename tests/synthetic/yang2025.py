"""Adults, CD19 then CD22: one site, an Excel workbook with Chinese headers, two deliveries of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import assigned, cytokine_release, cytopenia, grades, neurotoxicity, spread
from tests.synthetic.faults import PlantedFault
from tests.synthetic.files import Row, SheetContent, chinese_date, write_workbook
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, days
from tests.synthetic.printed import Months, Printed

STUDY = "yang2025_seq1922_adult"
DELIVERIES = (date(2024, 6, 30), date(2024, 9, 5))
DATA_CUT = date(2024, 9, 4)

# Months from the first infusion: leukemia-free (1 relapse, 2 death in remission, 0 neither), alive (1 dead). Event times can't be
# drawn from rates: this table is held against lfs, os and cir at 12 and 24 months, lfs_median, followup_median and relapse_n
# by constraints/yang2025.py. A time the paper prints stands as the id of its figure.
COURSES: tuple[tuple[Months, int, Months, int], ...] = (
    (2.2, 2, 2.2, 1), (3.9, 1, 11.2, 0), (5.1, 1, 17.2, 0), (6.4, 1, 21.2, 1), (7.8, 1, 8.7, 1), (10.5, 1, 16.9, 1),
    (11.6, 1, 25.0, 0), (14.2, 2, 14.2, 1), (16.0, 1, 19.1, 0), ("lfs_median", 1, 23.2, 1),
    ("followup_min", 0, "followup_min", 0), (8.9, 0, 8.9, 0), (9.0, 0, 9.0, 0), (9.7, 0, 9.7, 0), (13.6, 0, 13.6, 0),
    (17.2, 0, 17.2, 0), ("followup_median", 0, "followup_median", 0), (21.3, 0, 21.3, 0), (21.9, 0, 21.9, 0),
    (25.4, 0, 25.4, 0), (27.1, 0, 27.1, 0), (43.7, 0, 43.7, 0), ("followup_max", 0, "followup_max", 0),
)  # fmt: skip
# Who has which risk factor decides the models, so these are tables too. At or above bm_blast_cutpoint_os: five of the six deaths.
HIGH_BURDEN = {4, 5, 6, 8, 10, 12, 17, 20}
EXTRAMEDULLARY = {2, 4, 5, 6, 15}  # emd_baseline_n, emd_lfs_direction
HIGH_RISK = {  # high_risk_cyto_pct
    2: "TP53", 3: "BCR::ABL1", 4: "TP53", 5: "KMT2A", 7: "BCR::ABL1", 9: "复杂核型", 10: "TP53", 13: "BCR::ABL1",
    18: "KMT2A", 21: "低二倍体",
}  # fmt: skip
EXAMINED_IN_ALL = ("TP53", "BCR::ABL1", "KMT2A")
GRADE_2_ICANS_AFTER_CD19 = (9, 16)  # icans_g2_after_cd19_n
# What the paper leaves open of its crs_any figures: who of them had grade 2, and who more.
CRS_MODERATE = {"crs_any_after_cd19_pct": 6, "crs_any_after_cd22_pct": 2}
CRS_SEVERE = {"crs_any_after_cd19_pct": (3, 3, 3), "crs_any_after_cd22_pct": ()}
# Months between the infusions of those who relapsed or died early.
SHORT_INTERVALS = {1: 1.6, 2: 3.0, 3: 3.2, 4: 3.6, 5: 3.3}
ASTCT = "ASTCT 2019"


def patients(printed: Printed) -> list[Patient]:
    """The adults: n_enrolled of them, aged as age_median, age_min and age_max say, with CRS as crs_any says."""
    printed.check_size("n_enrolled", "COURSES", COURSES)
    random = Random(2025)
    n = printed.count("n_enrolled")
    ages = spread(*map(printed.number, ("age_median", "age_min", "age_max")), n, random)
    crs19, crs22 = (
        assigned(
            grades(
                printed.total(figure), printed.count(figure), moderate=CRS_MODERATE[figure], severe=CRS_SEVERE[figure]
            ),
            random,
        )
        for figure in ("crs_any_after_cd19_pct", "crs_any_after_cd22_pct")
    )
    intervals = _intervals(printed.number("infusion_interval_median"), n, random)
    lfs, alive = ([printed.months(course[at]) for course in COURSES] for at in (0, 2))
    blasts = printed.number("bm_blast_cutpoint_os")
    return [
        _patient(
            number,
            (lfs[number - 1], COURSES[number - 1][1], alive[number - 1], COURSES[number - 1][3]),
            ages[number - 1],
            intervals[number - 1],
            (crs19[number - 1], crs22[number - 1]),
            blasts,
            random,
        )
        for number in range(1, n + 1)
    ]


def _intervals(median: float, n: int, random: Random) -> list[float]:
    """Months between infusions, infusion_interval_median in the middle; the second one always before relapse or death."""
    below, above = n // 2 - len(SHORT_INTERVALS), n // 2
    rest = (
        [median]
        + [round(random.uniform(3.0, median - 0.1), 1) for _ in range(below)]
        + [round(random.uniform(median + 0.1, 6.2), 1) for _ in range(above)]
    )
    random.shuffle(rest)
    return [SHORT_INTERVALS.get(number) or rest.pop() for number in range(1, n + 1)]


def _patient(
    number: int,
    course: tuple[float, int, float, int],
    age: float,
    interval: float,
    crs: tuple[int, int],
    blasts: float,
    random: Random,
) -> Patient:
    lfs_months, lfs_event, os_months, died = course
    last, second = days(os_months), days(interval)
    infusions = [
        Infusion(1, 0, "CD19", round(random.uniform(5, 40), 1)),
        Infusion(2, second, "CD22", round(random.uniform(5, 40), 1)),
    ]
    return Patient(
        number=f"{number:03d}",
        day_0=DATA_CUT - timedelta(days=last + (1 if last > 1300 else 20)) if not died else date(2022, 1, 10) + timedelta(days=11 * number),
        age=age,
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=infusions,
        responses=[
            Response(28 + random.randint(-2, 3), "CR" if random.random() < 0.7 else "CRi", 1),
            Response(second + 28 + random.randint(-2, 3), "CR", 2),
        ],
        events=list(_events(number, second, crs, random)),
        relapse=days(lfs_months) if lfs_event == 1 else None,
        relapse_site="combined" if number in EXTRAMEDULLARY else "marrow",
        cd19="negative" if number in (3, 7) else "positive",
        cd22="dim" if number == 9 else "positive",
        death=last if died else None,
        cause="infection" if lfs_event == 2 else "leukemia",
        blasts_pct=round(random.uniform(blasts, 96), 1) if number in HIGH_BURDEN else round(random.uniform(5, blasts - 1), 1),
        extramedullary=number in EXTRAMEDULLARY,
        high_risk=number in HIGH_RISK,
    )  # fmt: skip


def _events(number: int, second: int, crs: tuple[int, int], random: Random) -> Iterator[AdverseEvent]:
    for infusion, day, grade in ((1, 0, crs[0]), (2, second, crs[1])):
        yield cytokine_release(infusion, day, grade, ASTCT, random)
        yield cytopenia("neutropenia", infusion, day, random.choice([2, 3, 4, 4]), random)
        yield cytopenia("thrombocytopenia", infusion, day, random.choice([1, 2, 3, 3]), random)
    if number in GRADE_2_ICANS_AFTER_CD19:
        yield neurotoxicity(1, 0, 2, ASTCT, random)


def write(landing: Path, everybody: list[Patient]) -> None:
    """Both deliveries: the later one goes on, and corrects a dose of the earlier one."""
    earlier, later = DELIVERIES
    misread = replace(
        everybody[10],
        infusions=[replace(everybody[10].infusions[0], dose_1e5_per_kg=12.0), everybody[10].infusions[1]],
    )
    _write_delivery(landing, earlier, [*everybody[:10], misread, *everybody[11:]])
    _write_delivery(landing, later, everybody)


def _write_delivery(landing: Path, extract: date, everybody: list[Patient]) -> None:
    known = [patient for patient in everybody if patient.day_0 <= extract]
    sheets = {
        "受试者": SheetContent(
            [*map(_subject, known), {"受试者编号": "合计", "姓名": f"{len(known)}例"}],
            ["CD19/CD22序贯CAR-T 受试者一览"],
        ),
        "回输": SheetContent(_seen(extract, known, _infusions)),
        "疗效": SheetContent(_seen(extract, known, _responses)),
        "不良事件": SheetContent([*_seen(extract, known, _adverse_events), *_faulty_events(extract)]),
        "随访": SheetContent(_with_duplicate(_seen(extract, known, _contacts))),
        "复发": SheetContent(_seen(extract, known, _relapses)),
        "死亡": SheetContent(_seen(extract, known, _deaths)),
        "遗传学": SheetContent([row for patient in known for row in _genomics(patient)]),
        "细胞动力学": SheetContent(_seen(extract, known, _kinetics), hidden=True),
    }
    write_workbook(landing / "zju1" / extract.isoformat() / "CAR-T序贯治疗.xlsx", sheets)


def _seen(extract: date, known: list[Patient], rows_of) -> list[Row]:  # type: ignore[no-untyped-def]
    """The rows of all patients dated up to the delivery; the day of a row is its `_day`."""
    found = [row for patient in known for row in rows_of(patient)]
    return [{name: cell for name, cell in row.items() if name != "_day"} for row in found if row["_day"] <= extract]


def _subject(patient: Patient) -> Row:
    surnames = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天"
    return {
        "受试者编号": patient.number,
        "姓名": f"受试者{surnames[int(patient.number) - 1]}",
        "性别": "男" if patient.sex == "male" else "女",
        "年龄（岁）": patient.age,
        "入组日期": patient.enrolled,
        "疾病状态": "血液学复发" if int(patient.number) % 4 else "难治",
        "骨髓原始细胞（%）": patient.blasts_pct,
        "髓外病变": "有" if patient.extramedullary else "无",
        "高危遗传学": "是" if patient.high_risk else "否",
        "备注": None,
    }


def _genomics(patient: Patient) -> Iterator[Row]:
    """Three genes are examined in everybody; what else was found is written down where it was found."""
    found = HIGH_RISK.get(int(patient.number))
    sampled = patient.enrolled - timedelta(days=3)
    for finding in dict.fromkeys((*EXAMINED_IN_ALL, *([found] if found else []))):
        yield {
            "受试者编号": patient.number, "检测项目": finding, "结果": "阳性" if finding == found else "阴性",
            "采样日期": sampled,
        }  # fmt: skip


def _infusions(patient: Patient) -> Iterator[Row]:
    for infusion in patient.infusions:
        # Planted: a dose in 10^6 entered where 10^5 is meant.
        dose = 320 if (patient.number, infusion.number) == ("014", 2) else infusion.dose_1e5_per_kg
        day = patient.on(infusion.day)
        yield {
            "受试者编号": patient.number, "回输次序": infusion.number, "回输日期": day, "靶点": infusion.target,
            "剂量（×10^5/kg）": dose, "清淋方案": "FC", "_day": day,
        }  # fmt: skip


def _responses(patient: Patient) -> Iterator[Row]:
    for found in patient.responses:
        if found.day <= patient.last_contact:
            day = patient.on(found.day)
            yield {
                "受试者编号": patient.number, "评估日期": chinese_date(day), "回输次序": found.infusion,
                "疗效": {"CR": "完全缓解", "CRi": "完全缓解伴血细胞未恢复"}[found.response], "MRD": "阴性",
                "MRD方法": "流式", "_day": day,
            }  # fmt: skip


def _adverse_events(patient: Patient) -> Iterator[Row]:
    names = {
        "CRS": "细胞因子释放综合征",
        "ICANS": "ICANS",
        "neutropenia": "中性粒细胞减少",
        "thrombocytopenia": "血小板减少",
    }
    for event in patient.events:
        day = patient.on(event.start) or patient.on(patient.infusions[event.infusion - 1].day)
        if event.start is None or event.start <= patient.last_contact:
            yield {
                "受试者编号": patient.number, "回输次序": event.infusion, "不良事件": names[event.term],
                "分级": event.grade, "分级标准": "ASTCT" if event.scale == ASTCT else "CTCAE 5.0",
                "开始日期": patient.on(event.start), "结束日期": patient.on(event.end), "_day": day,
            }  # fmt: skip


def _faulty_events(extract: date) -> list[Row]:
    """Planted: an end before its start, a grade no scale has, an event no code list has."""
    if extract == DELIVERIES[0]:
        return []
    base = {"回输次序": 1, "分级标准": "CTCAE 5.0"}
    order = ("受试者编号", "回输次序", "不良事件", "分级", "分级标准", "开始日期", "结束日期")
    rows: list[Row] = [
        {
            **base,
            "受试者编号": "020",
            "不良事件": "感染",
            "分级": 3,
            "开始日期": date(2022, 9, 20),
            "结束日期": date(2022, 9, 2),
        },
        {
            **base,
            "受试者编号": "021",
            "不良事件": "感染",
            "分级": 8,
            "开始日期": date(2022, 8, 1),
            "结束日期": date(2022, 8, 9),
        },
        {
            **base,
            "受试者编号": "022",
            "不良事件": "一过性皮疹",
            "分级": 1,
            "开始日期": date(2021, 2, 1),
            "结束日期": date(2021, 2, 3),
        },
    ]
    return [{name: row[name] for name in order} for row in rows]


def _contacts(patient: Patient) -> Iterator[Row]:
    for day, status in patient.contacts():
        seen = patient.on(day)
        yield {
            "受试者编号": patient.number, "随访日期": seen, "疾病状态": "缓解" if status == "remission" else "复发", "_day": seen,
        }  # fmt: skip


def _with_duplicate(rows: list[Row]) -> list[Row]:
    """Planted: a row copied once too often."""
    return [*rows, dict(rows[3])]


def _relapses(patient: Patient) -> Iterator[Row]:
    if patient.relapse is not None:
        day = patient.on(patient.relapse)
        words = {"positive": "阳性", "negative": "阴性", "dim": "弱阳性"}
        yield {
            "受试者编号": patient.number, "复发日期": chinese_date(day),
            "复发部位": "骨髓" if patient.relapse_site == "marrow" else "骨髓+髓外",
            "CD19表达": words[patient.cd19], "CD22表达": words[patient.cd22], "_day": day,
        }  # fmt: skip


def _deaths(patient: Patient) -> Iterator[Row]:
    if patient.death is not None:
        day = patient.on(patient.death)
        yield {
            "受试者编号": patient.number,
            "死亡日期": day,
            "死亡原因": "感染" if patient.cause == "infection" else "白血病进展",
            "_day": day,
        }


def _kinetics(patient: Patient) -> Iterator[Row]:
    peak = 5 + (int(patient.number) * 7) % 50
    for infusion in patient.infusions:
        for after, share in ((4, 0.1), (7, 0.6), (10, 1.0), (14, 0.7), (21, 0.3), (28, 0.1)):
            day = infusion.day + after
            if day <= patient.last_contact:
                yield {
                    "受试者编号": patient.number, "回输次序": infusion.number, "采样日期": patient.on(day),
                    "CAR-T占T细胞（%）": round(peak * share / infusion.number, 2), "_day": patient.on(day),
                }  # fmt: skip


WORKBOOK = f"zju1/{DELIVERIES[1].isoformat()}/CAR-T序贯治疗.xlsx"
FAULTS = (
    PlantedFault(WORKBOOK, "不良事件", 142, "结束日期", "adverse_event.ends_after_onset", "quarantine"),
    PlantedFault(WORKBOOK, "不良事件", 143, "分级", "adverse_event.grade.range", "quarantine"),
    PlantedFault(WORKBOOK, "不良事件", 144, "不良事件", "adverse_event.term.code", "quarantine"),
    PlantedFault(WORKBOOK, "回输", 29, "剂量（×10^5/kg）", "infusion.plausible_dose", "query"),
    PlantedFault(WORKBOOK, "随访", 147, "", "row.duplicate", "query"),
)
