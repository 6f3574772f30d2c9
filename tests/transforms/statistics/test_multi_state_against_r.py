"""State occupation, transition probabilities and time in states equal survival's and etm's on 646 patients with acute myeloid leukemia."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("multi_state")
MYELOID = REFERENCE["myeloid"]
STATES = MYELOID["states"]


@pytest.fixture(scope="module")
def histories() -> st.StateHistories:
    rows = MYELOID["rows"]
    target = [None if name == "cens" else name for name in rows["to"]]
    return st.build_histories(rows["id"], rows["entry"], rows["exit"], rows["from"], target, states=STATES)


def curve_of(histories: st.StateHistories, **options: Any) -> st.StateCurve:
    curve = st.state_probabilities(histories, **options)
    assert isinstance(curve, st.StateCurve)
    return curve


def read(curve: st.StateCurve, state: str, t: float, variance: st.StateVariance) -> st.Estimate:
    found = st.probability_in(curve, [state], t, variance_method=variance)
    assert isinstance(found, st.Estimate)
    return found


@pytest.mark.parametrize("theirs", MYELOID["occupation"], ids=lambda case: f"day {case['at']}")
def test_state_occupation_with_robust_errors_equals_survfit(
    histories: st.StateHistories, theirs: dict[str, Any]
) -> None:
    ours = [read(curve_of(histories), state, theirs["at"], "robust") for state in STATES]
    assert_close([one.value for one in ours], theirs["p"], CLOSED_FORM)
    assert_close([one.standard_error for one in ours], theirs["se"], CLOSED_FORM)


@pytest.mark.parametrize("theirs", MYELOID["etm"], ids=lambda case: f"day {case['at']}")
def test_transition_probabilities_with_greenwoods_errors_equal_etm(
    histories: st.StateHistories, theirs: dict[str, Any]
) -> None:
    compare_with_etm(histories, 0, theirs)


@pytest.mark.parametrize("theirs", MYELOID["landmark"]["read"], ids=lambda case: f"day {case['at']}")
def test_transition_probabilities_from_a_landmark_equal_etm(
    histories: st.StateHistories, theirs: dict[str, Any]
) -> None:
    compare_with_etm(histories, MYELOID["landmark"]["at"], theirs)


def compare_with_etm(histories: st.StateHistories, start: float, theirs: dict[str, Any]) -> None:
    for i, given in enumerate(STATES):
        curve = curve_of(histories, start=start, given=given)
        ours = [read(curve, state, theirs["at"], "Greenwood") for state in STATES]
        np.testing.assert_allclose([one.value for one in ours], theirs["p"][i], rtol=CLOSED_FORM, atol=1e-13)
        errors = [(one.standard_error or 0) ** 2 for one in ours]
        np.testing.assert_allclose(errors, theirs["variance"][i], rtol=CLOSED_FORM, atol=1e-15)


def test_expected_time_in_each_state_equals_survfits_and_its_error_that_of_leaving_each_patient_out(
    histories: st.StateHistories,
) -> None:
    theirs = MYELOID["sojourn"]
    ours = [st.expected_time_in(curve_of(histories), [state], theirs["horizon"]) for state in STATES]
    assert_close([one.value for one in ours], theirs["mean"], CLOSED_FORM)  # type: ignore[union-attr]
    # Ours is the limit of the jackknife: they differ by a factor of 1 + 1 / n.
    assert_close([one.standard_error for one in ours], theirs["se"], 1.5 / 646)  # type: ignore[union-attr]


def test_states_together_are_one_probability_with_an_error_of_its_own(histories: st.StateHistories) -> None:
    curve = curve_of(histories)
    alive = st.probability_in(curve, [name for name in STATES if name != "death"], 365)
    dead = st.probability_in(curve, ["death"], 365)
    assert isinstance(alive, st.Estimate) and isinstance(dead, st.Estimate)
    assert alive.value == pytest.approx(1 - dead.value, rel=1e-12)
    assert alive.standard_error == pytest.approx(dead.standard_error, rel=1e-10)


@pytest.mark.parametrize("cause", [1, 2, 3])
def test_cumulative_incidence_with_late_entry_equals_etm(cause: int) -> None:
    data, theirs = REFERENCE["late"]["data"], REFERENCE["late"]["causes"][cause - 1]
    ours = st.cumulative_incidence(data["exit"], data["cause"], entry=data["entry"], cause=cause)
    assert isinstance(ours, st.IncidenceCurve) and ours.variance_method == "Greenwood"
    at = np.searchsorted(ours.time, theirs["time"], side="right") - 1
    np.testing.assert_allclose(ours.incidence[at], theirs["p"], rtol=CLOSED_FORM, atol=1e-14)
    np.testing.assert_allclose(ours.standard_error[at] ** 2, theirs["variance"], rtol=CLOSED_FORM, atol=1e-16)


def test_greenwoods_variance_of_an_incidence_is_survfits_where_all_are_seen_from_the_start() -> None:
    case = REFERENCE["no_entry"]
    ours = st.cumulative_incidence(case["time"], case["event"], variance_method="Greenwood")
    assert isinstance(ours, st.IncidenceCurve) and "greenwood-variance" in ours.method
    at = np.searchsorted(ours.time, case["fit"]["time"], side="right") - 1
    np.testing.assert_allclose(ours.incidence[at], case["fit"]["p"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(ours.standard_error[at], case["fit"]["se"], rtol=CLOSED_FORM)


@pytest.mark.parametrize(
    ("exit_", "origin", "target", "why"),
    [
        ([5, 9], ["ill", "well"], [None, None], "overlap"),
        ([2, 9], ["well", "well"], ["ill", None], "when and where"),
        ([2, 9], ["well", "ill"], ["well", None], "another one"),
        ([2, 9], ["well", "sick"], ["ill", None], "not among"),
    ],
)
def test_a_subject_is_in_one_state_at_a_time(
    exit_: list[float], origin: list[str], target: list[Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        st.build_histories(["p", "p"], [0, 2], exit_, origin, target, states=["well", "ill"])
