"""Equal rows are found cell by cell, however their hashes fall."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.row_identity import first_of_its_kind, has_its_like

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(1, 3)), max_size=12)


@given(ROWS)
def test_the_first_of_equal_rows_and_every_one_with_its_like(rows: list[tuple[str | None, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"text": pl.String, "number": pl.Int64}, orient="row")
    assert first_of_its_kind(frame).to_list() == [row not in rows[:place] for place, row in enumerate(rows)]
    assert has_its_like(frame).to_list() == [rows.count(row) > 1 for row in rows]
