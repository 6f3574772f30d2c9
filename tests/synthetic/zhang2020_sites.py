"""The nine shapes in which nine sites send the same facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests.synthetic.files import SheetContent, chinese_date, write_csv, write_workbook
from tests.synthetic.patient import AdverseEvent, Patient

EXTRACT = date(2020, 6, 30)
SITES = ("sz1", "bj1", "bj2", "gz1", "sh1", "wh1", "tj1", "cd1", "xa1")

Rows = list[dict[str, object]]


def write_site(landing: Path, site: str, members: list[Patient]) -> None:
    """Write a site's delivery."""
    WRITERS[site](landing / site / EXTRACT.isoformat(), members)


def _facts(patient: Patient, show: Callable[[date | None], object]) -> dict[str, object]:
    """The facts of a patient in plain words; sites rename and order them as they like."""
    found = patient.responses[0] if patient.responses else None
    facts: dict[str, object] = {
        "id": patient.number, "sex": patient.sex, "age": int(patient.age), "enrolled": show(patient.enrolled),
        "blasts": patient.blasts_pct, "emd": patient.extramedullary, "risk": patient.high_risk,
        "infused": show(patient.on(0)), "dose": patient.infusions[0].dose_1e5_per_kg,
        "assessed": show(patient.on(found.day)) if found else None, "response": found.response if found else None,
        "mrd": found.mrd if found else None, "relapsed": show(patient.on(patient.relapse)),
        "cd19": patient.cd19 if patient.relapse else None,
        "last": show(patient.on(patient.last_contact)) if patient.death is None else None,
        "died": show(patient.on(patient.death)), "cause": patient.cause if patient.death else None,
        "transplanted": show(patient.on(patient.transplant)),
    }  # fmt: skip
    for term in ("CRS", "ICANS", "acute GVHD"):
        event = next((found for found in patient.events if found.term == term), None)
        facts |= _event_facts(term, patient, event, show)
    return facts


def _event_facts(
    term: str, patient: Patient, event: AdverseEvent | None, show: Callable[[date | None], object]
) -> dict[str, object]:
    return {
        f"{term} grade": event.grade if event else 0,
        f"{term} start": show(patient.on(event.start)) if event else None,
        f"{term} end": show(patient.on(event.end)) if event else None,
    }


def _iso(day: date | None) -> object:
    return None if day is None else day.isoformat()


