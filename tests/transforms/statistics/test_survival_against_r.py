"""Kaplan-Meier, its intervals and quantiles, follow-up and log-rank equal R's survival package."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_carried, load_reference
from transforms import statistics as st

REFERENCE = load_reference("survival")
SETS = {**REFERENCE["made"], **REFERENCE["carried"]}
INTERVALS: tuple[st.Interval, ...] = ("plain", "log", "log-log")


def load_data(case: dict[str, Any]) -> dict[str, Any]:
    if "data" in case:
        return {name: values if isinstance(values, list) else [values] for name, values in case["data"].items()}
    source = dict(case["source"])
    columns = load_carried(source.pop("csv"))
    data: dict[str, Any] = {name: columns[column] for name, column in source.items()}
    return {**data, "time": np.array(data["time"], float), "event": np.array(data["event"], float)}


def fill(data: dict[str, Any], n: int) -> dict[str, Any]:
    return {name: list(values) * n if len(values) == 1 else values for name, values in data.items()}


def check_curve(curve: st.SurvivalCurve | st.NotEstimable, theirs: dict[str, Any]) -> None:
    assert isinstance(curve, st.SurvivalCurve)
    own_rows = slice(len(curve) - len(theirs["time"]), None)  # our first row is time 0, R's the first exit
    assert len(curve) - len(theirs["time"]) in (0, 1)
    for name in ("time", "at_risk", "events", "censored", "survival", "standard_error", "low", "high"):
        assert_close(getattr(curve, name)[own_rows], theirs[name], CLOSED_FORM)
    for name, p in (("median", 0.5), ("quartile", 0.25)):
        check_quantile(st.median_survival(curve, p), theirs[name])


def check_quantile(ours: st.Estimate | st.NotEstimable, theirs: dict[str, Any]) -> None:
    if isinstance(ours, st.NotEstimable):
        assert_close([None, ours.low], [theirs["value"], theirs["low"]], CLOSED_FORM)
        return
    assert_close([ours.value, ours.low, ours.high], [theirs[k] for k in ("value", "low", "high")], CLOSED_FORM)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", SETS)
def test_curve_and_quantiles(name: str, interval: st.Interval) -> None:
    data = load_data(SETS[name])
    check_curve(st.kaplan_meier(data["time"], data["event"], interval=interval), SETS[name]["curve"][interval])


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("name", REFERENCE["entered"])
def test_late_entry(name: str, interval: st.Interval) -> None:
    data = REFERENCE["entered"][name]["data"]
    curve = st.kaplan_meier(data["time"], data["event"], entry=data["entry"], interval=interval)
    check_curve(curve, REFERENCE["entered"][name]["curve"][interval])


@pytest.mark.parametrize("name", SETS)
def test_reverse_follow_up(name: str) -> None:
    data = load_data(SETS[name])
    check_quantile(st.follow_up_reverse_kaplan_meier(data["time"], data["event"]), SETS[name]["reverse"])


def check_logrank(ours: st.LogrankResult | st.NotEstimable, theirs: dict[str, Any] | None) -> None:
    if isinstance(ours, st.NotEstimable):
        # Where we refuse R either stops or gives a test without degrees of freedom or variance.
        assert theirs is None or theirs["df"] < 1 or theirs["p"] is None or theirs["statistic"] in (0, None)
        return
    assert theirs is not None
    assert ours.degrees_of_freedom == theirs["df"]
    assert_close([ours.statistic, ours.p_value], [theirs["statistic"], theirs["p"]], CLOSED_FORM)
    assert_close([group.observed for group in ours.groups], theirs["observed"], CLOSED_FORM)
    assert_close([group.expected for group in ours.groups], theirs["expected"], CLOSED_FORM)


@pytest.mark.parametrize("name", SETS)
def test_logrank(name: str) -> None:
    data = load_data(SETS[name])
    check_logrank(st.logrank(data["time"], data["event"], data["group"]), SETS[name]["logrank"])


@pytest.mark.parametrize("name", [name for name, case in SETS.items() if case["stratified"]])
def test_stratified_logrank(name: str) -> None:
    data = load_data(SETS[name])
    check_logrank(
        st.logrank(data["time"], data["event"], data["group"], strata=data["stratum"]),
        SETS[name]["stratified"],
    )
