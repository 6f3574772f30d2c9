"""Mean time lost to a cause equals survival's on tied real data; its error is that of the multi-state estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

REFERENCE = load_reference("time_lost")
TIME, KIND, SEX = (np.array(REFERENCE["data"][name]) for name in ("time", "kind", "sex"))
CAUSES = {"pcm": 1, "death": 2}


def curve(sex: str, cause: int) -> st.IncidenceCurve:
    found = st.cumulative_incidence(TIME[sex == SEX], KIND[sex == SEX], cause=cause)
    assert isinstance(found, st.IncidenceCurve)
    return found


def lost(sex: str, cause: int, horizon: float) -> st.Estimate:
    found = st.time_lost(curve(sex, cause), horizon)
    assert isinstance(found, st.Estimate)
    return found


@pytest.mark.parametrize("theirs", REFERENCE["lost"], ids=lambda case: f"month {case['horizon']}")
def test_means_equal_survfits(theirs: dict[str, Any]) -> None:
    rows = [row for row in zip(theirs["sex"], theirs["state"], theirs["mean"], strict=True) if row[1] in CAUSES]
    assert len(rows) == 4
    assert_close(
        [lost(sex, CAUSES[state], theirs["horizon"]).value for sex, state, _ in rows],
        [mean for *_, mean in rows],
        CLOSED_FORM,
    )


@pytest.mark.parametrize("horizon", [60, 120, 240])
@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("sex", ["F", "M"])
def test_errors_equal_those_of_the_time_in_a_state(sex: str, cause: int, horizon: float) -> None:
    time, kind = TIME[sex == SEX], KIND[sex == SEX]
    states = ["well", "pcm", "death"]
    histories = st.build_histories(
        list(range(time.size)), np.zeros(time.size), time, ["well"] * time.size,
        [None if k == 0 else states[k] for k in kind], states=states,
    )  # fmt: skip
    theirs = st.expected_time_in(
        st.state_probabilities(histories), [states[cause]], horizon, variance_method="Greenwood"
    )  # type: ignore[arg-type]
    ours = lost(sex, cause, horizon)
    assert (ours.value, ours.standard_error) == (
        pytest.approx(theirs.value, rel=1e-10), pytest.approx(theirs.standard_error, rel=1e-10),  # type: ignore[union-attr]
    )  # fmt: skip


def test_groups_are_compared_by_difference_and_ratio() -> None:
    first, second = lost("F", 1, 120), lost("M", 1, 120)
    difference, _ = st.compare_time_lost(curve("F", 1), curve("M", 1), 120)  # type: ignore[misc]
    ratio, test = st.compare_time_lost(curve("F", 1), curve("M", 1), 120, effect="ratio")  # type: ignore[misc]
    assert difference.value == pytest.approx(second.value - first.value)
    assert difference.standard_error == pytest.approx(np.hypot(first.standard_error, second.standard_error))  # type: ignore[arg-type]
    assert ratio.value == pytest.approx(second.value / first.value)
    assert 0 < test.p_value < 1


def test_without_competing_events_it_is_what_the_restricted_mean_leaves() -> None:
    found = st.time_lost(st.cumulative_incidence(TIME, KIND > 0), 120)  # type: ignore[arg-type]
    mean = st.restricted_mean(st.kaplan_meier(TIME, KIND > 0), 120)  # type: ignore[arg-type]
    assert found.value == pytest.approx(120 - mean.value, rel=1e-10)  # type: ignore[union-attr]
    assert found.standard_error == pytest.approx(mean.standard_error, rel=1e-10)  # type: ignore[union-attr]


def test_beyond_the_last_subject_nothing_is_said() -> None:
    assert isinstance(st.time_lost(curve("F", 1), 1000), st.NotEstimable)
    with pytest.raises(ValueError, match="a horizon must be positive"):
        st.time_lost(curve("F", 1), 0)