def _renamed(facts: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    return {new: facts[old] for old, new in names.items()}


ENGLISH = {
    "id": "Patient", "sex": "Sex", "age": "Age", "enrolled": "Enrolled", "blasts": "BM blasts %", "emd": "EMD",
    "risk": "High risk", "infused": "Infusion date", "dose": "Dose 1e5/kg", "assessed": "D28 date",
    "response": "D28 response", "mrd": "D28 MRD", "CRS grade": "CRS grade", "CRS start": "CRS onset",
    "CRS end": "CRS resolved", "ICANS grade": "ICANS grade", "ICANS start": "ICANS onset", "ICANS end": "ICANS resolved",
    "acute GVHD grade": "aGVHD grade", "acute GVHD start": "aGVHD onset", "acute GVHD end": "aGVHD resolved",
    "relapsed": "Relapse date", "cd19": "Relapse CD19", "last": "Last follow-up", "died": "Death date", "cause": "Cause of death",
    "transplanted": "Second HSCT",
}  # fmt: skip
CHINESE = dict(
    zip(
        ENGLISH,
        (
            "编号", "性别", "年龄", "入组日期", "骨髓原始细胞", "髓外病变", "高危", "回输日期", "剂量", "评估日期", "疗效", "MRD",
            "CRS分级", "CRS开始", "CRS结束", "ICANS分级", "ICANS开始", "ICANS结束", "急性GVHD分级", "急性GVHD开始",
            "急性GVHD结束", "复发日期", "复发CD19", "末次随访", "死亡日期", "死因", "二次移植日期",
        ),
        strict=True,
    )
)  # fmt: skip
CHINESE_WORDS: dict[object, str] = {
    "male": "男", "female": "女", True: "是", False: "否", "positive": "阳性", "negative": "阴性", "leukemia": "白血病",
    "CRS": "细胞因子释放综合征", "organ failure": "多器官衰竭", "transplant-related": "移植相关", "acute GVHD": "急性移植物抗宿主病",
    "ICANS": "神经毒性",
}  # fmt: skip


def _in_chinese(row: dict[str, object]) -> dict[str, object]:
    """The words of a row as a Chinese hospital writes them; numbers, dates and CR stay."""
    return {name: CHINESE_WORDS.get(cell, cell) if isinstance(cell, str | bool) else cell for name, cell in row.items()}


BASELINE = ("id", "sex", "age", "enrolled", "blasts", "emd", "risk", "infused", "dose", "assessed", "response", "mrd")
OUTCOME = ("id", "transplanted", "relapsed", "cd19", "last", "died", "cause")


def _workbook_of_two(folder: Path, members: list[Patient]) -> None:
    """sz1: a workbook, patients on one sheet and adverse events, one a row, on another; real dates, Chinese headers."""
    names = {key: CHINESE[key] for key in (*BASELINE, *OUTCOME[1:])}
    patients = [_in_chinese(_renamed(_facts(patient, lambda day: day), names)) for patient in members]
    events: Rows = [
        {
            "编号": p.number,
            "事件": e.term if e.term == "CRS" else CHINESE_WORDS[e.term],
            "分级": e.grade,
            "开始": p.on(e.start),
            "结束": p.on(e.end),
        }
        for p in members
        for e in p.events
    ]
    events.append({**events[2], "事件": "感染", "分级": 6})  # planted: a grade no scale has
    write_workbook(folder / "43例汇总.xlsx", {"病人": SheetContent(patients), "不良事件": SheetContent(events)})


def _wide_english(folder: Path, members: list[Patient]) -> None:
    """bj1: one wide file, UTF-8 with a byte-order mark."""
    rows = [_renamed(_facts(patient, _iso), ENGLISH) for patient in members]
    rows.append(dict(rows[1]))  # planted: a row twice
    write_csv(folder / "donor_cart.csv", rows, encoding="utf-8-sig")


def _semicolons(folder: Path, members: list[Patient]) -> None:
    """bj2: semicolons, days before months, doses in cells per kg."""
    rows = []
    for patient in members:
        facts = _facts(patient, lambda day: None if day is None else day.strftime("%d.%m.%Y"))
        facts["dose"] = round(float(str(facts["dose"])) * 1e5)
        rows.append(_renamed(facts, ENGLISH | {"dose": "Dose cells/kg"}))
    rows[3]["Dose cells/kg"] = 45_000_000  # planted: a dose off by ten
    write_csv(folder / "export.csv", rows, delimiter=";")


def _tabs(folder: Path, members: list[Patient]) -> None:
    """gz1: tab-separated UTF-16, doses in 10^6 per kg, sex as M and F."""
    rows = []
    for patient in members:
        facts = _facts(patient, _iso)
        facts |= {"dose": round(float(str(facts["dose"])) / 10, 2), "sex": patient.sex[0].upper()}
        rows.append(_renamed(facts, ENGLISH | {"dose": "Dose 1e6/kg"}))
    write_csv(folder / "CART_export.txt", rows, encoding="utf-16", delimiter="\t")


def _chinese_wide(folder: Path, members: list[Patient]) -> None:
    """sh1: one wide GB18030 file, dates as 2021年3月5日."""
    rows = [_in_chinese(_renamed(_facts(patient, chinese_date), CHINESE)) for patient in members]
    rows[2]["ICANS分级"] = "不明"  # planted: no grade
    write_csv(folder / "上海.csv", rows, encoding="gb18030")


def _by_domain(folder: Path, members: list[Patient]) -> None:
    """wh1: a file per form."""
    facts = [_facts(patient, _iso) for patient in members]
    write_csv(folder / "baseline.csv", [_renamed(one, {key: ENGLISH[key] for key in BASELINE}) for one in facts])
    write_csv(folder / "outcome.csv", [_renamed(one, {key: ENGLISH[key] for key in OUTCOME}) for one in facts])
    events: Rows = [
        {
            "Patient": p.number,
            "Event": e.term,
            "Grade": e.grade,
            "Start": _iso(p.on(e.start)),
            "End": _iso(p.on(e.end)),
        }
        for p in members
        for e in p.events
    ]
    late = members[1]
    # Planted: an event that ends before it starts.
    events.append(
        {
            "Patient": late.number,
            "Event": "infection",
            "Grade": 3,
            "Start": _iso(late.on(20)),
            "End": _iso(late.on(11)),
        }
    )
    write_csv(folder / "adverse_events.csv", events)


def _relative_days(folder: Path, members: list[Patient]) -> None:
    """tj1: no dates at all, days since infusion."""
    rows = []
    for patient in members:
        day_0 = patient.day_0
        rows.append(
            _renamed(_facts(patient, lambda day, day_0=day_0: None if day is None else (day - day_0).days), ENGLISH)
        )
    write_csv(folder / "deidentified.csv", rows)


def _titled_workbook(folder: Path, members: list[Patient]) -> None:
    """cd1: one sheet with two title rows and a total; months before days, as text."""
    rows = [
        _renamed(_facts(patient, lambda day: None if day is None else day.strftime("%m/%d/%Y")), ENGLISH)
        for patient in members
    ]
    rows.append({**dict.fromkeys(rows[0]), "Patient": "Total", "Sex": str(len(members))})
    titles = ["Donor-derived CD19 CAR-T", f"as of {EXTRACT:%B %Y}"]
    write_workbook(folder / "registry.xlsx", {"Registry": SheetContent(rows, titles)})


def _long_events(folder: Path, members: list[Patient]) -> None:
    """xa1: everything that happened, one a row."""
    rows: Rows = []
    for patient in members:
        facts = _facts(patient, _iso)
        base = {
            "Patient": patient.number,
            "Sex": patient.sex,
            "Age": int(patient.age),
            "EMD": patient.extramedullary,
            "High risk": patient.high_risk,
            "BM blasts %": patient.blasts_pct,
        }
        for what, when, value in (
            ("enrollment", facts["enrolled"], None), ("infusion", facts["infused"], facts["dose"]),
            ("response", facts["assessed"], facts["response"]), ("relapse", facts["relapsed"], facts["cd19"]),
            ("second HSCT", facts["transplanted"], None),
            ("contact", facts["last"], None), ("death", facts["died"], facts["cause"]),
        ):  # fmt: skip
            if when is not None:
                rows.append(base | {"What": what, "When": when, "Value": value, "Until": None})
        for event in patient.events:
            rows.append(
                base
                | {
                    "What": event.term,
                    "When": _iso(patient.on(event.start)),
                    "Value": event.grade,
                    "Until": _iso(patient.on(event.end)),
                }
            )
    rows.append(
        {**rows[-1], "What": "phone call", "When": _iso(EXTRACT - timedelta(days=9))}
    )  # planted: no form of the study
    write_csv(folder / "events.csv", rows)


WRITERS: dict[str, Callable[[Path, list[Patient]], None]] = dict(
    zip(
        SITES,
        (
            _workbook_of_two, _wide_english, _semicolons, _tabs, _chinese_wide, _by_domain, _relative_days,
            _titled_workbook, _long_events,
        ),
        strict=True,
    )
)  # fmt: skip
