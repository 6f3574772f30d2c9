"""Which method printed a figure: those of the five papers, and figures printed here by each method."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from transforms.printed.fingerprint import (
    PrintedInterval,
    fingerprint_groups,
    fingerprint_proportion,
    fingerprint_ratio,
    fingerprint_survival,
)
from transforms.statistics import Estimate, compare_two_proportions, proportion
from transforms.statistics import TestResult as FoundTest
from transforms.statistics.proportions import ProportionMethod
from transforms.statistics.survival_intervals import Interval, compute_bounds
from transforms.statistics.two_groups import AssociationMethod


def test_the_salvage_interval_is_plain_and_has_the_risk_sets_of_its_eleven_patients() -> None:
    (found,) = fingerprint_survival(PrintedInterval("71.6", "44.2", "99.0"), 11)
    assert found.method == "kaplan-meier/plain"
    assert (found.basis, found.arguments) == ("risk_sets", (("at_risk", "11, 10, 8"),))


@pytest.mark.parametrize(
    ("value", "low", "high", "count"), [("79", "66", "92", 34), ("88", "78", "98", 38), ("21", "8", "34", 9)]
)
def test_the_donor_paper_rounds_wald_intervals_outward(value: str, low: str, high: str, count: int) -> None:
    found = fingerprint_proportion(PrintedInterval(value, low, high), count, 43)
    assert ("wald", "outward") in {(way.method, way.rounding) for way in found}
    assert not {way.method for way in found} & {"clopper-pearson", "wilson"}


def test_the_tandem_p_value_is_that_of_the_n_minus_1_test_alone() -> None:
    assert [way.method for way in fingerprint_groups((12, 14), (11, 21), "0.045")] == ["n-1-chi-square"]


def test_an_interval_and_a_p_value_of_different_tests_are_told() -> None:
    found = fingerprint_ratio(PrintedInterval("21.37", "1.874", "243.661"), ".000")
    assert [way.method for way in found] == ["wald-interval", "another-test"]
    assert f"{dict(found[1].arguments)['implied']:.4f}" == "0.0137"


def test_a_share_that_was_cut_off_is_told() -> None:
    (found,) = fingerprint_proportion(PrintedInterval("70.5"), 24, 34)
    assert found.rounding == "truncate"


def test_a_percentage_without_its_count_is_traced_to_it() -> None:
    assert {way.arguments for way in fingerprint_proportion(PrintedInterval("43.5"), None, 23)} == {
        (("n", 10), ("of", 23))
    }


@pytest.mark.parametrize("method", get_args(ProportionMethod))
def test_what_a_method_prints_is_traced_to_it(method: ProportionMethod) -> None:
    estimate = proportion(17, 29, method=method)
    assert isinstance(estimate, Estimate) and estimate.low is not None and estimate.high is not None
    printed = PrintedInterval(*(f"{100 * part:.2f}" for part in (estimate.value, estimate.low, estimate.high)))
    assert [way.method for way in fingerprint_proportion(printed, 17, 29)] == [estimate.method]


@pytest.mark.parametrize("interval", get_args(Interval))
def test_what_a_survival_interval_prints_is_traced_to_its_risk_sets(interval: Interval) -> None:
    sets = (14, 12, 9)
    survival = float(np.prod([1 - 1 / at_risk for at_risk in sets]))
    error = survival * float(np.sqrt(sum(1 / (at_risk * (at_risk - 1)) for at_risk in sets)))
    (low,), (high,) = compute_bounds(np.array([survival]), np.array([error]), interval, 0.95)
    assert low is not None and high is not None
    printed = PrintedInterval(*(f"{100 * part:.2f}" for part in (survival, low, high)))
    found = fingerprint_survival(printed, 14)
    assert (f"kaplan-meier/{interval}", (("at_risk", "14, 12, 9"),)) in {(way.method, way.arguments) for way in found}


@pytest.mark.parametrize("method", get_args(AssociationMethod))
def test_what_a_test_prints_is_traced_to_it(method: AssociationMethod) -> None:
    test = compare_two_proportions(9, 16, 21, 24, method=method)
    assert isinstance(test, FoundTest)
    assert test.method in {way.method for way in fingerprint_groups((9, 16), (21, 24), f"{test.p_value:.5f}")}


def test_digits_no_method_prints_are_traced_to_none() -> None:
    assert fingerprint_proportion(PrintedInterval("50", "49", "51"), 10, 20) == []
