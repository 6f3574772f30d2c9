"""A column of few texts answers as the same column of text does."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.distinct_texts import as_text, by_text, changed, contains, distinct, has, having, new_categories

TEXTS = ["CR", None, "NR", "CR", " CR "]
CATEGORIES = new_categories()


@pytest.fixture(params=[pl.String(), CATEGORIES], ids=["text", "categories"])
def column(request: pytest.FixtureRequest) -> pl.Series:
    # Another column's texts come first, so that the numbers of the categories have gaps.
    other = pl.Series("other", ["a", "b"], dtype=CATEGORIES)
    assert other.len()
    return pl.Series("response", TEXTS, dtype=request.param)


def test_its_texts_are_found_once_each_and_no_blank(column: pl.Series) -> None:
    assert sorted(distinct(column)) == [" CR ", "CR", "NR"]
    assert sorted(distinct(column, unlike="^C")) == [" CR ", "NR"]


def test_every_row_gets_what_is_made_of_its_text(column: pl.Series) -> None:
    assert by_text(column, lambda texts: texts.str.len_chars()).to_list() == [2, None, 2, 2, 4]


def test_a_changed_column_is_of_the_type_it_was(column: pl.Series) -> None:
    stripped = changed(column, lambda texts: texts.str.strip_chars())
    assert (stripped.to_list(), stripped.dtype, stripped.name) == (
        ["CR", None, "NR", "CR", "CR"],
        column.dtype,
        "response",
    )


def test_a_pattern_is_found_by_row_and_at_all(column: pl.Series) -> None:
    assert contains(column, "CR").to_list() == [True, False, False, True, True]
    assert (has(column, r"^\s"), has(column, "PR")) == (True, False)


@pytest.mark.parametrize("kinds", [(CATEGORIES,) * 4, (CATEGORIES, new_categories(), pl.String(), CATEGORIES)])
def test_columns_in_which_a_pattern_is_are_named_in_their_order(kinds: tuple[pl.DataType, ...]) -> None:
    texts = {"id": ["1"], "sex": ["f\u00a0"], "note": ["\u00a0seen"], "cr": ["yes"]}
    frame = pl.DataFrame(
        [pl.Series(name, cells, kind) for (name, cells), kind in zip(texts.items(), kinds, strict=True)]
    )
    assert having(frame, "\u00a0", ["note", "sex", "id"]) == ["note", "sex"]
    assert having(frame, "never", frame.columns) == []


def test_a_blank_column_stays_blank_and_takes_the_type_of_what_is_made_of_it(column: pl.Series) -> None:
    made = by_text(column.filter(column.is_null()), lambda texts: texts.str.len_chars())
    assert (made.to_list(), made.dtype) == ([None], pl.UInt32)


def test_rows_left_out_are_asked_no_more(column: pl.Series) -> None:
    frame = pl.DataFrame([column]).filter(pl.col("response") == "NR")
    assert distinct(frame["response"]).to_list() == ["NR"]
    assert as_text(frame).schema == {"response": pl.String}
