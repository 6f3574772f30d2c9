"""Figures the five papers print with counts and an interval or a p value, and the methods that give each.

A figure may be met by one method, by several, or by none; the test states which. Where only the rounded estimate and interval
are printed, every estimate and standard error that round to them are tried.
"""

from __future__ import annotations

import csv
import json
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from tests.transforms.statistics.reference import locate_shared
from transforms import statistics as st
from transforms.statistics.survival_intervals import compute_bounds

PROPORTIONS: tuple[st.ProportionMethod, ...] = (
    "clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student",
)  # fmt: skip
INTERVALS: tuple[st.Interval, ...] = ("plain", "log", "log-log", "logit", "arcsine")
ROUNDINGS: tuple[st.Rounding, ...] = ("half-up", "half-even", "truncate")


@pytest.mark.parametrize(
    ("method", "p"),
    [("n-1", 0.0449), ("pearson", 0.0418), ("yates", 0.0946), ("fisher", 0.0697), ("mid-p", 0.0505)],
)
def test_remission_after_tandem_infusion(method: st.AssociationMethod, p: float) -> None:
    """P = .045 of 12/14 (tandem) against 11/21 (single and sequential): of these tests N-1 chi-square alone prints it."""
    test = st.compare_two_proportions(12, 14, 11, 21, method=method)
    assert isinstance(test, st.TestResult) and round(test.p_value, 4) == p
    assert (st.round_number(test.p_value, 3) == st.round_number(0.045, 3)) == (method == "n-1")


@pytest.mark.parametrize(
    ("count", "total", "printed", "by"),
    [
        (24, 30, "80", {"half-up", "half-even", "truncate"}),
        (24, 34, "70.5", {"truncate"}),
        (10, 18, "55.6", {"half-up", "half-even"}),
        (12, 14, "85.7", {"half-up", "half-even", "truncate"}),
        (34, 43, "79", {"half-up", "half-even", "truncate"}),
        (38, 43, "88", {"half-up", "half-even", "truncate"}),
        (9, 43, "21", {"half-up", "half-even"}),
        (10, 23, "43.5", {"half-up", "half-even"}),
        (18, 23, "78.3", {"half-up", "half-even"}),
        (21, 23, "91.3", {"half-up", "half-even", "truncate"}),
    ],
)
def test_rounding_of_a_printed_percentage(count: int, total: int, printed: str, by: set[str]) -> None:
    """70.5 % is 24 of 34 cut off, not rounded; all others are rounded."""
    digits = len(printed.partition(".")[2])
    found = {how for how in ROUNDINGS if str(st.round_number(100 * count / total, digits, how)) == printed}
    assert found == by


@pytest.mark.parametrize(("count", "printed"), [(34, (66, 92)), (38, (78, 98)), (9, (8, 34))])
def test_interval_of_a_share_of_43_subjects(count: int, printed: tuple[int, int]) -> None:
    """79 % [66, 92], 88 % [78, 98], 21 % [8, 34]: a t interval rounded, or Wald's rounded outward; no exact or score interval."""
    found = set()
    for method in PROPORTIONS:
        share = st.proportion(count, 43, method=method)
        assert isinstance(share, st.Estimate) and share.low is not None and share.high is not None
        low, high = 100 * share.low, 100 * share.high
        if (st.round_number(low, 0), st.round_number(high, 0)) == printed:
            found.add((method, "rounded"))
        if st.round_outward(low, high, 0) == printed:
            found.add((method, "outward"))
    assert {("student", "rounded"), ("wald", "outward")} <= found
    assert not {method for method, _ in found} & {"clopper-pearson", "wilson", "jeffreys", "agresti-coull"}


def find_intervals(estimate: int, low: int, high: int) -> set[str]:
    """Interval types under which some estimate and error round to the printed whole per cents."""
    shares, errors = (
        grid.ravel() for grid in np.meshgrid(np.linspace(-0.499, 0.499, 41), np.linspace(0.01, 0.3, 2901))
    )
    shares = (estimate + shares) / 100
    found = set()
    for interval in INTERVALS:
        bounds = [np.array(side, dtype=np.float64) * 100 for side in compute_bounds(shares, errors, interval, 0.95)]
        if ((np.abs(bounds[0] - low) < 0.5) & (np.abs(bounds[1] - high) < 0.5)).any():
            found.add(interval)
    return found


@pytest.mark.parametrize(
    ("printed", "by"),
    [
        ((43, 25, 62), {"plain", "logit", "arcsine"}),
        ((59, 37, 81), {"plain"}),
        ((41, 25, 62), set()),
    ],
)
def test_interval_of_a_survival_rate(printed: tuple[int, int, int], by: set[str]) -> None:
    """43 % (25, 62) fits three interval types, 59 % (37, 81) the plain one alone, and 41 % (25, 62) none: that interval is the
    one printed for 43 %, and the complement of 59 % (37, 81) would be (19, 63).
    """
    assert find_intervals(*printed) == by


