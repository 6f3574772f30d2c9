"""Work on several columns at the same time: polars and numpy let other threads run while they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Item = TypeVar("Item")
Result = TypeVar("Result")


# Of fewer rows, threads take longer to start, and to wait for each other, than the work takes.
FEW_ROWS = 5_000


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item], rows: int) -> list[Result]:
    """What the work makes of each item, in their order; an error is raised as it would be item by item.

    rows: how many an item has. Items of few are worked on one after the other.
    """
    if rows < FEW_ROWS:
        return [work(item) for item in items]
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        return list(threads.map(work, items))


def chosen(test: Callable[[Item], bool], items: Iterable[Item], rows: int) -> list[Item]:
    """The items a test holds for. rows: as of `side_by_side`."""
    every = list(items)
    return [item for item, holds in zip(every, side_by_side(test, every, rows), strict=True) if holds]
