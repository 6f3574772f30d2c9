"""What the salvage patients give of each figure of Pan et al. 2019."""

from __future__ import annotations

from collections.abc import Sequence

from tests.synthetic.constraints.check import Given
from tests.synthetic.constraints.measures import (
    described,
    grade,
    in_remission_after,
    leukemia_free,
    leukemia_free_from_transplant,
    part,
    rate_at,
    size,
)
from tests.synthetic.patient import DAYS_PER_MONTH, Patient
from tests.synthetic.printed import Printed, load_protocol

STUDY = "pan2019_cd22_salvage"
CANT_HOLD = NOT_HERE = ()
SEVERE = 3


def given(printed: Printed, everybody: Sequence[Patient]) -> dict[str, Given]:
    """Every figure by its id."""
    evaluable = [patient for patient in everybody if patient.responses]
    remitted = [patient for patient in everybody if in_remission_after(patient, 1)]
    grades = [grade(patient, term) for patient in everybody for term in ("CRS", "ICANS")]
    mild, all_graded = sum(0 < found < SEVERE for found in grades), sum(found > 0 for found in grades)
    return {
        "n_enrolled": size(len(everybody)),
        "n_evaluable_d30": Given(count=(len(evaluable), len(everybody))),
        "crcri_evaluable_pct": Given(count=(len(remitted), len(evaluable))),
        "crcri_itt_pct": Given(count=(len(remitted), len(everybody))),
        "crs_nt_mild_majority": Given(mild > all_graded / 2),
        "cd22_loss_at_relapse": Given(all(patient.cd22 != "negative" for patient in everybody if patient.relapse)),
        **_untreated(remitted),
        **_bridged(printed, remitted),
    }


def _untreated(remitted: Sequence[Patient]) -> dict[str, Given]:
    untreated = [patient for patient in remitted if patient.transplant is None and patient.consolidation is None]
    lfs = leukemia_free(untreated)
    lasting = sorted(lfs.days[~lfs.event] / DAYS_PER_MONTH)
    return {
        "cr_no_further_n": Given(count=(len(untreated), len(remitted))),
        "cr_no_further_in_remission_n": Given(count=(len(lasting), len(untreated))),
        **{f"cr_no_further_remission_dur_{place}": Given(float(found)) for place, found in enumerate(lasting, start=1)},
    }


def _bridged(printed: Printed, remitted: Sequence[Patient]) -> dict[str, Given]:
    bridged = [patient for patient in remitted if patient.transplant is not None]
    lfs = leukemia_free_from_transplant(bridged)
    lasting = described([float(found) for found in lfs.days[~lfs.event] / DAYS_PER_MONTH])
    interval = load_protocol(STUDY).intervals.survival
    return {
        "bridged_n": Given(count=(len(bridged), len(remitted))),
        "bridged_in_remission_n": part(bridged, lambda patient: patient.relapse is None and patient.death is None),
        "bridged_remission_dur_min": lasting["min"],
        "bridged_remission_dur_max": lasting["max"],
        "lfs_12m_bridged": rate_at(lfs, printed.landmark("lfs_12m_bridged"), interval),
    }
