"""What the children give of each figure of Pan et al. 2020."""

from __future__ import annotations

from collections.abc import Sequence

from tests.synthetic import pan2020
from tests.synthetic import pan2020_measurements as measurements
from tests.synthetic.constraints.check import Given
from tests.synthetic.constraints.measures import (
    LEVELS,
    RELAPSE,
    described,
    grade,
    hazard_ratio,
    leukemia_free,
    median_months,
    named,
    part,
    rate_at,
    size,
    survival,
)
from tests.synthetic.pan2020_kinetics import peaks_in_blood
from tests.synthetic.patient import DAYS_PER_MONTH, Patient
from tests.synthetic.printed import Printed, load_protocol
from transforms.statistics import LogrankResult, NotEstimable, logrank, pearson, wilcoxon_signed_rank

STUDY = pan2020.STUDY
CANT_HOLD = ()
NOT_HERE = ("vs_single_car_direction",)
SEVERE = 3
REMITTED = ("CR", "CRi")
PRODUCTS = {"dose_cd19": 1, "dose_cd22": 2}


def given(printed: Printed, children: Sequence[Patient]) -> dict[str, Given]:
    """Every figure by its id."""
    return (
        _baseline(children)
        | _response(children)
        | _kinetics(children)
        | _cytokines_and_b_cells(printed, children)
        | _toxicity(children)
        | _outcome(printed, children)
        | _relapses(children)
        | _recovery(children)
    )


def _baseline(children: Sequence[Patient]) -> dict[str, Given]:
    relapsed = part(children, lambda child: child.status == "hematologic relapse")
    minimal = part(children, lambda child: child.status == "MRD positive")
    intervals = [(child.infusions[1].day - child.infusions[0].day) / DAYS_PER_MONTH for child in children]
    doses = {name: [child.infusions[k - 1].dose_1e5_per_kg for child in children] for name, k in PRODUCTS.items()}
    compared = wilcoxon_signed_rank(*doses.values())
    found = {
        "n_enrolled": size(len(children)),
        **named("age", described([child.age for child in children])),
        "haem_relapse_n": relapsed,
        "haem_relapse_pct": relapsed,
        "refractory_mrdpos_n": minimal,
        "refractory_mrdpos_pct": minimal,
        **named("infusion_interval", described(intervals)),
        "dose_cd19_vs_cd22": Given(isinstance(compared, NotEstimable) or compared.p_value >= 0.05),
    }
    for name, values in doses.items():
        found |= named(name, described(values))
    return found


def _response(children: Sequence[Patient]) -> dict[str, Given]:
    clear = part(children, lambda child: _answered(child, 1))
    return {
        "cr_mrd_d30_n": clear,
        "cr_mrd_d30_pct": clear,
        "cr_mrd_before_inf2": Given(all(_answered(child, 1) for child in children), count=clear.count),
    }


def _kinetics(children: Sequence[Patient]) -> dict[str, Given]:
    peaks = peaks_in_blood(children)
    in_csf = [
        sample.percent or 0
        for child in children
        for infusion in child.infusions
        for sample in infusion.samples
        if sample.matrix == "CSF"
    ]
    return {
        "corr_expansion_cd19_cd22": _correlation(peaks),
        "corr_viability_cd19_cd22": _correlation(pan2020.VIABILITY),
        "corr_transduction_cd19_cd22": _correlation(pan2020.TRANSDUCTION),
        "expansion_pb": Given(min(map(min, peaks)) > 0),
        "csf_cart_detectable": Given(bool(in_csf) and min(in_csf) > 0),
    }


def _correlation(of_products: Sequence[Sequence[float]]) -> Given:
    found = pearson(*of_products)
    return Given() if isinstance(found, NotEstimable) else Given(found[0].value)


def _cytokines_and_b_cells(printed: Printed, children: Sequence[Patient]) -> dict[str, Given]:
    protocol = load_protocol(STUDY)
    cut, first_year = printed.number("bm_normal_bcell_cutpoint"), printed.landmark("bm_normal_bcell_low_majority")
    highest = [_highest_b_cells(child, first_year) for child in children]
    sampled = [value for value in highest if value is not None]
    weakest = min(measurements.cytokine_factor(number) for number in range(1, len(children) + 1))
    return {
        "cytokines_elevated": Given(all(low < weakest * peak for low, peak in measurements.CYTOKINES.values())),
        "bm_normal_bcell_cutpoint": Given(protocol.recoveries["b_cell_recovery"].above),
        "bm_normal_bcell_low_majority": Given(sum(value <= cut for value in sampled) > len(sampled) / 2),
        "ig_recovery_cutpoint": Given(protocol.risk_factors["early_immunoglobulin"].within_months),
    }


def _highest_b_cells(child: Patient, months: float) -> float | None:
    measured = measurements.b_cells(child)
    return max((value for day, value in measured if day <= months * DAYS_PER_MONTH), default=None)


