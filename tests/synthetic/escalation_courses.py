"""Laboratory courses of demo_dose_escalation, from before lymphodepletion to day 100: knots between which values run, for each grade a patient is to have.

Units are those in which the tests are held: 1e9/L, g/L, ng/mL (ferritin), mg/L (CRP), U/L, umol/L, g/L (fibrinogen), cells/uL (B cells).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log
from random import Random

from tests.synthetic.escalation_plan import Patient

SEED = 20240108
# The first site counts daily up to day 30, the other every second day from the third week on.
COUNTED_ON = {
    "north": (-6, -1, *range(31), *range(35, 99, 7)),
    "south": (-6, -1, *range(15), *range(16, 32, 2), *range(35, 99, 7)),
}
CHEMISTRY_ON = (-6, *range(0, 15, 2), 17, 21, 24, 28, 35, 42, 56, 70, 84, 98)
B_CELLS_ON = (-6, 14, 28, 56, 98)
COUNTS = ("neutrophils", "platelets", "hemoglobin")
CHEMISTRY = ("ferritin", "CRP", "AST", "ALT", "bilirubin", "creatinine", "fibrinogen", "LDH")
TESTS = (*COUNTS, *CHEMISTRY, "B cells")
DIGITS = {
    "neutrophils": 2,
    "platelets": 0,
    "hemoglobin": 0,
    "ferritin": 0,
    "CRP": 1,
    "fibrinogen": 2,
    "LDH": 0,
    "B cells": 0,
}
# Limits of normal (low, high); the courses are drawn around them.
NORMAL: dict[str, tuple[float | None, float | None]] = {
    "neutrophils": (1.8, 6.3), "platelets": (125, 350), "hemoglobin": (115, 150), "ferritin": (13, 400), "CRP": (None, 10), "AST": (None, 40),
    "ALT": (None, 40), "bilirubin": (None, 21), "creatinine": (None, 97), "fibrinogen": (2, 4), "LDH": (None, 250), "B cells": (80, 616),
}  # fmt: skip
Knots = tuple[tuple[float, float], ...]
# Neutrophils that have each grade of ICAHT: days 0-30, and from day 31 on.
NEUTROPHILS: tuple[tuple[Knots, ...], tuple[Knots, ...]] = (
    (
        ((-6, 3.2), (-1, 2.0), (0, 1.6), (4, 1.0), (9, 0.75), (14, 1.1), (21, 1.9), (30, 2.4)),
        ((-6, 3.2), (0, 1.4), (4, 0.8), (6, 0.32), (9, 0.34), (11, 0.85), (21, 1.8), (30, 2.2)),
        ((-6, 2.6), (0, 1.2), (3, 0.7), (4, 0.3), (13, 0.3), (15, 0.8), (24, 1.7), (30, 2.0)),
        ((-6, 1.9), (0, 1.0), (2, 0.62), (3, 0.28), (20, 0.26), (23, 0.75), (27, 0.8), (30, 0.75)),
        ((-6, 1.1), (0, 0.9), (1, 0.6), (2, 0.3), (6, 0.05), (26, 0.06), (30, 0.2)),
    ),
    (
        ((35, 2.5), (100, 3.4)),
        ((35, 1.25), (42, 1.3), (56, 1.3), (63, 1.9), (100, 2.6)),
        ((35, 0.8), (49, 0.75), (63, 1.3), (77, 1.8), (100, 2.3)),
        ((35, 0.4), (42, 0.35), (49, 0.42), (63, 0.9), (77, 1.3), (100, 1.9)),
        ((35, 0.06), (42, 0.06), (49, 0.3), (63, 0.8), (84, 1.2), (100, 1.7)),
    ),
)
# The same of platelets and T-ICAHT.
PLATELETS: tuple[tuple[Knots, ...], tuple[Knots, ...]] = (
    (
        ((-6, 180), (0, 150), (7, 95), (12, 80), (20, 120), (30, 170)),
        ((-6, 150), (0, 110), (5, 62), (6, 42), (10, 40), (11, 44), (12, 60), (20, 95), (30, 140)),
        ((-6, 120), (0, 85), (4, 45), (15, 32), (18, 44), (22, 70), (30, 115)),
        ((-6, 95), (0, 60), (5, 28), (8, 14), (13, 14), (16, 30), (22, 60), (30, 85)),
        ((-6, 70), (0, 40), (4, 24), (6, 12), (22, 10), (24, 14), (30, 24)),
    ),
    (
        ((35, 150), (100, 190)),
        ((35, 85), (49, 80), (63, 94), (77, 120), (100, 150)),
        ((35, 40), (42, 38), (56, 60), (77, 110), (100, 130)),
        ((35, 15), (42, 13), (49, 30), (63, 60), (84, 90), (100, 115)),
        ((35, 12), (42, 11), (56, 14), (63, 28), (84, 60), (100, 90)),
    ),
)
# Highest value (fibrinogen: lowest) for each grade by CTCAE 5, from 0 to 4.
PEAKS = {
    "AST": (34, 90, 160, 420, 960), "ALT": (33, 85, 150, 380, 900), "bilirubin": (14, 27, 48, 130, 260),
    "creatinine": (84, 110, 170, 330, 640), "fibrinogen": (2.5, 1.75, 1.25, 0.75, 0.4),
}  # fmt: skip
BEFORE = {"AST": 24, "ALT": 22, "bilirubin": 10, "creatinine": 80, "fibrinogen": 3.0}
# Highest CRP (mg/L) and ferritin (ng/mL) for each grade of CRS.
CRP_PEAK, FERRITIN_PEAK = (18, 62, 120, 190, 260), (480, 950, 2500, 6200, 14000)
HYPERINFLAMED_FERRITIN = 62000


def course(patient: Patient, test: str) -> list[tuple[int, float]]:
    """Day and value of each sample of a test, while the patient is alive."""
    days = COUNTED_ON[patient.site] if test in COUNTS else CHEMISTRY_ON if test in CHEMISTRY else B_CELLS_ON
    random = Random(f"{SEED} {patient.name} {test}")
    knots = _knots(patient, test)
    last = patient.died[0] if patient.died else days[-1]
    spread = 0.05 if test in COUNTS or test in ("ferritin", "CRP", "LDH") else 0.02
    return [(day, _value(test, day, knots, random.uniform(1 - spread, 1 + spread))) for day in days if day <= last]


def _value(test: str, day: int, knots: Sequence[tuple[float, float]], factor: float) -> float:
    return round(_between(knots, day) * factor, DIGITS.get(test, 0))


def _between(knots: Sequence[tuple[float, float]], day: int) -> float:
    """The value of a day: straight between knots on a logarithmic scale."""
    for (first, start), (last, end) in pairwise(knots):
        if first <= day <= last:
            return exp(log(start) + (log(end) - log(start)) * (day - first) / (last - first))
    return knots[0][1] if day < knots[0][0] else knots[-1][1]


def _knots(patient: Patient, test: str) -> Knots:
    grades, crs = patient.grades, patient.worst("CRS")
    if test == "neutrophils":
        return NEUTROPHILS[0][grades.icaht[0]] + NEUTROPHILS[1][grades.icaht[1]]
    if test == "platelets":
        return PLATELETS[0][grades.t_icaht[0]] + PLATELETS[1][grades.t_icaht[1]]
    if test == "hemoglobin":
        before, lowest = 118 - 9 * grades.icaht[0], 96 - 7 * grades.t_icaht[0]
        return ((-6, before), (0, before - 8), (12, lowest), (24, lowest + 6), (60, 108), (100, 121))
    if test == "B cells":
        return ((-6, 140 - 6 * patient.number), (14, 0.2), (56, 0.3), (98, 2 * patient.number))
    return _chemistry(patient, test, crs)


def _chemistry(patient: Patient, test: str, crs: int) -> Knots:
    inflamed = 14.0 if patient.worst("IEC-HS") else 7.0
    if test == "CRP":
        low = 4.0 + 3 * patient.number % 11
        return ((-6, low), (0, low * 1.4), (5, CRP_PEAK[crs]), (10, CRP_PEAK[crs] / 3), (21, 9), (100, 3))
    if test == "ferritin":
        peak = HYPERINFLAMED_FERRITIN if inflamed > 7 else FERRITIN_PEAK[crs]
        low = 260 + 140 * patient.number % 900
        return ((-6, low), (0, low), (inflamed, max(peak, low)), (28, max(peak / 8, low)), (60, low * 1.2), (100, low))
    if test == "LDH":
        peak = 240 + 260 * crs + (1500 if inflamed > 7 else 0)
        return ((-6, 210), (0, 220), (inflamed, peak), (21, 260), (100, 190))
    peak, before = PEAKS[test][getattr(patient.grades, test.lower())], BEFORE[test]
    return ((-6, before), (0, before), (inflamed + 1, peak), (inflamed + 3, peak), (35, before), (100, before))
