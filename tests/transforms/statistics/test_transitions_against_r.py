"""Cox models of one transition equal coxph's on the rows of that transition, by either clock, and with robust errors."""

from __future__ import annotations

from math import log
from typing import Any

import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_reference
from transforms import statistics as st

ROWS = load_reference("multi_state")["myeloid"]
REFERENCE = load_reference("transitions")
HISTORIES = st.build_histories(
    ROWS["rows"]["id"],
    ROWS["rows"]["entry"],
    ROWS["rows"]["exit"],
    ROWS["rows"]["from"],
    [None if name == "cens" else name for name in ROWS["rows"]["to"]],
    states=ROWS["states"],
)


def design_of(labels: tuple[str, ...]) -> st.Design:
    """The patients' covariates in the order of the histories, which is not that of the data."""
    given = REFERENCE["subjects"]
    place = {str(name): i for i, name in enumerate(given["id"])}
    order = [place[name] for name in labels]
    assert order != sorted(order)
    return st.build_design([
        st.Categorical("trt", [given["trt"][i] for i in order], ["A", "B"]),
        st.Categorical("sex", [given["sex"][i] for i in order], ["f", "m"]),
    ])  # fmt: skip


@pytest.mark.parametrize("clock", ["forward", "reset", "robust"])
@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['from']} to {case['to']}")
def test_a_transition_is_a_cox_model_of_its_rows(case: dict[str, Any], clock: str) -> None:
    theirs = case[clock]
    options: dict[str, Any] = {"robust": True} if clock == "robust" else {"clock": clock, "robust": False}
    fit = st.fit_transition_cox(HISTORIES, design_of(HISTORIES.labels), case["from"], case["to"], **options)
    assert isinstance(fit, st.Model)
    assert_close([term.coefficient for term in fit.terms], theirs["coef"], ITERATIVE)
    assert_close([term.standard_error for term in fit.terms], theirs["se"], ITERATIVE)
    assert (fit.n, fit.events) == (theirs["n"], theirs["events"])


def test_somebody_who_is_in_a_state_twice_makes_errors_robust() -> None:
    """Two stays of one subject are alike; each subject is counted once, each move to the target."""
    again = st.build_histories(
        [*"aaabbcccdd"], [0, 3, 5, 0, 4, 0, 2, 6, 0, 7], [3, 5, 9, 4, 8, 2, 6, 10, 7, 9],
        ["well", "ill", "well", "well", "ill", "well", "ill", "well", "well", "ill"],
        ["ill", "well", "ill", "ill", None, "ill", "well", None, "ill", None], states=["well", "ill"],
    )  # fmt: skip
    design = st.build_design([st.Numeric("x", [1.0, 3.0, 2.0, 2.5])])
    fit = st.fit_transition_cox(again, design, "well", "ill")
    assert isinstance(fit, st.Model)
    assert "robust-errors" in fit.method
    assert (fit.n, fit.events) == (4, 5)


def test_without_covariates_between_states_the_ratio_is_that_of_survival() -> None:
    """Two states and one way: the transition is the event, so both models are one."""
    time, event, x = [3.0, 5, 6, 8, 9, 11], [1, 0, 1, 1, 1, 0], [1.0, 2, 2, 0, 1, 3]
    histories = st.build_histories(
        [*"abcdef"],
        [0] * 6,
        time,
        ["alive"] * 6,
        ["dead" if one else None for one in event],
        states=["alive", "dead"],
    )
    design = st.build_design([st.Numeric("x", x)])
    ours, plain = st.fit_transition_cox(histories, design, "alive", "dead"), st.fit_cox(time, event, design)
    assert isinstance(ours, st.Model) and isinstance(plain, st.Model)
    assert ours.terms[0].coefficient == pytest.approx(log(plain.terms[0].ratio.value), rel=1e-12)


def test_nobody_who_moves_is_said() -> None:
    histories = st.build_histories([*"ab"], [0, 0], [3, 5], ["well"] * 2, [None, None], states=["well", "ill"])
    design = st.build_design([st.Numeric("x", [1.0, 2.0])])
    found = st.fit_transition_cox(histories, design, "well", "ill")
    assert isinstance(found, st.NotEstimable) and "no events" in found.reason


@pytest.mark.parametrize(("origin", "target"), [("well", "well"), ("well", "dead"), ("gone", "ill")])
def test_states_that_are_none_are_refused(origin: str, target: str) -> None:
    histories = st.build_histories([*"ab"], [0, 0], [3, 5], ["well"] * 2, ["ill", None], states=["well", "ill"])
    with pytest.raises(ValueError, match=r"origin|target"):
        st.fit_transition_cox(histories, st.build_design([st.Numeric("x", [1.0, 2.0])]), origin, target)
