"""What is computed by columns equals what it means subject by subject."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from transforms import statistics as st
from transforms.statistics.survival_intervals import bounds_or_none

DAYS = some.integers(0, 6)
BEGINS = some.none() | some.integers(-1, 7)
SUBJECTS = some.lists(some.tuples(DAYS, some.booleans(), BEGINS, BEGINS), min_size=1, max_size=12)


def rows_of(subject: int, day: int, event: bool, begins: list[int | None]) -> list[tuple[object, ...]]:
    """Rows of one subject, day by day: a new one begins where an exposure does."""
    cuts = [0, *(cut for cut in range(1, day) if cut in begins), day]
    return [
        (subject, start, stop, event and stop == day, *(begin is not None and begin <= start for begin in begins))
        for start, stop in pairwise(cuts)
        if start < stop
    ]


@given(SUBJECTS)
def test_follow_up_is_cut_as_for_each_subject_alone(subjects: list[tuple[int, bool, int | None, int | None]]) -> None:
    day, event, first, second = map(list, zip(*subjects, strict=True))
    rows = st.split_at_exposures(day, event, {"first": first, "second": second})
    found = zip(rows.subject, rows.start, rows.stop, rows.event, *rows.exposed.T, strict=True)
    wanted = [
        row
        for number, (days, happened, *begins) in enumerate(subjects)
        for row in rows_of(number, days, happened, list(begins))
    ]
    assert [tuple(map(float, row)) for row in found] == [tuple(map(float, row)) for row in wanted]  # type: ignore[arg-type]


@given(some.lists(some.sampled_from(["a", "b", "c", None]), min_size=1, max_size=12), some.sampled_from("abc"))
def test_a_level_is_one_in_its_own_column_and_unknown_in_all(values: list[str | None], reference: str) -> None:
    design = st.build_design([st.Categorical("x", values, ["a", "b", "c"], reference)])
    assert [column.level for column in design.columns] == [level for level in "abc" if level != reference]
    for value, row in zip(values, design.matrix, strict=True):
        wanted = [np.nan if value is None else float(value == column.level) for column in design.columns]
        np.testing.assert_array_equal(row, wanted)


@pytest.mark.parametrize("strange", ["d", 1, 1.5, b"a"])
def test_a_value_that_is_no_level_is_refused_by_name(strange: object) -> None:
    with pytest.raises(
        ValueError, match=rf"x: \['{strange}'\] not among levels" if isinstance(strange, str) else "x: "
    ):
        st.build_design([st.Categorical("x", ["a", strange, None], ["a", "b"])])  # type: ignore[list-item]


def test_bounds_that_are_no_number_are_none_and_the_others_plain_floats() -> None:
    found = bounds_or_none(np.array([0.1, np.nan, np.inf, 1.0]))
    assert found == (0.1, None, None, 1.0)
    assert all(bound is None or type(bound) is float for bound in found)
