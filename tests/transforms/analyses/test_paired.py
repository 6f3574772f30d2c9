"""Two infusions of the same subjects: who differs decides."""

from __future__ import annotations

import polars as pl
import pytest

from tests.studies.built import built
from transforms.statistics import Estimate, TestResult, hodges_lehmann_paired, mcnemar, wilcoxon_signed_rank

ADULTS = "yang2025_seq1922_adult"


def paired(name: str, level: str, statistic: str = "comparison") -> dict[str, object]:
    rows = built(ADULTS)["results.analysis"].filter(
        section="paired", group_name=name, group_level=level, statistic=statistic
    )
    return rows.row(0, named=True)


@pytest.mark.parametrize(("term", "level", "grade"), [("CRS", "any grade", 1), ("neutropenia", "grade >= 3", 3)])
def test_events_are_compared_within_subjects(term: str, level: str, grade: int) -> None:
    """Counted once more, subject by subject."""
    events = built(ADULTS)["adam.adae"].filter(pl.col("atoxgr") >= grade, aeterm=term)
    had = {number: set(events.filter(infusion_number=number)["subject_id"]) for number in (1, 2)}
    test = mcnemar(len(had[1] - had[2]), len(had[2] - had[1]))
    assert isinstance(test, TestResult)
    assert paired(term, level)["p_value"] == test.p_value
    difference = paired(term, level, "difference")["estimate"]
    assert difference == pytest.approx((len(had[2]) - len(had[1])) / built(ADULTS)["adam.adsl"].height)


def test_doses_are_compared_within_subjects() -> None:
    doses = built(ADULTS)["adam.adsl"].select("dose01", "dose02").drop_nulls()
    test = wilcoxon_signed_rank(doses["dose01"].to_numpy(), doses["dose02"].to_numpy())
    assert isinstance(test, TestResult)
    assert paired("Dose", "")["p_value"] == test.p_value
    shift = hodges_lehmann_paired(doses["dose02"].to_numpy(), doses["dose01"].to_numpy())
    assert isinstance(shift, Estimate)
    difference = paired("Dose", "", "difference")
    assert (difference["estimate"], difference["ci_low"], difference["ci_high"]) == (shift.value, shift.low, shift.high)
    assert difference["unit"] == "1e5 cells/kg"
