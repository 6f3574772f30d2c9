"""Work on several columns at the same time: polars and numpy let other threads run while they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What the work makes of each item, in their order; an error is raised as it would be item by item."""
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        return list(threads.map(work, items))


def chosen(test: Callable[[Item], bool], items: Iterable[Item]) -> list[Item]:
    """The items a test holds for."""
    every = list(items)
    return [item for item, holds in zip(every, side_by_side(test, every), strict=True) if holds]
