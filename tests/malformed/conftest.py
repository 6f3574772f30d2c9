"""No file may hang."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

TOO_LONG_SECONDS = 60


@pytest.fixture(autouse=True)
def no_file_may_hang() -> Iterator[None]:
    signal.alarm(TOO_LONG_SECONDS)
    yield
    signal.alarm(0)
