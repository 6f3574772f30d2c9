"""The last delivery of demo_dose_escalation as its CSV files have it, read by hand: one form for both sites, units of the second."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flows.settings import REPOSITORY

LANDING = REPOSITORY / "studies" / "demo_dose_escalation" / "landing"
DELIVERY = "2025-02-28"
# Column of the first site: test, and what its unit is multiplied by. 10 g/L are 1 g/dL; 1 mg/dL is 17.1037 umol/L of bilirubin, 88.4017 of creatinine.
COLUMNS = {
    "ANC 10^9/L": ("neutrophils", 1), "PLT 10^9/L": ("platelets", 1), "Hb g/dL": ("hemoglobin", 10), "Ferritin ng/mL": ("ferritin", 1),
    "CRP mg/dL": ("CRP", 10), "AST U/L": ("AST", 1), "ALT U/L": ("ALT", 1), "Bilirubin mg/dL": ("bilirubin", 17.1037), "LDH U/L": ("LDH", 1),
    "Creatinine mg/dL": ("creatinine", 1 / 0.011312), "Fibrinogen mg/dL": ("fibrinogen", 0.01),
}  # fmt: skip
TESTS = {
    "中性粒细胞绝对值": "neutrophils", "血小板计数": "platelets", "血红蛋白": "hemoglobin", "铁蛋白": "ferritin", "C反应蛋白": "CRP", "谷草转氨酶": "AST",
    "谷丙转氨酶": "ALT", "总胆红素": "bilirubin", "肌酐": "creatinine", "纤维蛋白原": "fibrinogen", "乳酸脱氢酶": "LDH",
}  # fmt: skip
TERMS = {
    "AST升高": "AST increased", "ALT升高": "ALT increased", "胆红素升高": "blood bilirubin increased", "肌酐升高": "creatinine increased",
    "纤维蛋白原降低": "fibrinogen decreased",
}  # fmt: skip
CAUSES = {"白血病": "leukemia"}


@dataclass(frozen=True)
class Infused:
    """Whose infusion, on which day, how many million cells/kg."""

    day: date
    patient: str
    dose: float


@dataclass(frozen=True)
class Result:
    """A result of a laboratory, in the unit of the second site."""

    patient: str
    day: date
    test: str
    value: float


def _rows(site: str, file: str) -> Iterator[dict[str, str]]:
    with (LANDING / site / DELIVERY / f"{file}.csv").open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


@cache
def infusions() -> list[Infused]:
    """In the order in which subjects count."""
    found = [
        Infused(date.fromisoformat(row["Infused"]), row["Patient"], float(row["Dose 1e6/kg"]))
        for row in _rows("north", "infusions")
    ]
    found += [
        Infused(date.fromisoformat(row["回输日期"]), row["编号"], float(row["剂量10^6/kg"]))
        for row in _rows("south", "回输")
    ]
    return sorted(found, key=lambda one: one.day)


@cache
def results() -> list[Result]:
    """All numbers but B cells."""
    found = [
        Result(row["Patient"], date.fromisoformat(row["Date"]), test, float(row[column]) * factor)
        for row in _rows("north", "laboratory")
        for column, (test, factor) in COLUMNS.items()
        if row[column]
    ]
    return found + [
        Result(row["编号"], date.fromisoformat(row["采样日期"]), TESTS[row["项目"]], float(row["结果"]))
        for row in _rows("south", "检验")
        if row["项目"] in TESTS
    ]


@cache
def adverse_events() -> list[dict[str, Any]]:
    """patient, term, start, grade, limiting."""
    found = [
        (row["Patient"], row["Term"], row["Start"], row["Grade"], row["DLT"])
        for row in _rows("north", "adverse_events")
    ] + [
        (row["编号"], TERMS.get(row["名称"], row["名称"]), row["开始日期"], row["级别"], row["DLT"])
        for row in _rows("south", "不良反应")
    ]
    return [
        {
            "patient": patient, "term": term, "start": date.fromisoformat(start) if start else None, "grade": int(grade),
            "limiting": {"是": "yes", "否": "no"}.get(limiting, limiting),
        }
        for patient, term, start, grade, limiting in found
    ]  # fmt: skip


@cache
def _events() -> list[tuple[str, str, date, str]]:
    found = [(row["Patient"], row["Event"], row["Date"], row["Detail"]) for row in _rows("north", "events")]
    found += [(row["编号"], row["事件"], row["日期"], row["说明"]) for row in _rows("south", "事件")]
    return [(patient, event, date.fromisoformat(day), detail) for patient, event, day, detail in found]


def died() -> dict[str, tuple[date, str]]:
    """Day and cause of death."""
    return {who: (day, CAUSES.get(cause, cause)) for who, event, day, cause in _events() if event in ("death", "死亡")}


def ends_of_counts() -> dict[str, date]:
    """Relapse, new therapy or death, whichever came first: counts after it are not graded."""
    days = [(who, day) for who, event, day, _ in _events() if event in ("death", "死亡", "复发", "新治疗")]
    return {who: min(day for one, day in days if one == who) for who, _ in days}


def contacts() -> list[tuple[str, date]]:
    """Patient and day of each contact."""
    found = [(row["Patient"], row["Date"]) for row in _rows("north", "follow_up")]
    found += [(row["编号"], row["随访日期"]) for row in _rows("south", "随访")]
    return [(who, date.fromisoformat(day)) for who, day in found]
