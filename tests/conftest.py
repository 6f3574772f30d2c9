"""What holds for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Tests write an export and read it at once; that one is still arriving is a test of its own.
os.environ.setdefault("CARTROVE_SETTLE_SECONDS", "0")

TESTS = Path(__file__).parent
# Whoever starts with the long ones does not wait for one of them alone at the end.
LONGEST_FIRST = ("breakage", "flows/server", "privacy", "flows", "test_readme.py", "pages", "transforms/readers")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker, so that no worker makes again what the file's tests share."""
    items.sort(key=_place)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(_file_of(item)))


def _file_of(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).as_posix()


def _place(item: pytest.Item) -> int:
    return next((n for n, start in enumerate(LONGEST_FIRST) if _file_of(item).startswith(start)), len(LONGEST_FIRST))
