"""Columns worked on at the same time come back in their order."""

from __future__ import annotations

import threading

import pytest

from transforms.side_by_side import FEW_ROWS, chosen, side_by_side


def test_results_come_in_the_order_of_the_items() -> None:
    second_is_done = threading.Event()

    def work(item: str) -> str:
        if item == "first":
            second_is_done.wait(10)
        else:
            second_is_done.set()
        return item.upper()

    assert side_by_side(work, ["first", "second"], FEW_ROWS) == ["FIRST", "SECOND"]


def test_items_of_few_rows_start_no_thread() -> None:
    threads = side_by_side(lambda _: threading.current_thread(), ["first", "second"], FEW_ROWS - 1)
    assert threads == [threading.current_thread()] * 2


@pytest.mark.parametrize("rows", [1, FEW_ROWS])
def test_of_two_errors_the_first_item_s_is_raised(rows: int) -> None:
    with pytest.raises(KeyError, match="a"):
        side_by_side(lambda name: {}[name], ["a", "b"], rows)


@pytest.mark.parametrize("rows", [1, FEW_ROWS])
def test_items_are_chosen_by_a_test(rows: int) -> None:
    assert chosen(str.isupper, ["A", "b", "C"], rows) == ["A", "C"]
