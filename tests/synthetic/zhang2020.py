"""Donor-derived CD19 after transplant at nine sites: who the 43 patients are. What each site sends is in zhang2020_sites."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

from tests.synthetic.draw import cytokine_release, grades, neurotoxicity
from tests.synthetic.faults import PlantedFault
from tests.synthetic.patient import AdverseEvent, Infusion, Patient, Response, days
from tests.synthetic.printed import Months, NotMetError, Printed
from tests.synthetic.zhang2020_sites import EXTRACT, SITES, write_site

STUDY = "zhang2020_donor_cd19_posthsct"
LEE = "Lee 2014"
SITE_SIZES = (8, 7, 6, 5, 5, 4, 3, 3, 2)

# In remission (cr_n): months to relapse (1), death in remission (2) or last contact (0). A table, since event times can't be drawn
# from rates; constraints/zhang2020.py holds it against cir_12m_cr, efs_12m_cr and os_12m_cr of all but the last two, who have a
# second transplant and die after it, and against efs_12m and os_12m of everybody. A time the paper prints stands as its figure.
REMISSIONS: tuple[tuple[Months, int], ...] = (
    *((months, 1) for months in (1.9, 2.4, 3.1, 3.6, 4.2, 5.0, 8.5, 9.4, 10.1, 11.0, 11.3)),
    ("followup_survivors_min", 0), *((months, 0) for months in (6.3, 6.6, 7.1, 7.6, 8.0, 9.0, 9.8, 10.6, 14.8)),
    ("followup_survivors_median", 0), *((months, 0) for months in (18.9, 20.3, 22.9, 24.6, 26.1, 30.5, 35.2, 39.8, 43.4)),
    ("followup_survivors_max", 0), *((months, 2) for months in (4.6, 11.6)),
)  # fmt: skip
# Months to the second transplant, by place in REMISSIONS.
SECOND_TRANSPLANT = {32: 2.8, 33: 3.4}
# Without remission (the rest of n_subjects): months to death; the first two die of CRS and of multi-organ failure.
NO_REMISSION = (0.4, 0.7, 1.8, 2.2, 2.9, 3.5, 4.0, 4.4, 5.6)
TOXIC = {"CRS": 34, "organ failure": 35}
# By place as well: who had disease outside the marrow, and high-risk genetics.
EXTRAMEDULLARY = {1, 4, 7, 13, 24, 36, 39}
HIGH_RISK = {0, 2, 4, 6, 9, 11, 15, 19, 22, 25, 29, 33, 35, 37, 40}
# What crs_any_n and crs_g3_n leave open. As many as died of toxicity (death_mof_crs_n) had grade 4.
CRS_MODERATE = 14
# By number: the grades of icans_le2_n and agvhd_le2_n.
NEUROTOXICITY = {3: 1, 8: 1, 11: 2, 17: 1, 22: 1, 26: 2, 31: 1, 35: 1, 38: 1}
ACUTE_GVHD = {12: 1, 29: 2}


def patients(printed: Printed) -> dict[str, list[Patient]]:
    """The patients (n_subjects) by site (n_centres)."""
    total, worst = printed.count("n_subjects"), printed.count("death_mof_crs_n")
    _check_sizes(printed, total)
    random = Random(2021)
    severe = (3,) * (printed.count("crs_g3_n") - worst) + (4,) * worst
    crs = list(grades(total, printed.count("crs_any_n"), moderate=CRS_MODERATE, severe=severe))
    random.shuffle(crs)
    order = list(range(total))
    random.shuffle(order)
    _give_worst_grade(crs, order.index(TOXIC["CRS"]))
    courses = [
        *((printed.months(months), happened) for months, happened in REMISSIONS),
        *((months, 2) for months in NO_REMISSION),
    ]
    everybody = [
        _patient(number, order[number - 1], courses[order[number - 1]], crs[number - 1], random)
        for number in range(1, total + 1)
    ]
    sites, start = {}, 0
    for site, size in zip(SITES, SITE_SIZES, strict=True):
        sites[site] = everybody[start : start + size]
        start += size
    return sites


def _check_sizes(printed: Printed, total: int) -> None:
    printed.check_size("n_centres", "SITE_SIZES", SITE_SIZES)
    printed.check_size("cr_n", "REMISSIONS", REMISSIONS)
    printed.check_size("n_subjects", "REMISSIONS and NO_REMISSION", (*REMISSIONS, *NO_REMISSION))
    printed.check_size("death_mof_crs_n", "TOXIC", TOXIC)
    if sum(SITE_SIZES) != total:
        raise NotMetError(
            f"{printed.study}: n_subjects is printed as {total}; the sites of SITE_SIZES have {sum(SITE_SIZES)}"
        )


def _give_worst_grade(crs: list[int], index: int) -> None:
    """Who dies of CRS had grade 4; the counts of the grades stay as they are."""
    worst = crs.index(4)
    crs[index], crs[worst] = crs[worst], crs[index]


def _patient(number: int, course: int, outcome: tuple[float, int], crs: int, random: Random) -> Patient:
    in_remission = course < len(REMISSIONS)
    months, happened = outcome
    end = days(months)
    relapse = end if happened == 1 else None
    # Relapse after this therapy kills within days: os and efs share one figure in the paper.
    last = end + random.randint(8, 11) if relapse else end
    toxic = next((cause for cause, which in TOXIC.items() if which == course), None)
    transplant = SECOND_TRANSPLANT.get(course)
    return Patient(
        number=f"{number:03d}",
        day_0=EXTRACT - timedelta(days=last + 4 + number % 9),
        age=random.randint(4, 58),
        sex=random.choice(["male", "female"]),
        last_contact=last,
        infusions=[Infusion(1, 0, "CD19", round(random.uniform(2, 60), 1), cell_source="donor-derived")],
        responses=_responses(in_remission, end, random),
        events=_events(number, crs, random),
        relapse=relapse,
        cd19="negative" if number % 4 == 0 else "positive",
        death=last if happened else None,
        cause=toxic or ("transplant-related" if transplant else "leukemia"),
        transplant=None if transplant is None else days(transplant),
        blasts_pct=round(random.uniform(5, 90), 1),
        extramedullary=course in EXTRAMEDULLARY,
        high_risk=course in HIGH_RISK,
        prior_transplant=True,
        prior_car_t=False,
    )


def _responses(in_remission: bool, end: int, random: Random) -> list[Response]:
    if in_remission:
        return [Response(28, random.choice(["CR", "CR", "CRi"]), 1)]
    return [Response(28, "NR", 1, "positive", 35.0)] if end > 28 else []


def _events(number: int, crs: int, random: Random) -> list[AdverseEvent]:
    found = [cytokine_release(1, 0, crs, LEE, random)]
    if number in NEUROTOXICITY:
        found.append(neurotoxicity(1, 0, NEUROTOXICITY[number], "CTCAE 4", random))
    if number in ACUTE_GVHD:
        start = random.randint(12, 30)
        found.append(AdverseEvent("acute GVHD", 1, ACUTE_GVHD[number], start, start + 20, "MAGIC"))
    return found


def write(landing: Path, everybody: dict[str, list[Patient]]) -> None:
    """One delivery of each site, each in its own shape."""
    for site, members in everybody.items():
        write_site(landing, site, members)


DELIVERY = EXTRACT.isoformat()
FAULTS = (
    PlantedFault(f"bj1/{DELIVERY}/donor_cart.csv", "", 9, "", "row.duplicate", "query"),
    PlantedFault(f"bj2/{DELIVERY}/export.csv", "", 5, "Dose cells/kg", "infusion.plausible_dose", "query"),
    PlantedFault(f"sh1/{DELIVERY}/上海.csv", "", 4, "ICANS分级", "adverse_event.grade.number", "quarantine"),
    PlantedFault(f"sz1/{DELIVERY}/43例汇总.xlsx", "不良事件", 12, "分级", "adverse_event.grade.range", "query"),
    PlantedFault(f"wh1/{DELIVERY}/adverse_events.csv", "", 7, "End", "adverse_event.ends_after_onset", "query"),
    PlantedFault(f"xa1/{DELIVERY}/events.csv", "", 12, "", "row.unclaimed", "quarantine"),
    # The site sends remissions without residual disease.
    PlantedFault(f"xa1/{DELIVERY}/events.csv", "", 4, "", "response.residual_disease_of_remission", "query"),
    PlantedFault(f"xa1/{DELIVERY}/events.csv", "", 9, "", "response.residual_disease_of_remission", "query"),
)