def test_leukemia_free_survival_with_a_symmetric_interval() -> None:
    """71.6 [44.2, 99.0]: three events at 11, 10 and 8 at risk; of all interval types Greenwood's plain one alone."""
    found = set()
    for interval in INTERVALS:
        curve = st.kaplan_meier([1, 2, 3, 4, 12, 12, 12, 12, 12, 12, 12], [1, 1, 0, 1] + [0] * 7, interval=interval)
        assert isinstance(curve, st.SurvivalCurve)
        ours = st.survival_at(curve, 12)
        assert isinstance(ours, st.Estimate) and ours.low is not None and ours.high is not None
        if [round(100 * value, 1) for value in (ours.value, ours.low, ours.high)] == [71.6, 44.2, 99.0]:
            found.add(interval)
    assert found == {"plain"}


def read_cohort(name: str) -> dict[str, Any]:
    with locate_shared("reference", "cohorts", f"{name}.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {
        column: np.array([float(row[column]) for row in rows]) for column in rows[0] if column not in ("usubjid", "id")
    }


def percent_at(time: Any, event: Any, months: float) -> float:
    curve = st.kaplan_meier(time, event)
    assert isinstance(curve, st.SurvivalCurve)
    rate = st.survival_at(curve, months)
    assert isinstance(rate, st.Estimate)
    return float(st.round_number(100 * rate.value, 1))


@pytest.mark.parametrize("name", ["yang2025", "pan2020", "pan2019_bridged", "ash2023_cr"])
def test_cohorts_that_meet_the_printed_rates(name: str) -> None:
    cohort = read_cohort(name)
    expected = json.loads(locate_shared("reference", "cohorts", "expected.json").read_text())[name]
    lfs, relapse = cohort["lfs_months"], cohort["lfs_event"]
    for key, value in expected.items():
        months = float(key[3:] or 0) if key[3:].isdigit() else 0.0
        if key.startswith("lfs") and months:
            assert percent_at(lfs, relapse > 0, months) == value
        elif key.startswith("os") and key[2:].isdigit():
            assert percent_at(cohort["os_months"], cohort["os_event"], float(key[2:])) == value
        elif key.startswith("cir"):
            curve = st.cumulative_incidence(lfs, relapse)
            assert isinstance(curve, st.IncidenceCurve)
            rate = st.incidence_at(curve, months)
            assert isinstance(rate, st.Estimate) and float(st.round_number(100 * rate.value, 1)) == value
    assert int((relapse == 1).sum()) == expected.get("relapses", int((relapse == 1).sum()))


def test_reverse_kaplan_meier_follow_up_of_the_adult_study() -> None:
    """Median follow-up 19.4 months, and a median leukemia-free survival of 20.8."""
    cohort = read_cohort("yang2025")
    follow_up = st.follow_up_reverse_kaplan_meier(cohort["os_months"], cohort["os_event"])
    curve = st.kaplan_meier(cohort["lfs_months"], cohort["lfs_event"] > 0)
    assert isinstance(follow_up, st.Estimate) and isinstance(curve, st.SurvivalCurve)
    median = st.median_survival(curve)
    assert isinstance(median, st.Estimate)
    assert (round(follow_up.value, 1), round(median.value, 1)) == (19.4, 20.8)


def test_hazard_ratio_of_three_exposed_subjects() -> None:
    """HR 21.37 (1.874-243.661): the one pattern of 20 subjects that gives it. P = .000 is the log-rank's; Wald's is .0137."""
    cohort = read_cohort("seed_ig20")
    time, event, exposed = (cohort[name] for name in ("lfs", "e", "ig"))
    model = st.fit_cox(time, event, st.build_design([st.Numeric("recovery", exposed)]))
    test = st.logrank(time, event, exposed.astype(int))
    assert isinstance(model, st.Model) and isinstance(test, st.LogrankResult)
    ratio = model.terms[0].ratio
    assert ratio.low is not None and ratio.high is not None
    assert (round(ratio.value, 2), round(ratio.low, 3), round(ratio.high, 3)) == (21.37, 1.874, 243.661)
    assert round(model.terms[0].p_value, 4) == 0.0137
    assert test.p_value < 0.0005


def test_odds_ratio_whose_interval_is_walds() -> None:
    """0.128 (0.017-0.974) is symmetric on the log scale: a Wald interval, whose p is .0465. The model is logistic: an odds ratio."""
    low, high = np.log(0.017), np.log(0.974)
    error = (high - low) / (2 * norm.ppf(0.975))
    assert float(np.exp((low + high) / 2)) == pytest.approx(0.128, abs=0.001)
    assert round(2 * float(norm.sf(abs(np.log(0.128) / error))), 4) == 0.0465


def test_risk_sets_behind_a_rate_of_79_5_percent() -> None:
    """Leukemia-free survival 79.5 % after three relapses of 20: four sets of numbers at risk give it, and no others."""
    found = {
        (a, b, c)
        for a, b, c in product(range(20, 0, -1), repeat=3)
        if a > b > c and st.round_number(100 * (1 - 1 / a) * (1 - 1 / b) * (1 - 1 / c), 1) == st.round_number(79.5, 1)
    }
    assert found == {(16, 15, 11), (19, 18, 9), (19, 13, 11), (20, 17, 9)}


def test_one_death_behind_a_rate_of_92_3_percent() -> None:
    """Overall survival 92.3 % is one death with 13 at risk."""
    assert [n for n in range(1, 21) if st.round_number(100 * (1 - 1 / n), 1) == st.round_number(92.3, 1)] == [13]
