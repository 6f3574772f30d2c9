"""Fisher's exact test of tables larger than 2 x 2: equal to R's fisher.test, in the time R takes, or refused where it would take minutes."""

from __future__ import annotations

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from tests.transforms.statistics.reference import CLOSED_FORM, load_reference
from transforms import statistics as st
from transforms.statistics import exact_tables

TABLES = load_reference("exact_tables")


@pytest.mark.parametrize("name", TABLES)
def test_equal_to_fisher_test(name: str) -> None:
    found = st.fisher_exact(TABLES[name]["table"])
    assert isinstance(found, st.TestResult)
    assert found.p_value == pytest.approx(TABLES[name]["p"], rel=1e-10)


def list_tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> list[tuple[tuple[int, ...], ...]]:
    """All tables with these margins, one row after the other."""
    if not rows:
        return [()] if not any(columns) else []
    firsts = [row for row in product(*(range(c + 1) for c in columns)) if sum(row) == rows[0]]
    return [
        (first, *rest)
        for first in firsts
        for rest in list_tables(rows[1:], tuple(c - x for c, x in zip(columns, first, strict=True)))
    ]


@settings(max_examples=40)
@given(draw.lists(draw.lists(draw.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3))
def test_equal_to_the_sum_over_all_tables_written_out(table: list[list[int]]) -> None:
    found = st.fisher_exact(table)
    if isinstance(found, st.NotEstimable):
        return
    seen = np.array(table)
    every = list_tables(tuple(map(int, seen.sum(axis=1))), tuple(map(int, seen.sum(axis=0))))
    weights = {one: 1 / prod(factorial(int(cell)) for row in one for cell in row) for one in every}
    own = weights[tuple(tuple(map(int, row)) for row in table)]
    wanted = sum(w for w in weights.values() if w <= own * (1 + 1e-7)) / sum(weights.values())
    assert found.p_value == pytest.approx(wanted, rel=1e-12)


def test_rows_and_columns_may_change_places() -> None:
    table = np.array(TABLES["of_340"]["table"])
    found = [st.fisher_exact(one) for one in (table, table.T, table[::-1, ::-1])]
    assert [getattr(one, "p_value", None) for one in found] == pytest.approx(
        [TABLES["of_340"]["p"]] * 3, rel=CLOSED_FORM
    )


def test_a_table_of_all_cells_alike_is_the_likeliest() -> None:
    assert st.fisher_exact(np.full((5, 5), 16)) == st.TestResult("fisher-exact", 1.0, n=400)


def test_a_filled_table_that_would_take_minutes_is_refused_before_it_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def count(*_: object, **__: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr(exact_tables, "_Count", count)
    found = st.fisher_exact([[30, 20, 22, 13], [15, 30, 18, 22], [22, 13, 30, 20], [18, 22, 15, 30]])
    assert isinstance(found, st.NotEstimable) and "too large" in found.reason


def test_beyond_the_bound_on_work_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_tables, "_MOST_STEPS", 1_000_000)
    found = st.fisher_exact(TABLES["of_340"]["table"])
    assert isinstance(found, st.NotEstimable) and "too large" in found.reason
