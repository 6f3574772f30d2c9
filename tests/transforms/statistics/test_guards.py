"""Too little data gives a typed reason, never NaN, infinity or a stack trace: every estimator on every degenerate set."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from transforms import statistics as st


class Data(NamedTuple):
    """Times, kinds of event, groups and a measured factor of a few subjects."""

    time: list[float]
    event: list[int]
    group: list[str]
    factor: list[float]


DEGENERATE = {
    "nobody": Data([], [], [], []),
    "one subject": Data([5], [1], ["a"], [3]),
    "one subject censored": Data([5], [0], ["a"], [3]),
    "two subjects": Data([5, 7], [1, 0], ["a", "b"], [3, 4]),
    "all censored": Data([3, 4, 5, 6], [0, 0, 0, 0], list("abab"), [1, 2, 3, 4]),
    "one group": Data([3, 4, 5, 6], [1, 0, 1, 0], list("aaaa"), [1, 2, 3, 4]),
    "a group without event": Data([3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0], list("ababab"), [1, 9, 2, 8, 3, 7]),
    "all at once": Data([5, 5, 5, 5], [1, 1, 1, 1], list("abab"), [1, 2, 3, 4]),
    "all at time 0": Data([0, 0, 0], [1, 0, 1], list("aba"), [1, 2, 3]),
    "factor constant": Data([3, 4, 5, 6], [1, 1, 0, 1], list("abab"), [2, 2, 2, 2]),
    "all competing": Data([3, 4, 5, 6], [2, 2, 2, 2], list("abab"), [1, 2, 3, 4]),
}


def design(groups: list[str], factor: list[float]) -> st.Design:
    return st.build_design([st.Categorical("group", groups, ["a", "b"]), st.Numeric("factor", factor)])


def on_curve(read: Callable[[st.SurvivalCurve], Any]) -> Callable[[Data], Any]:
    def call(data: Data) -> Any:
        curve = st.kaplan_meier(data.time, happened(data.event))
        return curve if isinstance(curve, st.NotEstimable) else [curve, read(curve)]

    return call


def on_incidence(data: Data) -> Any:
    curve = st.cumulative_incidence(data.time, data.event)
    return curve if isinstance(curve, st.NotEstimable) else [curve, st.incidence_at(curve, 4)]


def happened(event: Any) -> Any:
    return np.array(event, dtype=int) == 1


def split(groups: Any, factor: Any) -> tuple[list[float], list[float]]:
    pairs = list(zip(groups, factor, strict=True))
    return [x for g, x in pairs if g == "a"], [x for g, x in pairs if g == "b"]


ESTIMATORS: dict[str, Callable[[Data], Any]] = {
    "Kaplan-Meier at a landmark": on_curve(lambda curve: st.survival_at(curve, 4)),
    "median": on_curve(st.median_survival),
    "restricted mean": on_curve(lambda curve: st.restricted_mean(curve, 4)),
    "cumulative incidence": on_incidence,
    "follow-up, reverse": lambda d: st.follow_up_reverse_kaplan_meier(d.time, happened(d.event)),
    "follow-up, simple": lambda d: st.follow_up_simple(d.time),
    "follow-up, survivors": lambda d: st.follow_up_among_survivors(d.time, happened(d.event)),
    "log-rank": lambda d: st.logrank(d.time, happened(d.event), d.group),
    "Fleming-Harrington": lambda d: st.logrank(d.time, happened(d.event), d.group, rho=1, gamma=1),
    "stratified log-rank": lambda d: st.logrank(d.time, happened(d.event), d.group, strata=["s"] * len(d.time)),
    "Gray": lambda d: st.gray_test(d.time, d.event, d.group),
    "Cox": lambda d: st.fit_cox(d.time, happened(d.event), design(d.group, d.factor)),
    "Cox, stratified": lambda d: st.fit_cox(d.time, happened(d.event), design(d.group, d.factor), strata=d.group),
    "Cox, robust": lambda d: st.fit_cox(d.time, happened(d.event), design(d.group, d.factor), cluster=d.group),
    "Cox, time-dependent": lambda d: st.fit_cox_time_dependent(
        st.split_at_exposures(d.time, happened(d.event), {"transplant": [None if v > 2 else v for v in d.factor]})
    ),
    "proportional hazards": lambda d: st.proportional_hazards_tests(
        d.time, happened(d.event), design(d.group, d.factor)
    ),
    "Fine-Gray": lambda d: st.fit_fine_gray(d.time, d.event, design(d.group, d.factor)),
    "cause-specific Cox": lambda d: st.fit_cox(d.time, np.array(d.event) == 1, design(d.group, d.factor)),
    "logistic": lambda d: st.fit_logistic(happened(d.event), design(d.group, d.factor)),
    "cut-point": lambda d: st.maximally_selected_logrank(d.time, happened(d.event), d.factor),
    "ROC": lambda d: [st.roc_area(happened(d.event), d.factor), st.youden_cut(happened(d.event), d.factor)],
    "rank sum": lambda d: [
        st.wilcoxon_rank_sum(*split(d.group, d.factor)),
        st.hodges_lehmann(*split(d.group, d.factor)),
    ],
    "signed rank": lambda d: [st.wilcoxon_signed_rank(d.time, d.factor), st.hodges_lehmann_paired(d.time, d.factor)],
    "correlation": lambda d: [st.pearson(d.time, d.factor), st.spearman(d.time, d.factor)],
    "proportion": lambda d: [
        st.proportion(int(happened(d.event).sum()), len(d.time), method=m)
        for m in ("clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student")
    ],
    "difference": lambda d: [
        st.difference_of_proportions(0, d.group.count("a"), d.group.count("b"), d.group.count("b"), method=m)
        for m in ("newcombe", "wald", "agresti-caffo", "miettinen-nurminen")
    ],
    "pairs": lambda d: [st.mcnemar(0, d.group.count("b")), st.difference_of_pairs(0, d.group.count("b"), len(d.group))],
    "table": lambda d: [
        test([[d.group.count("a"), 0, 1], [d.group.count("b"), 0, 0]]) for test in (st.fisher_exact, st.chi_square)
    ],
    "trend": lambda d: st.trend_test([0, d.group.count("b")], [d.group.count("a"), d.group.count("b")]),
    "summary": lambda d: st.summarize(d.factor),
    "one-sample log-rank": lambda d: st.one_sample_logrank(d.time, happened(d.event), [(0, 1), (4, 0.5)]),
    "landmark": lambda d: st.start_at_landmark(d.time, happened(d.event), [None] * len(d.time), landmark=4),
    "leave one out": lambda d: st.leave_one_out(
        list(range(len(d.time))), lambda kept: float(np.mean(np.array(d.factor)[kept])) if kept.any() else None
    ),
}


def find_bad_numbers(value: Any, path: str = "") -> list[str]:
    """Places in a result that hold NaN or infinity."""
    if isinstance(value, float):
        return [path] if not math.isfinite(value) else []
    if isinstance(value, np.ndarray):
        return [path] if value.dtype.kind == "f" and not np.isfinite(value).all() else []
    if isinstance(value, dict):
        return [bad for key, inner in value.items() for bad in find_bad_numbers(inner, f"{path}.{key}")]
    if isinstance(value, list | tuple):
        return [bad for i, inner in enumerate(value) for bad in find_bad_numbers(inner, f"{path}[{i}]")]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return [bad for name in names for bad in find_bad_numbers(getattr(value, name), f"{path}.{name}")]
    return []


def find_reasons(value: Any) -> list[str]:
    if isinstance(value, st.NotEstimable):
        return [value.reason]
    if isinstance(value, list | tuple):
        return [reason for inner in value for reason in find_reasons(inner)]
    return []


@pytest.mark.parametrize("data", DEGENERATE)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_degenerate_data_gives_a_result_or_a_reason(name: str, data: str) -> None:
    with np.errstate(all="raise"):
        result = ESTIMATORS[name](DEGENERATE[data])
    assert find_bad_numbers(result) == []
    for reason in find_reasons(result):
        assert reason and not reason.endswith(".") and "nan" not in reason.split()


@pytest.mark.parametrize("data", ["nobody", "all censored"])
@pytest.mark.parametrize("name", ["log-rank", "Gray", "Cox", "Fine-Gray", "cut-point", "proportional hazards"])
def test_without_events_there_is_a_reason(name: str, data: str) -> None:
    assert isinstance(ESTIMATORS[name](DEGENERATE[data]), st.NotEstimable)


TIME, EVENT = [3.0, 4, 5, 6, 8, 9, 11, 12], [1, 0, 1, 1, 0, 1, 1, 0]


def known_later() -> st.Design:
    transplanted = [0, 1, 0, 1, 0, 1, 0, 1]
    return st.build_design([st.Numeric("transplant", transplanted, known_at=[None, 2, None, 3, None, 1, None, 0])])


@pytest.mark.parametrize(
    "fit",
    [
        lambda design: st.fit_cox(TIME, EVENT, design),
        lambda design: st.fit_fine_gray(TIME, EVENT, design),
        lambda design: st.fit_logistic(EVENT, design),
        lambda design: st.proportional_hazards_tests(TIME, EVENT, design),
        lambda design: st.screen_cox(TIME, EVENT, design)["transplant"],
    ],
    ids=["Cox", "Fine-Gray", "logistic", "cox.zph", "screen"],
)
def test_a_factor_known_only_later_may_not_enter_as_fixed(fit: Callable[[st.Design], Any]) -> None:
    assert fit(known_later()) == st.NotEstimable(
        "transplant is known only after the time origin in 3 subjects, so it must enter as time-dependent"
    )


def test_no_estimate_beyond_the_last_subject_at_risk() -> None:
    curve = st.kaplan_meier(TIME, EVENT)
    assert isinstance(curve, st.SurvivalCurve)
    assert isinstance(st.survival_at(curve, 12), st.Estimate)
    assert st.survival_at(curve, 12.5) == st.NotEstimable("no subject was at risk at 12.5; the last was at 12")
    assert st.restricted_mean(curve, 12.5) == st.NotEstimable("no subject was at risk at 12.5; the last was at 12")


@pytest.mark.parametrize(
    "outcome", [[0, 1, 0, 1, 0, 1, 1, 0, 1, 0], [0, 0, 0, 1, 0, 1, 0, 1, 1, 0]], ids=["plain", "Firth"]
)
@pytest.mark.parametrize("offset", [2_000.0, 1e6])
def test_where_a_covariate_begins_to_count_moves_no_odds_ratio(offset: float, outcome: list[int]) -> None:
    values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0, 6.0, 9.0, 2.5]
    wanted, found = (
        st.fit_logistic(outcome, st.build_design([st.Numeric("x", [x + by for x in values])])) for by in (0.0, offset)
    )
    assert isinstance(wanted, st.Model) and isinstance(found, st.Model)
    assert found.terms[0].coefficient == pytest.approx(wanted.terms[0].coefficient, rel=1e-7)
    assert found.terms[0].ratio.low == pytest.approx(wanted.terms[0].ratio.low, rel=1e-6)
    assert found.terms[0].standard_error == pytest.approx(wanted.terms[0].standard_error, rel=1e-7)
