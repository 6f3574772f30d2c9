"""Cumulative incidence, its variance and intervals, and Gray's test equal R's cmprsk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("competing_risks")["made"]
CASES = [(name, int(cause)) for name, case in REFERENCE.items() for cause in case["causes"]]


def column(curve: st.IncidenceCurve | st.NotEstimable, name: str) -> Any:
    assert isinstance(curve, st.IncidenceCurve)
    return getattr(curve, name)[1:]  # our first row is time 0


@pytest.mark.parametrize(("name", "cause"), CASES)
def test_incidence(name: str, cause: int) -> None:
    data, theirs = REFERENCE[name]["data"], REFERENCE[name]["causes"][str(cause)]
    curve = st.cumulative_incidence(data["time"], data["event"], cause=cause)
    plain = st.cumulative_incidence(data["time"], data["event"], cause=cause, interval="plain")
    assert_close(column(curve, "time"), REFERENCE[name]["time"], CLOSED_FORM)
    assert_close(column(curve, "incidence"), theirs["incidence"], CLOSED_FORM)
    assert_close(column(curve, "standard_error") ** 2, theirs["variance"], CLOSED_FORM)
    assert_close(column(plain, "low"), theirs["plain_low"], CLOSED_FORM)
    assert_close(column(plain, "high"), theirs["plain_high"], CLOSED_FORM)
    assert_close(column(curve, "low"), theirs["low"], CLOSED_FORM)
    assert_close(column(curve, "high"), theirs["high"], CLOSED_FORM)


@pytest.mark.parametrize(("name", "cause"), CASES)
def test_gray(name: str, cause: int) -> None:
    data, theirs = REFERENCE[name]["data"], REFERENCE[name]["causes"][str(cause)]["gray"]
    ours = st.gray_test(data["time"], data["event"], data["group"], cause=cause)
    if isinstance(ours, st.NotEstimable):
        assert theirs["statistic"] == -1  # what cmprsk prints where the score has no variance
        return
    assert ours.degrees_of_freedom == theirs["df"]
    assert_close([ours.statistic, ours.p_value], [theirs["statistic"], theirs["p"]], CLOSED_FORM)


def test_tied_times_give_the_same_bits_every_time() -> None:
    data = REFERENCE["ties"]["data"]
    first, second = (st.cumulative_incidence(data["time"], data["event"]) for _ in range(2))
    assert np.array_equal(column(first, "incidence"), column(second, "incidence"))


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("strata", [None, "age"])
def test_gray_within_strata_of_a_real_data_set(cause: int, strata: str | None) -> None:
    reference = load_reference("pseudo_regression")
    data, theirs = reference["pbc"], reference["gray_strata" if strata else "gray"]
    ours = st.gray_test(
        data["time"], data["status"], data["edema"], cause=cause, strata=reference["band"] if strata else None
    )
    assert isinstance(ours, st.TestResult)
    assert (ours.method, ours.degrees_of_freedom) == ("stratified-gray" if strata else "gray", theirs["df"][cause - 1])
    assert_close([ours.statistic], [theirs["statistic"][cause - 1]], CLOSED_FORM)


def test_a_stratum_of_one_group_says_nothing_of_groups() -> None:
    time, event, group = [3, 4, 5, 6, 7, 8, 9, 9], [1, 2, 1, 1, 0, 1, 2, 1], list("abababab")
    alone = st.gray_test([*time, 4, 5], [*event, 1, 1], [*group, "a", "a"], strata=["x"] * 8 + ["y"] * 2)
    plain = st.gray_test(time, event, group)
    assert isinstance(alone, st.TestResult) and isinstance(plain, st.TestResult)
    assert alone.statistic == pytest.approx(plain.statistic, rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_grays_test_equals_a_loop_over_the_event_times(seed: int) -> None:
    """A second route: comprisk goes from time to time, here all times are taken at once; ties, small groups, late groups."""
    from comprisk import gray_test as go_through

    draw = np.random.default_rng(seed)
    n, groups = int(draw.integers(20, 120)), int(draw.integers(2, 5))
    time = draw.integers(0, int(draw.integers(5, 60)), n).astype(float)
    cause, group = draw.integers(0, 4, n), draw.integers(0, groups, n)
    ours, theirs = st.gray_test(time, cause, group), go_through(time, cause, group, cause=1)
    assert isinstance(ours, st.TestResult)
    assert ours.statistic == pytest.approx(theirs.stat, rel=1e-9)
