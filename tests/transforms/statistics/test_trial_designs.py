"""Designs of early trials: R's numbers, and laws that must hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from tests.transforms.statistics.reference import CLOSED_FORM, ITERATIVE, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("trial_designs")
WIN = REFERENCE["win"]


@pytest.mark.parametrize("theirs", REFERENCE["exact"], ids=lambda case: f"{case['given'][0]} of {case['given'][1]}")
def test_a_share_against_a_rate(theirs: dict[str, Any]) -> None:
    sides: tuple[st.Alternative, ...] = ("greater", "less", "two-sided")
    for side in sides:
        ours = st.compare_with_rate(*theirs["given"], alternative=side)
        assert isinstance(ours, st.TestResult)
        assert_close([ours.p_value], [theirs[side]], CLOSED_FORM)


@pytest.mark.parametrize("theirs", REFERENCE["search"], ids=lambda case: f"{case['p0']} against {case['p1']}")
@pytest.mark.parametrize("criterion", ["optimal", "minimax"])
def test_of_all_two_stage_designs_the_best_is_found(criterion: st.Criterion, theirs: dict[str, Any]) -> None:
    found = st.design_two_stage(theirs["p0"], theirs["p1"], criterion=criterion)
    assert isinstance(found, st.TwoStage)
    mine = [found.r_first, found.n_first, found.r, found.n, found.expected_n, found.stops_early]
    assert_close(mine, theirs[criterion], CLOSED_FORM)


@pytest.mark.parametrize("theirs", REFERENCE["two_stage"][:2], ids=["optimal", "minimax"])
def test_what_a_two_stage_design_promises(theirs: dict[str, Any]) -> None:
    criterion: st.Criterion = "optimal" if theirs["n"] == 29 else "minimax"
    found = st.design_two_stage(theirs["p0"], theirs["p1"], criterion=criterion)
    assert isinstance(found, st.TwoStage)
    mine = [found.alpha, found.power, found.expected_n, found.stops_early]
    assert_close(mine, [theirs[key] for key in ("alpha", "power", "expected", "stops")], CLOSED_FORM)


DESIGN = st.design_two_stage(0.1, 0.3)


def test_the_boundary_of_a_design_has_its_alpha_as_p_value() -> None:
    assert isinstance(DESIGN, st.TwoStage)
    found = st.evaluate_two_stage(DESIGN, 3, 10, DESIGN.r + 1, 29)
    assert found.continued and found.note == ""
    assert found.test.p_value == pytest.approx(DESIGN.alpha, rel=1e-12)


def test_a_stage_of_another_size_than_planned_is_said_and_tested_as_it_was() -> None:
    assert isinstance(DESIGN, st.TwoStage)
    found = st.evaluate_two_stage(DESIGN, 2, 12, 6, 30)
    assert found.note == "planned were 10 and 29 subjects"
    chance = sum(binom.pmf(k, 12, 0.1) * binom.sf(5 - k, 18, 0.1) for k in range(2, 13))
    assert found.test.p_value == pytest.approx(float(chance), rel=1e-12)


def test_the_estimate_of_a_two_stage_trial_is_right_on_average() -> None:
    assert isinstance(DESIGN, st.TwoStage)
    share, mean = 0.37, 0.0
    for x1 in range(11):
        first = float(binom.pmf(x1, 10, share))
        if x1 <= DESIGN.r_first:
            mean += first * st.evaluate_two_stage(DESIGN, x1, 10, x1, 10).share
            continue
        for x2 in range(20):
            chance = first * float(binom.pmf(x2, 19, share))
            mean += chance * st.evaluate_two_stage(DESIGN, x1, 10, x1 + x2, 29).share
    assert mean == pytest.approx(share, rel=1e-10)


def test_going_on_against_the_first_stage_is_said() -> None:
    assert isinstance(DESIGN, st.TwoStage)
    assert "said to stop" in st.evaluate_two_stage(DESIGN, 1, 10, 5, 29).note


@pytest.mark.parametrize(
    ("dlts", "treated", "decision"),
    [(0, 3, "escalate"), (1, 3, "stay"), (2, 3, "de-escalate"), (1, 6, "escalate"), (2, 6, "de-escalate")],
)
def test_three_plus_three(dlts: int, treated: int, decision: str) -> None:
    assert st.decide_three_plus_three(dlts, treated).decision == decision


def test_three_plus_three_says_nothing_of_four_subjects() -> None:
    with pytest.raises(ValueError, match="three or six"):
        st.decide_three_plus_three(1, 4)


@pytest.mark.parametrize("theirs", REFERENCE["boin"], ids=lambda case: f"target {case['target']}")
def test_boundaries_of_boin(theirs: dict[str, float]) -> None:
    assert_close(st.boin_boundaries(theirs["target"]), [theirs["up"], theirs["down"]], CLOSED_FORM)


@pytest.mark.parametrize(
    ("dlts", "treated", "decision"),
    [
        (0, 3, "escalate"),
        (1, 3, "stay"),
        (2, 3, "de-escalate"),
        (3, 3, "eliminate"),
        (4, 6, "eliminate"),
        (3, 6, "de-escalate"),
    ],
)
def test_decisions_of_boin_at_a_target_of_30_percent(dlts: int, treated: int, decision: str) -> None:
    assert st.decide_boin(dlts, treated, target=0.3).decision == decision


@pytest.mark.parametrize("theirs", REFERENCE["crm"], ids=["five doses", "no toxicity", "toxic from the start"])
def test_continual_reassessment(theirs: dict[str, Any]) -> None:
    ours = st.fit_crm(
        theirs["skeleton"], theirs["dlts"], theirs["treated"], target=theirs["target"], spread=theirs["sd"]
    )
    assert ours.recommended == theirs["recommended"]
    assert_close([ours.parameter_mean, *ours.probabilities], [theirs["mean"], *theirs["p"]], ITERATIVE)


@pytest.fixture(scope="module")
def won() -> st.WinRatio:
    outcomes = [
        st.TimedOutcome("death", WIN["futime"], WIN["death"]),
        st.TimedOutcome("relapse", WIN["rtime"], WIN["relapsed"]),
    ]
    found = st.win_ratio(WIN["trt"], outcomes, treated="B")
    assert isinstance(found, st.WinRatio)
    return found


def test_win_ratio_of_death_then_relapse(won: st.WinRatio) -> None:
    assert isinstance(won.ratio, st.Estimate)
    assert_close([won.ratio.value, won.ratio.standard_error], [WIN["ratio"], WIN["se"]], CLOSED_FORM)
    assert [list(one[1:]) for one in won.decided] == WIN["decided"] and won.ties == WIN["ties"]


def test_each_pair_says_what_decided_it(won: st.WinRatio) -> None:
    decided = int((won.by >= 0).sum())
    assert decided + won.ties == won.treated.size * won.untreated.size == won.sign.size
    i, j = np.argwhere(won.by == 1)[0]
    a, b = int(won.treated[i]), int(won.untreated[j])
    assert not (WIN["death"][a] and WIN["death"][b] and WIN["futime"][a] != WIN["futime"][b])


def test_wins_on_one_measured_quantity_are_those_of_the_rank_sum_test() -> None:
    group, values = list("aaaabbbbb"), [5.0, 3, 8, 8, 1, 4, 8, 2, 3]
    found = st.win_ratio(group, [st.MeasuredOutcome("dose", values)], treated="a")
    ranks = st.wilcoxon_rank_sum(values[:4], values[4:])
    assert isinstance(found, st.WinRatio) and isinstance(ranks, st.TestResult)
    assert found.decided[0][1] + found.ties / 2 == ranks.statistic
