"""What the patients with a second infusion give of each figure of the abstract of 2023."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.synthetic.constraints.check import Given
from tests.synthetic.constraints.measures import (
    Course,
    factor,
    follow_up,
    grade,
    in_remission_after,
    incidence_of_relapse_at,
    lengthens,
    leukemia_free,
    part,
    rate_at,
    shortens,
    size,
    survival,
)
from tests.synthetic.patient import Patient
from tests.synthetic.printed import Printed, load_protocol
from transforms.statistics import (
    Model,
    NotEstimable,
    Term,
    build_design,
    compare_two_proportions,
    fit_cox_time_dependent,
    fit_logistic,
    split_at_exposures,
)

STUDY = "ash2023_second_cart"
CANT_HOLD = NOT_HERE = ()
SECOND = 2
SEVERE = 3
STRATEGIES: dict[str, Callable[[str], bool]] = {
    "single": lambda target: "+" not in target,
    "tandem": lambda target: target.endswith("tandem"),
    "sequential": lambda target: target.endswith("sequential"),
}


def given(printed: Printed, everybody: Sequence[Patient]) -> dict[str, Given]:
    """Every figure by its id."""
    return (
        _baseline(everybody) | _strategies(everybody) | _response(everybody) | _outcome(printed, everybody)
    )  # fmt: skip


def _baseline(everybody: Sequence[Patient]) -> dict[str, Given]:
    months = sorted(f"{patient.on(patient.infusions[SECOND - 1].day):%Y-%m}" for patient in everybody)
    return {
        "n_treated": size(len(everybody)),
        "enrol_window_start": Given(months[0]),
        "enrol_window_end": Given(months[-1]),
    }


def _strategies(everybody: Sequence[Patient]) -> dict[str, Given]:
    """Each strategy's size, remissions and severe CRS."""
    found = {"crs_g3_total_n": part(everybody, _had_severe_crs)}
    for name, fits in STRATEGIES.items():
        members = [patient for patient in everybody if fits(patient.infusions[SECOND - 1].target)]
        found |= {
            f"n_{name}": Given(count=(len(members), len(everybody))),
            f"cr_{name}_pct": part(members, _remitted),
            f"crs_g3_{name}_n": part(members, _had_severe_crs),
        }
    return found


def _response(everybody: Sequence[Patient]) -> dict[str, Given]:
    tandem = [STRATEGIES["tandem"](patient.infusions[SECOND - 1].target) for patient in everybody]
    remitted = [_remitted(patient) for patient in everybody]
    with_tandem = [answer for answer, is_tandem in zip(remitted, tandem, strict=True) if is_tandem]
    others = [answer for answer, is_tandem in zip(remitted, tandem, strict=True) if not is_tandem]
    method = load_protocol(STUDY).response[0].test
    compared = compare_two_proportions(
        sum(with_tandem), len(with_tandem), sum(others), len(others), method=method
    )  # fmt: skip
    design = build_design([factor("tandem", tandem), *_fixed(everybody)])
    odds = _terms(fit_logistic(remitted, design))["tandem"]
    bounds = (odds.ratio.value, odds.ratio.high, odds.ratio.low)
    return {
        "cr_total_n": part(everybody, _remitted),
        "cr_tandem_vs_others_p": Given(None if isinstance(compared, NotEstimable) else compared.p_value),
        # The abstract models the absence of remission.
        "cr_tandem_multivariable_or": Given(*(None if bound is None else 1 / bound for bound in bounds)),
        "tandem_response_direction": shortens(odds),
    }


def _outcome(printed: Printed, everybody: Sequence[Patient]) -> dict[str, Given]:
    responders = [patient for patient in everybody if _remitted(patient)]
    os, lfs = survival(everybody, SECOND), leukemia_free(responders, SECOND)
    followed, terms = follow_up(os), _terms(_fit_lfs(responders, lfs))
    return {
        "bridged_hsct_n": part(responders, lambda patient: patient.transplant is not None),
        "dac_consolidation_n": part(responders, lambda patient: patient.consolidation is not None),
        "followup_median": followed["reverse"],
        "followup_min": followed["min of all"],
        "followup_max": followed["max of all"],
        "os_24m": rate_at(os, printed.landmark("os_24m")),
        "lfs_24m": rate_at(lfs, printed.landmark("lfs_24m")),
        "cir_24m": incidence_of_relapse_at(lfs, printed.landmark("cir_24m")),
        "lfs_hrcyto_direction": shortens(terms["high risk"]),
        "lfs_dac_ld_direction": lengthens(terms["decitabine"]),
        "lfs_bridge_direction": lengthens(terms["bridging"]),
        "bridge_survival_direction": lengthens(terms["bridging"]),
    }


def _fit_lfs(responders: Sequence[Patient], lfs: Course) -> Model | NotEstimable:
    begins = [_bridged_on(patient) for patient in responders]
    rows = split_at_exposures(lfs.days, lfs.event, {"bridging": begins})
    return fit_cox_time_dependent(rows, build_design(_fixed(responders)))


def _bridged_on(patient: Patient) -> float | None:
    """Days from the second infusion to transplant or decitabine in remission."""
    day = patient.consolidation[1] if patient.consolidation else patient.transplant
    return None if day is None else float(day - patient.infusions[SECOND - 1].day)


def _fixed(members: Sequence[Patient]):  # type: ignore[no-untyped-def]
    return [
        factor("high risk", [patient.high_risk for patient in members]),
        factor("decitabine", ["decitabine" in patient.infusions[SECOND - 1].regimen for patient in members]),
    ]


def _terms(fit: Model | NotEstimable) -> dict[str, Term]:
    if isinstance(fit, NotEstimable):
        raise ValueError(f"no model of this cohort: {fit.reason}")
    return {term.variable: term for term in fit.terms}


def _remitted(patient: Patient) -> bool:
    return in_remission_after(patient, SECOND)


def _had_severe_crs(patient: Patient) -> bool:
    return grade(patient, "CRS", SECOND) >= SEVERE
