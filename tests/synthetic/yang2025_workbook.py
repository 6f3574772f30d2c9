"""The adults' workbook: what the site writes on each sheet, up to the day of a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.synthetic.files import Row, SheetContent, chinese_date, write_workbook
from tests.synthetic.patient import Patient

DELIVERIES = (date(2024, 6, 30), date(2024, 9, 5))
ASTCT = "ASTCT 2019"
# By number, what makes the genetics of a patient high-risk. Who they are decides the models, so this is a table.
HIGH_RISK = {  # high_risk_cyto_pct
    2: "TP53", 3: "BCR::ABL1", 4: "TP53", 5: "KMT2A", 7: "BCR::ABL1", 9: "复杂核型", 10: "TP53", 13: "BCR::ABL1",
    18: "KMT2A", 21: "低二倍体",
}  # fmt: skip
EXAMINED_IN_ALL = ("TP53", "BCR::ABL1", "KMT2A")


def write_delivery(landing: Path, extract: date, everybody: list[Patient]) -> None:
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
            "判定方式": "形态学" if patient.relapse_detection == "morphologic" else "流式MRD",
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
    for infusion in patient.infusions:
        for sample in infusion.samples:
            day = patient.on(infusion.day + sample.day)
            yield {
                "受试者编号": patient.number, "回输次序": infusion.number, "采样日期": day,
                "CAR-T占T细胞（%）": sample.percent, "低于定量限": "是" if sample.percent is None else "否", "_day": day,
            }  # fmt: skip