def _toxicity(children: Sequence[Patient]) -> dict[str, Given]:
    found = {}
    for cycle in (1, 2):
        onsets = [
            float(event.start - child.infusions[cycle - 1].day)
            for child in children
            for event in child.events
            if (event.term, event.infusion) == ("CRS", cycle) and event.start is not None
        ]
        found |= named(f"crs_onset_c{cycle}", described(onsets))
        found[f"crs_g12_c{cycle}_n"] = _graded(children, "CRS", cycle, 1, 2)
        found[f"nt_g1_c{cycle}_n"] = _graded(children, "ICANS", cycle, 1, 1)
    any_crs = _graded(children, "CRS", 1, 1, 5)
    return found | {
        "crs_any_c1_n": any_crs,
        "crs_any_c1_pct": any_crs,
        "crs_none_c2_n": _graded(children, "CRS", 2, 0, 0),
        "nt_g3_c1_n": _graded(children, "ICANS", 1, SEVERE, 5),
    }


def _graded(children: Sequence[Patient], term: str, cycle: int, low: int, high: int) -> Given:
    return part(children, lambda child: low <= grade(child, term, cycle) <= high)


def _outcome(printed: Printed, children: Sequence[Patient]) -> dict[str, Given]:
    os, lfs = survival(children), leukemia_free(children)
    in_remission = part(children, lambda child: child.relapse is None)
    examined = [child for child in children if child.tp53 is not None]
    tested = _logrank(examined, [bool(child.tp53) for child in examined])
    within = printed.number("ig_recovery_cutpoint") * DAYS_PER_MONTH
    early = [child.immunoglobulin is not None and child.immunoglobulin < within for child in children]
    # As the letter fitted it: as if known on day 0.
    ratio = hazard_ratio(lfs, early).ratio
    return {
        "followed_up_n": part(children, lambda child: child.last_contact > 0),
        "allohct_consolidation_n": part(children, lambda child: child.transplant is not None),
        "os_median": median_months(os),
        "lfs_median": median_months(lfs),
        "in_cr_n": in_remission,
        "in_remission_cutoff_n": in_remission,
        "os_12m": rate_at(os, printed.landmark("os_12m")),
        **{figure: rate_at(lfs, printed.landmark(figure)) for figure in ("lfs_12m", "lfs_12m_discussion", "lfs_18m")},
        "lfs_tp53_p": tested,
        "ig_recovery_relapse_hr": Given(ratio.value, ratio.low, ratio.high),
        "ig_recovery_relapse_p": _logrank(children, early),
    }


def _logrank(members: Sequence[Patient], exposed: Sequence[bool]) -> Given:
    lfs = leukemia_free(members)
    found = logrank(lfs.days, lfs.event, [LEVELS[flag] for flag in exposed])
    return Given(found.p_value if isinstance(found, LogrankResult) else None)


def _relapses(children: Sequence[Patient]) -> dict[str, Given]:
    relapsed = [child for child in children if child.relapse is not None]
    months = sorted((child.relapse or 0) / DAYS_PER_MONTH for child in relapsed)
    return {
        "relapse_n": Given(count=(int((leukemia_free(children).kind == RELAPSE).sum()), len(children))),
        **{f"relapse_time_{place}": Given(found) for place, found in enumerate(months, start=1)},
        "relapse_time_median": described(months)["median"],
        "relapse_cd22_down_n": part(relapsed, lambda child: child.cd22 == "dim"),
        "relapse_cd19_loss_n": part(relapsed, lambda child: child.cd19 == "negative"),
        "cd19_loss_of_treated_n": part(relapsed, lambda child: child.cd19 == "negative", of=len(children)),
    }


def _recovery(children: Sequence[Patient]) -> dict[str, Given]:
    recovered = [child for child in children if child.immunoglobulin is not None]
    relapsed = [child for child in children if child.relapse is not None]
    others = [child for child in children if child.relapse is None]
    months = sorted((child.immunoglobulin or 0) / DAYS_PER_MONTH for child in recovered if child.relapse is not None)
    return {
        "ig_recovery_n": part(children, lambda child: child.immunoglobulin is not None),
        "ig_recovery_relapsed_n": part(recovered, lambda child: child.relapse is not None),
        "ig_recovery_among_relapsed_n": part(relapsed, lambda child: child.immunoglobulin is not None),
        "ig_recovery_among_cr_n": part(others, lambda child: child.immunoglobulin is not None),
        **{f"ig_recovery_time_{place}": Given(found) for place, found in enumerate(months, start=1)},
    }


def _answered(child: Patient, infusion: int) -> bool:
    """In remission without residual disease after an infusion."""
    return any(
        found.infusion == infusion and found.response in REMITTED and found.mrd == "negative"
        for found in child.responses
    )
