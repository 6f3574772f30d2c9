"""The children's file of measurements: CAR-T cells, cytokines, immunoglobulin, normal B cells, antigens at relapse."""

from __future__ import annotations

from collections.abc import Iterator

from tests.synthetic.files import Row, chinese_date
from tests.synthetic.patient import Infusion, Patient
from tests.synthetic.printed import load_protocol

STUDY = "pan2020_seq1922_paed"
CELLS = "CAR-T(流式)"
WORDS = {"blood": "血", "CSF": "脑脊液"}
# Cytokines (pg/mL) before an infusion and at their peak, which each child's factor scales (cytokines_elevated).
CYTOKINES = {"IL-6": (4, 310), "IL-10": (3, 62), "TNF-α": (6, 27)}


def _measurements(everybody: list[Patient]) -> list[dict[str, object]]:
    """CAR-T cells and cytokines after both infusions, then immunoglobulin, normal B cells and antigens at relapse."""
    return [
        {"病案号": patient.number, "日期": chinese_date(patient.on(day))} | row
        for number, patient in enumerate(everybody, start=1)
        for day, row in (*_after_infusions(number, patient), *_recovery(patient), *_antigens(patient))
    ]


def _row(
    sample: str, what: str, value: float | str, unit: str, product: str | None = None, found: str | None = None
) -> Row:
    return {"标本": sample, "项目": what, "产品": product, "结果": value, "单位": unit, "判定": found}


def _after_infusions(number: int, patient: Patient) -> Iterator[tuple[int, Row]]:
    for infusion in patient.infusions:
        yield from _cells(infusion)
        for test, (before, at_peak) in CYTOKINES.items():
            yield infusion.day, _row("血", test, before, "pg/mL")
            yield infusion.day + 7, _row("血", test, round(at_peak * cytokine_factor(number), 1), "pg/mL")


def _cells(infusion: Infusion) -> Iterator[tuple[int, Row]]:
    """Below the limit of quantification the laboratory reports "<0.01"; the site's mapping knows the text."""
    limit = load_protocol(STUDY).kinetics.limits["car_t_pct"]
    for sample in infusion.samples:
        found = f"<{limit:g}" if sample.percent is None else sample.percent
        yield infusion.day + sample.day, _row(WORDS[sample.matrix], CELLS, found, "%", infusion.target)


def cytokine_factor(number: int) -> float:
    """How strongly the cytokines of a child rise, against those of CYTOKINES."""
    return (3 + number % 7) / 5


def _recovery(patient: Patient) -> Iterator[tuple[int, Row]]:
    """IgG every 60 days; normal B cells of the marrow every 90, low until immunoglobulin recovers."""
    for day in range(60, patient.last_contact, 60):
        yield day, _row("血", "IgG", 7.5 if _recovered(patient, day) else round(2 + day % 7 / 5, 2), "g/L")
    for day, percent in b_cells(patient):
        yield day, _row("骨髓", "B细胞", percent, "%")


def b_cells(patient: Patient) -> list[tuple[int, float]]:
    """Day and share of normal B cells in the marrow (bm_normal_bcell_low_majority)."""
    return [
        (day, 6.4 if _recovered(patient, day) else round(day % 11 / 10, 1))
        for day in range(90, patient.last_contact, 90)
    ]


def _recovered(patient: Patient, day: int) -> bool:
    return patient.immunoglobulin is not None and day >= patient.immunoglobulin


def _antigens(patient: Patient) -> Iterator[tuple[int, Row]]:
    if patient.relapse is not None:
        words = {"positive": (96.0, "阳性"), "dim": (38.0, "下调"), "negative": (0.2, "阴性")}
        for antigen, status in (("CD19", patient.cd19), ("CD22", patient.cd22)):
            percent, word = words[status]
            yield patient.relapse, _row("骨髓", f"{antigen}表达", percent, "%", found=word)


def rows_with_faults(everybody: list[Patient]) -> list[dict[str, object]]:
    """Planted: a row twice, a day no calendar has, a test nobody knows."""
    rows = _measurements(everybody)
    rows.insert(40, dict(rows[39]))
    of_cells, of_cytokines = ([row for row in rows if row["项目"] == test] for test in (CELLS, "IL-6"))
    rows.append({**of_cells[2], "日期": "2018年2月30日"})
    rows.append({**of_cytokines[1], "项目": "IgX", "结果": 1})
    return rows
