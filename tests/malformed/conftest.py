"""No file may hang."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

HERE = Path(__file__).parent
TOO_LONG_SECONDS = 60
# Where a library holds the interpreter, nothing of Python's can interrupt it: its process is ended.
HELD_SECONDS = TOO_LONG_SECONDS + 10


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(TOO_LONG_SECONDS, func_only=True))


@pytest.fixture(autouse=True)
def no_file_may_hold_the_interpreter(pytestconfig: pytest.Config) -> Iterator[None]:
    # What is written to the standard error of a test is lost with its process.
    told_to = pytestconfig.stash[fault_handler_stderr_fd_key]
    faulthandler.dump_traceback_later(HELD_SECONDS, exit=True, file=told_to)
    yield
    faulthandler.cancel_dump_traceback_later()
