"""Maximally selected log-rank where several subjects end on one day: the scores of R's maxstat, and those of Nelson and Aalen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as draw

from tests.transforms.statistics.reference import CLOSED_FORM, assert_close, load_reference
from transforms import statistics as st

# Days rounded to months, as papers give them: most times are tied.
SUBJECTS = draw.lists(draw.tuples(draw.integers(1, 6), draw.booleans(), draw.integers(1, 9)), min_size=6, max_size=30)


def rank_scores(time: list[int], event: list[bool]) -> np.ndarray:
    """The scores as exactRankTests defines them, one subject after the other: events less 1 / (n - maximum rank + 1), summed."""
    n = len(time)
    last = [sum(other <= t for other in time) for t in time]
    share = [happened / (n - rank + 1) for happened, rank in zip(event, last, strict=True)]
    return np.array(
        [e - sum(s for s, t in zip(share, time, strict=True) if t <= own) for e, own in zip(event, time, strict=True)]
    )


def largest(scores: np.ndarray, values: list[int], share: float) -> float:
    """The largest standardized sum over the groups of those with a low value, which hold from n * share to n * (1 - share) subjects."""
    n, found = len(values), []
    for cut in sorted(set(values))[:-1]:
        low = np.array(values) <= cut
        m = int(low.sum())
        if max(1, int(n * share)) <= m <= int(n * (1 - share)):
            variance = m * (n - m) / (n * (n - 1)) * ((scores - scores.mean()) ** 2).sum()
            found.append(abs(scores[low].sum() - m * scores.mean()) / np.sqrt(variance))
    return max(found)


@given(SUBJECTS)
def test_tied_times_are_scored_by_maximum_ranks_as_maxstat_does(subjects: list[tuple[int, bool, int]]) -> None:
    time, event, values = map(list, zip(*subjects, strict=True))
    found = st.maximally_selected_logrank(time, event, values, smallest_share=0.2, method="lausen-1994")
    if not isinstance(found, st.NotEstimable):
        assert found.largest_z == pytest.approx(largest(rank_scores(time, event), values, 0.2), rel=1e-9)


def test_the_two_scores_differ_on_tied_times_and_say_which_they_are() -> None:
    time, event, values = [1, 1, 2, 2, 2, 3, 3, 4], [1, 1, 1, 0, 1, 0, 1, 1], [1, 5, 2, 6, 3, 7, 4, 8]
    ranks, hazards = (
        st.maximally_selected_logrank(time, event, values, method="lausen-1994", ties=ties)  # type: ignore[arg-type]
        for ties in ("maximum ranks", "Nelson-Aalen")
    )
    assert isinstance(ranks, st.CutPoint) and isinstance(hazards, st.CutPoint)
    assert ranks.largest_z != pytest.approx(hazards.largest_z, rel=1e-4)
    assert "maximum-ranks" in ranks.method and "nelson-aalen" in hazards.method


@pytest.mark.parametrize("theirs", load_reference("cut_points_tied"), ids=lambda case: case["name"])
def test_on_real_tied_days_cut_statistic_and_p_are_those_of_maxstat(theirs: dict[str, Any]) -> None:
    for method, p in (("lausen-1992", "lau92"), ("lausen-1994", "lau94")):
        found = st.maximally_selected_logrank(theirs["time"], theirs["event"], theirs["values"], method=method)  # type: ignore[arg-type]
        assert isinstance(found, st.CutPoint)
        assert_close([found.largest_z, found.p_value], [theirs["statistic"], theirs[p]], CLOSED_FORM)
        # maxstat names one of the values between which the cut lies.
        assert found.at_most <= theirs["cut"] + 1e-12 and theirs["cut"] < found.at_least
