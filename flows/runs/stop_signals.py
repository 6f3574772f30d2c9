"""A run that is asked to stop, by systemd or Ctrl-C, ends in order: its server and its checks with it, and a sentence."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from flows.reading import the_readers
from schemas.errors import RunStopped

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class _AskedToStop(BaseException):
    """Passes whatever catches exceptions on its way out."""


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Turn a signal to stop into an error that is told.

    Raises
    ------
    RunStopped: the run was asked to stop.
    """
    heard: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        heard.append(number)
        # A thread that waits for a file to be read can't be ended otherwise.
        the_readers().abandon()
        raise _AskedToStop

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    except (_AskedToStop, KeyboardInterrupt):
        # Within a flow Prefect hears SIGTERM instead.
        raise RunStopped(signal.Signals(heard[0] if heard else signal.SIGTERM)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
