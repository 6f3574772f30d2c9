"""Weighted log-rank, further intervals, restricted means and time-dependent groups equal R's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("survival_extended")
SETS = REFERENCE["sets"]


def curve_of(data: dict[str, Any], interval: st.Interval = "log-log") -> st.SurvivalCurve:
    curve = st.kaplan_meier(data["time"], data["event"], interval=interval)
    assert isinstance(curve, st.SurvivalCurve)
    return curve


@pytest.mark.parametrize("name", SETS)
def test_weighted_logrank(name: str) -> None:
    data = SETS[name]["data"]
    for theirs in [*SETS[name]["weighted"], *SETS[name]["fleming"]]:
        ours = st.logrank(data["time"], data["event"], data["group"], rho=theirs["rho"], gamma=theirs.get("gamma", 0))
        assert isinstance(ours, st.LogrankResult)
        assert_close([ours.statistic], [theirs["statistic"]], CLOSED_FORM)
        assert ours.degrees_of_freedom == theirs["df"]
        if "observed" in theirs:
            assert_close([group.observed for group in ours.groups], theirs["observed"], CLOSED_FORM)
            assert_close([group.expected for group in ours.groups], theirs["expected"], CLOSED_FORM)


@pytest.mark.parametrize("interval", ["logit", "arcsine"])
@pytest.mark.parametrize("name", SETS)
def test_logit_and_arcsine_intervals(name: str, interval: st.Interval) -> None:
    curve, theirs = curve_of(SETS[name]["data"], interval), SETS[name]["intervals"][interval]
    rows = np.searchsorted(curve.time, theirs["time"])
    assert_close([curve.low[row] for row in rows], theirs["low"], CLOSED_FORM)
    assert_close([curve.high[row] for row in rows], theirs["high"], CLOSED_FORM)


@pytest.mark.parametrize("name", SETS)
def test_restricted_mean(name: str) -> None:
    curve = curve_of(SETS[name]["data"])
    for theirs in SETS[name]["means"]:
        ours = st.restricted_mean(curve, theirs["horizon"])
        assert isinstance(ours, st.Estimate)
        assert_close([ours.value, ours.standard_error], [theirs["mean"], theirs["se"]], CLOSED_FORM)


@pytest.mark.parametrize("name", [name for name in SETS if SETS[name]["difference"]])
def test_difference_of_restricted_means(name: str) -> None:
    data, theirs = SETS[name]["data"], SETS[name]["difference"]
    parts = [
        {key: [v for v, g in zip(data[key], data["group"], strict=True) if g == group] for key in ("time", "event")}
        for group in sorted(set(data["group"]))
    ]
    result = st.compare_restricted_means(curve_of(parts[0]), curve_of(parts[1]), theirs["horizon"])
    assert not isinstance(result, st.NotEstimable)
    assert_close([result[0].value, result[0].standard_error], [theirs["difference"], theirs["se"]], CLOSED_FORM)


def moved() -> st.StartStop:
    data = REFERENCE["moved"]
    return st.split_at_exposures(data["time"], data["event"], {"transplant": data["begins"]})


@pytest.mark.parametrize(("position", "name"), [(0, "before"), (1, "after")])
def test_curves_before_and_after_an_exposure(position: int, name: str) -> None:
    curve, theirs = st.simon_makuch(moved(), "transplant")[position], REFERENCE[name]
    assert isinstance(curve, st.SurvivalCurve)
    rows = np.flatnonzero(curve.events)
    assert_close(curve.time[rows], theirs["time"], CLOSED_FORM)
    assert curve.at_risk[rows].tolist() == theirs["at_risk"]
    assert_close(curve.survival[rows], theirs["survival"], CLOSED_FORM)
    assert_close([curve.low[row] for row in rows], theirs["low"], CLOSED_FORM)


def test_mantel_byar() -> None:
    ours, theirs = st.mantel_byar(moved(), "transplant"), REFERENCE["mantel_byar"]
    assert isinstance(ours, st.LogrankResult)
    assert_close([ours.statistic, ours.p_value], [theirs["statistic"], theirs["p"]], CLOSED_FORM)


def test_logrank_with_late_entry() -> None:
    data, theirs = REFERENCE["late"], REFERENCE["entry_test"]
    ours = st.logrank(data["time"], data["event"], data["group"], entry=data["entry"])
    assert isinstance(ours, st.LogrankResult) and ours.degrees_of_freedom == theirs["df"]
    assert_close([ours.statistic, ours.p_value], [theirs["statistic"], theirs["p"]], CLOSED_FORM)


def test_groups_at_a_landmark() -> None:
    data, theirs = REFERENCE["moved"], REFERENCE["landmark"]
    left = st.start_at_landmark(data["time"], data["event"], data["begins"], landmark=theirs["at"])
    assert (left.time.size, int(left.exposed.sum())) == (theirs["n"], theirs["exposed"])
    assert left.n_event_before + left.n_censored_before + left.time.size == len(data["time"])
    ours = st.logrank(left.time, left.event, left.exposed)
    assert isinstance(ours, st.LogrankResult)
    assert_close([ours.statistic], [theirs["statistic"]], CLOSED_FORM)
