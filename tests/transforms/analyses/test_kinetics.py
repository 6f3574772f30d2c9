"""Cellular kinetics: which samples belong to which infusion, and what is read off each profile."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.analyses.test_results import compute
from transforms.words import Names, worded, words_in

INFUSIONS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 60 CD22
b 1 0 CD19
"""
SAMPLES = """
cell_kinetics subject_id infusion_number sample_date matrix assay car_t_pct copies_per_ug below_quantification
a 1 7 blood flow 20 . .
a 1 14 blood flow 60 . .
a 1 28 blood flow 3 . .
a 1 70 blood flow 9 . .
a . 67 blood flow 40 . .
a 1 14 blood qPCR . 52000 .
b 1 10 blood flow . . yes
b 1 20 blood flow 4 . .
"""


@pytest.fixture(scope="module")
def adck() -> pl.DataFrame:
    return compute(INFUSIONS + SAMPLES).adck


def value(adck: pl.DataFrame, subject: str, infusion: int, paramcd: str, quantity: str = "car_t_pct") -> object:
    row = adck.filter(subject_id=subject, infusion_number=infusion, paramcd=paramcd, quantity=quantity)
    return row["aval"].item()


def test_samples_after_the_second_infusion_do_not_count_for_the_first(adck: pl.DataFrame) -> None:
    """Day 70 named as of infusion 1 comes after infusion 2 on day 60: it is not the last of infusion 1."""
    assert value(adck, "a", 1, "tlast") == 28


def test_a_sample_without_infusion_belongs_to_the_last_one_before_it(adck: pl.DataFrame) -> None:
    assert (value(adck, "a", 2, "cmax"), value(adck, "a", 2, "tmax")) == (40, 7)


def test_flow_and_pcr_are_profiles_of_their_own(adck: pl.DataFrame) -> None:
    assert value(adck, "a", 1, "cmax") == 60
    assert value(adck, "a", 1, "cmax", "copies_per_ug") == 52000


def test_exposure_that_the_samples_do_not_cover_has_a_reason(adck: pl.DataFrame) -> None:
    row = adck.filter(subject_id="b", paramcd="auc").row(0, named=True)
    assert (row["aval"], row["status"]) == (None, "not estimable")
    assert row["note"] == "the last sample, on day 20, is quantified, and day 28 was not reached"


def test_persistence_is_censored_where_the_last_sample_has_cells(adck: pl.DataFrame) -> None:
    row = adck.filter(subject_id="b", paramcd="persist").row(0, named=True)
    assert (row["aval"], row["cnsr"]) == (20, 1)


def test_a_transplant_ends_the_profile() -> None:
    transplant = "\ntransplant subject_id transplant_date transplant_type\na 20 allogeneic\n"
    adck = compute(INFUSIONS + SAMPLES + transplant).adck
    assert value(adck, "a", 1, "tlast") == 14


def test_summaries_name_assay_and_matrix() -> None:
    computed = compute(INFUSIONS + SAMPLES)
    found = computed.analysis.filter(section="kinetics", statistic="median", measure="cmax")
    assert found.select("infusion", "quantity", "assay", "matrix", "estimate", "n").rows() == [
        (1, "car_t_pct", "flow", "blood", 32.0, 2),
        (1, "copies_per_ug", "qPCR", "blood", 52000.0, 1),
        (2, "car_t_pct", "flow", "blood", 40.0, 1),
    ]
    said = worded(found, computed.reason, Names(), words_in("en"))
    assert said["group_name"].to_list() == [
        "CAR-T cells, share of T cells by flow cytometry, blood",
        "transgene copies by qPCR, blood",
        "CAR-T cells, share of T cells by flow cytometry, blood",
    ]
    assert said["label"][1] == "Peak, transgene copies by qPCR, blood"
