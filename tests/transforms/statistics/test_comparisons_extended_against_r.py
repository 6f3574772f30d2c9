"""Weighted log-rank and trend, survival at a time, ratios of means, tables, sites and rates, and ranks of several groups equal R's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("comparisons_extended")
LUNG, CHANNING = REFERENCE["lung"], REFERENCE["channing"]


def each(name: str) -> Any:
    return pytest.mark.parametrize("theirs", REFERENCE[name], ids=map(str, range(len(REFERENCE[name]))))


def curves() -> list[Any]:
    time, event, sex = (np.array(LUNG[name]) for name in ("time", "event", "sex"))
    return [st.kaplan_meier(time[sex == code], event[sex == code]) for code in (1, 2)]


@pytest.mark.parametrize("weights", REFERENCE["weights"])
def test_weighted_log_rank_with_ties_and_late_entry(weights: st.LogrankWeights) -> None:
    ours = st.logrank(LUNG["time"], LUNG["event"], LUNG["ph.ecog"], weights=weights)
    late = st.logrank(CHANNING["time"], CHANNING["event"], CHANNING["group"], entry=CHANNING["entry"], weights=weights)
    assert isinstance(ours, st.LogrankResult) and isinstance(late, st.LogrankResult) and ours.method == weights.lower()
    assert_close([ours.statistic, late.statistic], REFERENCE["weights"][weights], CLOSED_FORM)


@pytest.mark.parametrize(("last", "theirs"), zip((2, 5), REFERENCE["trend"], strict=True), ids=["even", "uneven"])
def test_trend_over_ordered_groups(last: float, theirs: float) -> None:
    ours = st.logrank_trend(LUNG["time"], LUNG["event"], LUNG["ph.ecog"], {0: 0, 1: 1, 2: last})
    assert isinstance(ours, st.LogrankResult)
    assert_close([ours.statistic], [theirs], CLOSED_FORM)


def test_a_group_without_a_place_has_no_trend() -> None:
    with pytest.raises(ValueError, match="no score for group 2"):
        st.logrank_trend(LUNG["time"], LUNG["event"], LUNG["ph.ecog"], {0: 0, 1: 1})


@each("at")
def test_difference_of_survival_at_a_time(theirs: dict[str, Any]) -> None:
    found = st.compare_survival_at(*curves(), theirs["at"])
    assert not isinstance(found, st.NotEstimable)
    ours, test = found
    assert_close(
        [ours.value, ours.standard_error, test.statistic], [theirs[k] for k in ("difference", "se", "z")], CLOSED_FORM
    )


@each("means")
def test_ratios_of_restricted_means(theirs: dict[str, Any]) -> None:
    kinds: tuple[tuple[str, st.MeanOf], ...] = (("free", "time free of the event"), ("lost", "time lost"))
    for name, of in kinds:
        found = st.ratio_of_restricted_means(*curves(), theirs["horizon"], of=of)
        assert not isinstance(found, st.NotEstimable)
        assert_close([np.log(found[0].value), found[0].standard_error], theirs[name], CLOSED_FORM)


@each("tables")
def test_ratios_of_a_table(theirs: dict[str, Any]) -> None:
    odds, risk = st.odds_ratio(*theirs["table"]), st.risk_ratio(*theirs["table"])
    assert isinstance(odds, st.Estimate) and isinstance(risk, st.Estimate)
    # fisher.test searches its roots to about 1e-4 of their own tolerance.
    assert_close([odds.value, odds.low, odds.high], [theirs["or"], theirs["low"], theirs["high"]], 1e-3)
    assert_close([risk.value, risk.standard_error], [theirs["rr"], theirs["rr_se"]], CLOSED_FORM)


def test_bounds_of_an_odds_ratio_leave_each_tail_its_share() -> None:
    # The second route: probabilities of the count written out by binomial coefficients.
    from math import comb

    x, m, y, n = 3, 10, 7, 9
    found = st.odds_ratio(x, m, y, n)
    assert isinstance(found, st.Estimate) and found.low is not None and found.high is not None

    def chance(odds: float, counts: range) -> float:
        weights = {k: comb(m, k) * comb(n, x + y - k) * odds**k for k in range(1, 11)}
        return sum(weights[k] for k in counts) / sum(weights.values())

    assert chance(found.low, range(x, 11)) == pytest.approx(0.025, rel=1e-8)
    assert chance(found.high, range(1, x + 1)) == pytest.approx(0.025, rel=1e-8)


def test_an_odds_ratio_of_0_has_an_upper_bound_and_an_infinite_one_a_lower() -> None:
    none, all_ = st.odds_ratio(0, 5, 2, 8), st.odds_ratio(5, 5, 2, 8)
    assert isinstance(none, st.Estimate) and none.value == none.low == 0
    assert_close([none.high], [REFERENCE["none"]], 1e-3)
    assert isinstance(all_, st.NotEstimable) and all_.low is not None and all_.low > 1


def test_odds_ratio_common_to_sites() -> None:
    theirs = REFERENCE["sites"]
    ours = st.mantel_haenszel([tuple(table) for table in theirs["tables"]])
    assert (
        isinstance(ours, st.MantelHaenszel)
        and isinstance(ours.odds_ratio, st.Estimate)
        and ours.homogeneity is not None
    )
    common = ours.odds_ratio
    assert_close([common.value, common.low, common.high], [theirs[k] for k in ("or", "low", "high")], CLOSED_FORM)
    assert_close([ours.test.statistic], [theirs["statistic"]], CLOSED_FORM)
    assert_close([ours.homogeneity.statistic], [theirs["breslow_day"]], ITERATIVE)


def test_sites_that_say_nothing_are_counted() -> None:
    ours = st.mantel_haenszel([(3, 9, 5, 8), (0, 4, 0, 6), (2, 2, 0, 0)])
    assert isinstance(ours, st.MantelHaenszel) and (ours.n_tables, ours.n_silent) == (1, 2)


@each("rates")
def test_rates_and_their_ratio(theirs: dict[str, Any]) -> None:
    found, one = st.rate_ratio(*theirs["given"]), st.rate(*theirs["given"][:2])
    assert not isinstance(found, st.NotEstimable) and isinstance(one, st.Estimate)
    ratio, test = found
    assert_close(
        [ratio.value, ratio.low, ratio.high, test.p_value],
        [theirs[k] for k in ("ratio", "low", "high", "p")],
        CLOSED_FORM,
    )
    assert_close([one.value, one.low, one.high], theirs["rate"], CLOSED_FORM)


@each("kruskal")
def test_ranks_of_several_groups(theirs: dict[str, Any]) -> None:
    ours = st.kruskal_wallis(theirs["groups"])
    assert isinstance(ours, st.TestResult)
    assert_close(
        [ours.statistic, ours.degrees_of_freedom, ours.p_value],
        [theirs[k] for k in ("statistic", "df", "p")],
        CLOSED_FORM,
    )


@pytest.mark.parametrize("method", ["Holm", "Hochberg", "Benjamini-Hochberg"])
def test_p_values_pay_for_their_number(method: st.Adjustment) -> None:
    theirs = REFERENCE["adjusted"]
    assert_close(st.adjust_p_values(theirs["p"], method=method), theirs[method], CLOSED_FORM)
