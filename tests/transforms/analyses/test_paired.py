"""Two infusions of the same subjects: who differs decides."""

from __future__ import annotations

import polars as pl
import pytest

from tests.studies.built import built
from transforms.statistics import Estimate, TestResult, hodges_lehmann_paired, mcnemar, wilcoxon_signed_rank

ADULTS = "yang2025_seq1922_adult"


def paired(statistic: str, **keys: str | int) -> dict[str, object]:
    (row,) = built(ADULTS)["results.analysis"].filter(section="paired", statistic=statistic, **keys).to_dicts()
    return row


@pytest.mark.parametrize(("term", "grade"), [("CRS", 1), ("neutropenia", 3)])
def test_events_are_compared_within_subjects(term: str, grade: int) -> None:
    """Counted once more, subject by subject."""
    events = built(ADULTS)["adam.adae"].filter(pl.col("atoxgr") >= grade, aeterm=term)
    had = {number: set(events.filter(infusion_number=number)["subject_id"]) for number in (1, 2)}
    test = mcnemar(len(had[1] - had[2]), len(had[2] - had[1]))
    assert isinstance(test, TestResult)
    assert paired("comparison", term=term, grade=grade)["p_value"] == test.p_value
    assert paired("first_only", term=term, grade=grade)["estimate"] == len(had[1] - had[2])
    assert paired("second_only", term=term, grade=grade)["estimate"] == len(had[2] - had[1])
    difference = paired("difference", term=term, grade=grade)["estimate"]
    assert difference == pytest.approx((len(had[2]) - len(had[1])) / built(ADULTS)["adam.adsl"].height)


def test_doses_are_compared_within_subjects() -> None:
    doses = built(ADULTS)["adam.adsl"].select("dose01", "dose02").drop_nulls()
    test = wilcoxon_signed_rank(doses["dose01"].to_numpy(), doses["dose02"].to_numpy())
    assert isinstance(test, TestResult)
    assert paired("comparison", measure="dose")["p_value"] == test.p_value
    shift = hodges_lehmann_paired(doses["dose02"].to_numpy(), doses["dose01"].to_numpy())
    assert isinstance(shift, Estimate)
    difference = paired("difference", measure="dose")
    assert (difference["estimate"], difference["ci_low"], difference["ci_high"]) == (shift.value, shift.low, shift.high)
    assert difference["unit"] == "1e5 cells/kg"
