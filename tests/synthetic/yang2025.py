"""Adults, CD19 then CD22: one site, an Excel workbook with Chinese headers, two deliveries of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import assigned, cytokine_release, cytopenia, grades, neurotoxicity, spread
from tests.synthetic.faults import PlantedFault
from tests.synthetic.kinetics import Product, expansion, samples, visits
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, Sample, days
from tests.synthetic.printed import Months, Printed, load_protocol
from tests.synthetic.yang2025_workbook import ASTCT, DELIVERIES, HIGH_RISK, write_delivery

STUDY = "yang2025_seq1922_adult"
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
FOUND_BY_MRD = {7}  # a relapse by residual disease alone: whether it counts is a matter of definition
GRADE_2_ICANS_AFTER_CD19 = (9, 16)  # icans_g2_after_cd19_n
# What the paper leaves open of its crs_any figures: who of them had grade 2, and who more.
CRS_MODERATE = {"crs_any_after_cd19_pct": 6, "crs_any_after_cd22_pct": 2}
CRS_SEVERE = {"crs_any_after_cd19_pct": (3, 3, 3), "crs_any_after_cd22_pct": ()}
# Months between the infusions of those who relapsed or died early.
SHORT_INTERVALS = {1: 1.6, 2: 3.0, 3: 3.2, 4: 3.6, 5: 3.3}
# Of cells in blood the paper prints nothing.
PRODUCTS = {
    "CD19": Product(peak=27.0, half_life=3.6, lingering=0.01, slow_half_life=17.0),
    "CD22": Product(peak=16.0, half_life=3.2, lingering=0.01, slow_half_life=15.0),
}
SAMPLED_IN_HOSPITAL, SAMPLED_LATER = (4, 7, 9, 11, 14, 21, 28), (60, 90)


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
    for infusion, until in zip(infusions, (second, last), strict=True):
        infusion.samples = _samples(number, infusion, until - infusion.day, last_product=infusion.number == 2)
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
        relapse_detection="MRD" if number in FOUND_BY_MRD else "morphologic",
        cd19="negative" if number in (3, 7) else "positive",
        cd22="dim" if number == 9 else "positive",
        death=last if died else None,
        cause="infection" if lfs_event == 2 else "leukemia",
        blasts_pct=round(random.uniform(blasts, 96), 1) if number in HIGH_BURDEN else round(random.uniform(5, blasts - 1), 1),
        extramedullary=number in EXTRAMEDULLARY,
        high_risk=number in HIGH_RISK,
    )  # fmt: skip


def _samples(number: int, infusion: Infusion, until: int, *, last_product: bool) -> list[Sample]:
    """CAR-T cells in hospital, about two and three months later, and on the day before the next infusion."""
    random = Random(f"{STUDY} kinetics {number} {infusion.number}")
    course = expansion(PRODUCTS[infusion.target], random)
    later = visits(SAMPLED_LATER, random)
    if last_product:
        sampled = [day for day in (*SAMPLED_IN_HOSPITAL, *later) if day <= until]
    else:
        sampled = [*(day for day in (*SAMPLED_IN_HOSPITAL, *later) if day < until - 10), until - 1]
    limit = load_protocol(STUDY).kinetics.limits["car_t_pct"]
    return list(samples(course, sampled, limit, random))


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
    write_delivery(landing, earlier, [*everybody[:10], misread, *everybody[11:]])
    write_delivery(landing, later, everybody)


WORKBOOK = f"zju1/{DELIVERIES[1].isoformat()}/CAR-T序贯治疗.xlsx"
FAULTS = (
    PlantedFault(WORKBOOK, "细胞动力学", None, "", "file.hidden_sheet", "query"),
    PlantedFault(WORKBOOK, "不良事件", 142, "结束日期", "adverse_event.ends_after_onset", "query"),
    PlantedFault(WORKBOOK, "不良事件", 143, "分级", "adverse_event.grade.range", "query"),
    PlantedFault(WORKBOOK, "不良事件", 144, "不良事件", "adverse_event.term.code", "query"),
    PlantedFault(WORKBOOK, "回输", 29, "剂量（×10^5/kg）", "infusion.plausible_dose", "query"),
    PlantedFault(WORKBOOK, "随访", 147, "", "row.duplicate", "query"),
)
