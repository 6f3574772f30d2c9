"""Figures printed in trial reports, and the method that gives each."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from tests.transforms.statistics.reference import locate_shared
from transforms import statistics as st


@pytest.mark.parametrize(
    ("method", "p"),
    [("n-1", 0.0449), ("pearson", 0.0418), ("yates", 0.0946), ("fisher", 0.0697), ("mid-p", 0.0505)],
)
def test_remission_after_tandem_infusion(method: st.AssociationMethod, p: float) -> None:
    """P = .045 of 12/14 (tandem) against 11/21 (single and sequential): of these tests N-1 chi-square alone prints it."""
    test = st.compare_two_proportions(12, 14, 11, 21, method=method)
    assert isinstance(test, st.TestResult) and round(test.p_value, 4) == p


def test_leukemia_free_survival_with_a_symmetric_interval() -> None:
    """71.6 [44.2, 99.0]: three events at 11, 10 and 8 at risk, plain Greenwood interval."""
    curve = st.kaplan_meier([1, 2, 3, 4, 12, 12, 12, 12, 12, 12, 12], [1, 1, 0, 1] + [0] * 7, interval="plain")
    assert isinstance(curve, st.SurvivalCurve)
    ours = st.survival_at(curve, 12)
    assert isinstance(ours, st.Estimate) and ours.low is not None and ours.high is not None
    assert [round(100 * value, 1) for value in (ours.value, ours.low, ours.high)] == [71.6, 44.2, 99.0]


def test_hazard_ratio_of_three_exposed_subjects() -> None:
    """HR 21.37 (1.874-243.661): the one pattern of 20 subjects that gives it."""
    with locate_shared("reference", "cohorts", "seed_ig20.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    time, event, exposed = (np.array([float(row[name]) for row in rows]) for name in ("lfs", "e", "ig"))
    model = st.fit_cox(time, event, st.build_design([st.Numeric("recovery", exposed)]))
    assert isinstance(model, st.Model)
    ratio = model.terms[0].ratio
    assert ratio.low is not None and ratio.high is not None
    assert (round(ratio.value, 2), round(ratio.low, 3), round(ratio.high, 3)) == (21.37, 1.874, 243.661)
