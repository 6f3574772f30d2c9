"""CAR-T cells of the sample studies rise, peak and fall as those of patients: each subject's own way, and out of sight in the end."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN

STUDIES = (ADULTS, CHILDREN)


@pytest.mark.parametrize("study", STUDIES)
def test_peaks_are_found_on_days_7_to_14_not_all_on_one(study: str) -> None:
    for days in _by_infusion(study, "tmax"):
        assert days.is_between(7, 14).all()
        assert days.n_unique() >= 3


@pytest.mark.parametrize("study", STUDIES)
def test_peaks_and_half_lives_vary_by_factors_and_those_of_two_products_do_not_go_together(study: str) -> None:
    peaks = _by_infusion(study, "cmax")
    for values in (*peaks, *_by_infusion(study, "thalf")):
        assert values.max() > 3 * values.min()  # type: ignore[operator]
        assert values.n_unique() > 0.7 * values.len()
    assert abs(np.corrcoef(*peaks)[0, 1]) < 0.4


@pytest.mark.parametrize("study", STUDIES)
def test_cells_fall_below_the_limit_of_quantification_that_the_protocol_states(study: str) -> None:
    samples = _in_blood(study)
    limit = load_study(Settings(studies=REPOSITORY / "studies"), study).protocol.kinetics.limits["car_t_pct"]
    assert samples.filter(quantfl="Y")["aval"].min() == limit
    below = samples.filter(quantfl="N")
    assert below["aval"].null_count() == below.height > 20
    for censored in _by_infusion(study, "persist", "cnsr"):
        assert (censored == 0).any()


def test_persistence_of_either_product_is_reached() -> None:
    for study in STUDIES:
        rows = built(study)["results.analysis"].filter(
            pl.col("analysis_id").is_in(["kinetics.i1", "kinetics.i2"]),
            measure="persist",
            matrix="blood",
        )
        assert rows.height == 2
        assert rows["estimate"].null_count() == 0


def test_cd19_cells_of_every_child_are_below_quantification_before_cd22_cells_are_given() -> None:
    """Of the letter: CD22 CAR-T cells were infused when CD19 CAR-T cells were undetectable by flow cytometry in blood."""
    last = _in_blood(CHILDREN).filter(infusion_number=1).sort("ckdy").group_by("subject_id").last()
    second = built(CHILDREN)["core.infusion"].filter(infusion_number=2).select("subject_id", "infusion_date")
    pairs = last.join(second, on="subject_id", validate="1:1")
    assert pairs.height == 20
    assert (pairs["quantfl"] == "N").all()
    assert ((pairs["infusion_date"] - pairs["cksdt"]).dt.total_days() == 1).all()


def _in_blood(study: str) -> pl.DataFrame:
    return built(study)["adam.adcks"].filter(matrix="blood", quantity="car_t_pct")


def _by_infusion(study: str, parameter: str, column: str = "aval") -> list[pl.Series]:
    """What is known of a parameter after either infusion."""
    known = built(study)["adam.adck"].filter(paramcd=parameter, matrix="blood", status="estimated").sort("subject_id")
    return [known.filter(infusion_number=number)[column] for number in (1, 2)]
