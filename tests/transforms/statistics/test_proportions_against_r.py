"""Intervals of a proportion, tests of a 2 x 2 table and quantiles equal R's."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("proportions")


@pytest.mark.parametrize("method", get_args(st.ProportionMethod))
@pytest.mark.parametrize("case", REFERENCE["intervals"], ids=lambda c: f"{c['count']}/{c['total']}@{c['level']}")
def test_interval(case: dict[str, Any], method: st.ProportionMethod) -> None:
    ours = st.proportion(case["count"], case["total"], method=method, confidence=case["level"])
    assert isinstance(ours, st.Estimate)
    assert_close([ours.value, ours.low, ours.high], [case["count"] / case["total"], *case[method]], CLOSED_FORM)


@pytest.mark.parametrize("method", get_args(st.AssociationMethod))
@pytest.mark.parametrize("case", REFERENCE["tables"], ids=lambda c: "-".join(map(str, c["table"])))
def test_association(case: dict[str, Any], method: st.AssociationMethod) -> None:
    ours = st.compare_two_proportions(*case["table"], method=method)
    assert isinstance(ours, st.TestResult)
    theirs = case[method]
    if isinstance(theirs, list):
        assert_close([ours.statistic, ours.p_value], theirs, CLOSED_FORM)
    else:
        assert_close([ours.p_value], [theirs], CLOSED_FORM)


@pytest.mark.parametrize("case", REFERENCE["summaries"], ids=lambda c: str(len(c["values"])))
def test_summary(case: dict[str, Any]) -> None:
    ours = st.summarize([*case["values"], None])
    assert isinstance(ours, st.Summary) and ours.n_missing == 1
    quantiles = [ours.low, ours.lower_quartile, ours.median, ours.upper_quartile, ours.high]
    assert_close([*quantiles, ours.mean, ours.sd], [*case["quantiles"], case["mean"], case["sd"]], CLOSED_FORM)
