"""A shortcut proves that estimates are finite; whatever it says, a linear program on its own says the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from transforms.statistics import separation
from transforms.statistics.separation import find_separated_columns

ROW = st.tuples(st.integers(-3, 3), st.integers(0, 1), st.booleans())


def is_separated(matrix: np.ndarray, outcome: np.ndarray) -> bool:
    """Whether some direction puts every outcome on its own side, and one of them beyond the border."""
    signed = matrix * np.where(outcome, 1.0, -1.0)[:, None]
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=[(-1, 1)] * matrix.shape[1])
    return bool(-found.fun > 1e-6)


@example([(1, 0, True), (2, 0, True), (-1, 0, False), (-2, 1, False)])
@example([(1, 0, True), (1, 0, False), (-1, 1, True), (2, 1, False)])
@given(st.lists(ROW, min_size=3, max_size=25))
def test_the_shortcut_never_overlooks_a_separation(rows: list[tuple[int, int, bool]]) -> None:
    x, level, outcome = (np.array(column) for column in zip(*rows, strict=True))
    matrix = np.column_stack([x, level, np.ones(x.size)]).astype(float)
    assert bool(find_separated_columns(matrix, outcome)) == is_separated(matrix, outcome)


def test_ordinary_data_need_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separation, "linprog", None)
    draw = np.random.default_rng(3)
    x = draw.normal(size=(200, 4))
    outcome = draw.random(200) < 1 / (1 + np.exp(-x[:, 0] + 1))
    assert find_separated_columns(np.column_stack([x, np.ones(200)]), outcome) == []
