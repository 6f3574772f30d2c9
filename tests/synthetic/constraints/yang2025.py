"""What the adults give of each figure of Yang et al. 2025."""

from __future__ import annotations

from collections.abc import Sequence

from tests.synthetic.constraints.check import Given
from tests.synthetic.constraints.measures import (
    RELAPSE,
    described,
    follow_up,
    grade,
    hazard_ratio,
    incidence_of_relapse_at,
    leukemia_free,
    median_months,
    named,
    part,
    rate_at,
    shortens,
    size,
    survival,
)
from tests.synthetic.patient import DAYS_PER_MONTH, Patient
from tests.synthetic.printed import Printed
from transforms.statistics import NotEstimable, mcnemar

STUDY = "yang2025_seq1922_adult"
CANT_HOLD = NOT_HERE = ()
SEVERE = 3


def given(printed: Printed, adults: Sequence[Patient]) -> dict[str, Given]:
    """Every figure by its id."""
    return _baseline(adults) | _toxicity(adults) | _outcome(printed, adults)


def _baseline(adults: Sequence[Patient]) -> dict[str, Given]:
    months = sorted(f"{patient.enrolled:%Y-%m}" for patient in adults)
    intervals = [(patient.infusions[1].day - patient.infusions[0].day) / DAYS_PER_MONTH for patient in adults]
    return {
        "n_enrolled": size(len(adults)),
        **named("age", described([patient.age for patient in adults])),
        "enrol_window_start": Given(months[0]),
        "enrol_window_end": Given(months[-1]),
        "high_risk_cyto_pct": part(adults, lambda patient: patient.high_risk),
        "emd_baseline_n": part(adults, lambda patient: patient.extramedullary),
        "infusion_interval_median": described(intervals)["median"],
    }


def _toxicity(adults: Sequence[Patient]) -> dict[str, Given]:
    return {
        "crs_any_after_cd19_pct": part(adults, lambda patient: grade(patient, "CRS", 1) > 0),
        "crs_any_after_cd22_pct": part(adults, lambda patient: grade(patient, "CRS", 2) > 0),
        "icans_g2_after_cd19_n": part(adults, lambda patient: grade(patient, "ICANS", 1) == 2),
        "icans_any_after_cd22_n": part(adults, lambda patient: grade(patient, "ICANS", 2) > 0),
        "heme_ae_g3_cd19_vs_cd22": Given(
            all(_comparable(adults, term) for term in ("neutropenia", "thrombocytopenia"))
        ),
    }


def _comparable(adults: Sequence[Patient], term: str) -> bool:
    severe = [tuple(grade(patient, term, infusion) >= SEVERE for infusion in (1, 2)) for patient in adults]
    test = mcnemar(severe.count((True, False)), severe.count((False, True)))
    return isinstance(test, NotEstimable) or test.p_value >= 0.05


def _outcome(printed: Printed, adults: Sequence[Patient]) -> dict[str, Given]:
    os, lfs = survival(adults), leukemia_free(adults)
    followed = follow_up(os)
    burden = [patient.blasts_pct >= printed.number("bm_blast_cutpoint_os") for patient in adults]
    return {
        "os_median": median_months(os),
        "lfs_median": median_months(lfs),
        "followup_median": followed["reverse"],
        "followup_min": followed["min of survivors"],
        "followup_max": followed["max of survivors"],
        **{figure: rate_at(os, printed.landmark(figure)) for figure in ("os_12m", "os_24m")},
        **{figure: rate_at(lfs, printed.landmark(figure)) for figure in ("lfs_12m", "lfs_24m")},
        **{figure: incidence_of_relapse_at(lfs, printed.landmark(figure)) for figure in ("cir_12m", "cir_24m")},
        "relapse_n": Given(count=(int((lfs.kind == RELAPSE).sum()), len(adults))),
        "bm_blast_cutpoint_os": shortens(hazard_ratio(os, burden)),
        "emd_lfs_direction": shortens(hazard_ratio(lfs, [patient.extramedullary for patient in adults])),
    }
