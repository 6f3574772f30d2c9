"""What the patients of the nine sites give of each figure of Zhang et al. 2021."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.synthetic.constraints.check import PERCENT, Given
from tests.synthetic.constraints.measures import (
    event_free,
    follow_up,
    grade,
    in_remission_after,
    incidence_of_relapse_at,
    leukemia_free,
    part,
    rate_at,
    size,
    survival,
)
from tests.synthetic.patient import Patient
from tests.synthetic.printed import Printed, load_protocol
from transforms.statistics import Estimate, proportion

STUDY = "zhang2020_donor_cd19_posthsct"
# Ten bounds that no 43 patients have beside the other figures; the notes of published.yaml say why.
CANT_HOLD = ("efs_12m", "os_12m", "cir_12m_cr", "efs_12m_cr", "os_12m_cr")
NOT_HERE = ()
MODERATE = 2
TOXIC = ("CRS", "organ failure")


def given(printed: Printed, sites: Mapping[str, Sequence[Patient]]) -> dict[str, Given]:
    """Every figure by its id."""
    everybody = [patient for members in sites.values() for patient in members]
    followed = follow_up(survival(everybody))
    return {
        "n_centres": size(len(sites)),
        "n_subjects": size(len(everybody)),
        **{f"followup_survivors_{name}": followed[f"{name} of survivors"] for name in ("median", "min", "max")},
        **_counts(everybody),
        **_rates(printed, everybody),
    }


def _counts(everybody: Sequence[Patient]) -> dict[str, Given]:
    remitted = part(everybody, lambda patient: in_remission_after(patient, 1))
    crs = part(everybody, lambda patient: grade(patient, "CRS") > 0)
    icans = part(everybody, lambda patient: 0 < grade(patient, "ICANS") <= MODERATE)
    return {
        "cr_n": remitted,
        "cr_pct": _with_interval(remitted),
        "crs_any_n": crs,
        "crs_any_pct": _with_interval(crs),
        "crs_g3_n": part(everybody, lambda patient: grade(patient, "CRS") > MODERATE),
        "death_mof_crs_n": part(everybody, lambda patient: patient.death is not None and patient.cause in TOXIC),
        "icans_le2_n": icans,
        "icans_le2_pct": _with_interval(icans),
        "icans_gt2_n": part(everybody, lambda patient: grade(patient, "ICANS") > MODERATE),
        "agvhd_le2_n": part(everybody, lambda patient: 0 < grade(patient, "acute GVHD") <= MODERATE),
        "conclusion_crs_high": Given(crs.count is not None and crs.count[0] > crs.count[1] / 2),
    }


def _rates(printed: Printed, everybody: Sequence[Patient]) -> dict[str, Given]:
    remitted = [patient for patient in everybody if in_remission_after(patient, 1) and patient.transplant is None]
    lfs, interval = leukemia_free(remitted), load_protocol(STUDY).intervals.survival
    courses = {
        "efs_12m": event_free(everybody),
        "os_12m": survival(everybody),
        "efs_12m_cr": lfs,
        "os_12m_cr": survival(remitted),
    }
    return {
        **{figure: rate_at(course, printed.landmark(figure), interval) for figure, course in courses.items()},
        "cir_12m_cr": incidence_of_relapse_at(lfs, printed.landmark("cir_12m_cr")),
    }


def _with_interval(share: Given) -> Given:
    found = proportion(*(share.count or (0, 0)), method=load_protocol(STUDY).intervals.proportion)
    if not isinstance(found, Estimate) or found.low is None or found.high is None:
        return share
    return Given(PERCENT * found.value, PERCENT * found.low, PERCENT * found.high, share.count)
