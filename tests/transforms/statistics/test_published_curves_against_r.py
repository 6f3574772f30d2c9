"""Patients rebuilt from a published curve, and a cohort held against one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("published_curves")
REBUILT = REFERENCE["reconstruction"]


def rebuild(case: dict[str, Any]) -> st.Reconstruction:
    at, at_risk = np.atleast_1d(case["at"]), np.atleast_1d(case["at_risk"])
    return st.reconstruct_patients(
        list(zip(case["time"], case["survival"], strict=True)),
        [(float(t), int(n)) for t, n in zip(at, at_risk, strict=True)],
        total_events=case["events"] if case["total"] else None,
    )


@pytest.mark.parametrize("name", REBUILT)
def test_events_fall_where_the_published_listing_puts_them(name: str) -> None:
    case, ours = REBUILT[name], rebuild(REBUILT[name])
    expected = np.repeat(case["time"], case["d"])
    assert_close(np.sort(ours.time[ours.event]), expected, CLOSED_FORM)
    assert ours.time.size == np.atleast_1d(case["at_risk"])[0]


@pytest.mark.parametrize("name", REBUILT)
def test_the_rebuilt_curve_is_the_published_one(name: str) -> None:
    """A subject more or less at risk moves a step by at most 1/n: the curve is met to within two such steps."""
    ours = rebuild(REBUILT[name])
    assert ours.largest_gap <= 2 / ours.time.size


@pytest.mark.parametrize("between", ["constant hazard", "step"])
@pytest.mark.parametrize("theirs", REFERENCE["one_sample"], ids=["days", "months", "no events"])
def test_one_sample_logrank(theirs: dict[str, Any], between: Any) -> None:
    curve = list(zip(theirs["time"], theirs["survival"], strict=True))
    ours = st.one_sample_logrank(theirs["data"]["time"], theirs["data"]["event"], curve, between=between)
    assert isinstance(ours, st.OneSample)
    expected = theirs[between]
    assert ours.observed == theirs["observed"]
    assert_close([ours.expected, ours.ratio.value], [expected["expected"], expected["ratio"]], CLOSED_FORM)
    assert_close([ours.ratio.low, ours.ratio.high], [expected["low"], expected["high"]], CLOSED_FORM)
    assert_close([ours.test.statistic, ours.test.p_value], [expected["z"], expected["p"]], CLOSED_FORM)
