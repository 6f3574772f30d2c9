"""Two groups, pairs, tables, ranks, correlation, cut-points and ROC curves equal R's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("comparisons")
DIFFERENCES: tuple[st.DifferenceMethod, ...] = ("wald", "newcombe", "agresti-caffo", "miettinen-nurminen")
PAIRED: tuple[st.PairedMethod, ...] = ("exact", "mid-p", "mcnemar", "mcnemar-corrected")
RANKS: tuple[st.RankMethod, ...] = ("exact", "normal", "normal-corrected")


def indexes(name: str) -> Any:
    return pytest.mark.parametrize("theirs", REFERENCE[name], ids=map(str, range(len(REFERENCE[name]))))


@indexes("differences")
@pytest.mark.parametrize("method", DIFFERENCES)
def test_difference_of_proportions(method: st.DifferenceMethod, theirs: dict[str, Any]) -> None:
    ours = st.difference_of_proportions(*theirs["table"], method=method)
    assert isinstance(ours, st.Estimate)
    # The score interval is a root search on both sides.
    tolerance = ITERATIVE if method == "miettinen-nurminen" else CLOSED_FORM
    assert_close([ours.value, ours.low, ours.high], [theirs["difference"], *theirs[method]], tolerance)


@indexes("pairs")
@pytest.mark.parametrize("method", PAIRED)
def test_mcnemar(method: st.PairedMethod, theirs: dict[str, Any]) -> None:
    ours = st.mcnemar(theirs["only_first"], theirs["only_second"], method=method)
    assert isinstance(ours, st.TestResult)
    expected = theirs[method]
    if isinstance(expected, list):
        assert_close([ours.statistic, ours.p_value], expected, CLOSED_FORM)
    else:
        assert_close([ours.p_value], [min(1, expected)], CLOSED_FORM)


@indexes("pairs")
def test_difference_of_pairs(theirs: dict[str, Any]) -> None:
    ours = st.difference_of_pairs(theirs["only_first"], theirs["only_second"], theirs["pairs"])
    assert isinstance(ours, st.Estimate)
    assert_close([ours.value, ours.low, ours.high], [theirs["difference"], *theirs["interval"]], CLOSED_FORM)


@indexes("tables")
def test_exact_and_chi_square_tests_of_a_table(theirs: dict[str, Any]) -> None:
    exact, chi_square = st.fisher_exact(theirs["table"]), st.chi_square(theirs["table"])
    assert isinstance(exact, st.TestResult) and isinstance(chi_square, st.TestResult)
    assert_close([exact.p_value], [theirs["fisher"]], ITERATIVE)
    assert_close(
        [chi_square.statistic, chi_square.degrees_of_freedom, chi_square.p_value], theirs["chisq"], CLOSED_FORM
    )


@indexes("trends")
def test_trend(theirs: dict[str, Any]) -> None:
    ours = st.trend_test(theirs["counts"], theirs["totals"], scores=theirs["scores"])
    assert isinstance(ours, st.TestResult)
    assert_close([ours.statistic, ours.p_value], [theirs["statistic"], theirs["p"]], CLOSED_FORM)


@indexes("rank_sum")
def test_wilcoxon_rank_sum(theirs: dict[str, Any]) -> None:
    for method in RANKS:
        ours = st.wilcoxon_rank_sum(theirs["a"], theirs["b"], method=method)
        assert isinstance(ours, st.TestResult)
        assert_close([ours.statistic, ours.p_value], [theirs["w"], theirs[method]], CLOSED_FORM)


@indexes("signed")
def test_wilcoxon_signed_rank(theirs: dict[str, Any]) -> None:
    for method in RANKS:
        ours = st.wilcoxon_signed_rank(theirs["a"], theirs["b"], method=method)
        assert isinstance(ours, st.TestResult)
        assert_close([ours.statistic, ours.p_value], [theirs["v"], theirs[method]], CLOSED_FORM)


@pytest.mark.parametrize(("name", "function"), [("rank_sum", st.hodges_lehmann), ("signed", st.hodges_lehmann_paired)])
def test_hodges_lehmann(name: str, function: Any) -> None:
    for theirs in REFERENCE[name]:
        ours = function(theirs["a"], theirs["b"])
        assert isinstance(ours, st.Estimate)
        assert_close([ours.value], [theirs["shift"]], CLOSED_FORM)
        if theirs.get("interval"):
            assert_close([ours.low, ours.high], theirs["interval"], CLOSED_FORM)


@indexes("correlation")
def test_correlation(theirs: dict[str, Any]) -> None:
    pearson, spearman = st.pearson(theirs["x"], theirs["y"]), st.spearman(theirs["x"], theirs["y"])
    assert not isinstance(pearson, st.NotEstimable) and not isinstance(spearman, st.NotEstimable)
    (r, test), (rho, rank_test) = pearson, spearman
    assert_close([r.value, r.low, r.high, test.p_value], [theirs["pearson"], *theirs["interval"], theirs["p"]], 1e-8)
    assert_close([rho.value, rho.low, rho.high], [theirs["rho"], *theirs["spearman_interval"]], CLOSED_FORM)
    assert_close([rank_test.p_value], [theirs["spearman_p"]], CLOSED_FORM)


@indexes("cut")
@pytest.mark.parametrize("method", ["lausen-1992", "lausen-1994"])
def test_maximally_selected_logrank(method: st.CutPointMethod, theirs: dict[str, Any]) -> None:
    data = theirs["data"]
    ours = st.maximally_selected_logrank(
        data["time"], data["event"], data["value"], smallest_share=theirs["share"], method=method
    )
    assert isinstance(ours, st.CutPoint)
    assert (ours.at_most, ours.n_cuts) == (theirs["cut"], theirs["n_cuts"])
    assert_close([ours.largest_z, ours.p_value], [theirs["statistic"], theirs[method]], CLOSED_FORM)


@indexes("roc")
def test_roc_area_and_youden_cut(theirs: dict[str, Any]) -> None:
    area, cut = (function(theirs["outcome"], theirs["values"]) for function in (st.roc_area, st.youden_cut))
    assert isinstance(area, st.Estimate) and isinstance(cut, st.YoudenCut)
    assert_close(
        [area.value, area.low, area.high, area.standard_error],
        [theirs[key] for key in ("area", "low", "high", "se")],
        CLOSED_FORM,
    )
    assert cut.at_most < theirs["threshold"] < cut.at_least
    assert_close([cut.sensitivity, cut.specificity], [theirs["sensitivity"], theirs["specificity"]], CLOSED_FORM)
