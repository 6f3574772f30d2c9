"""What can go wrong in a way that somebody outside can mend, and the exit code each kind has.

A message is one sentence: what, where (file, sheet, row, column), what was expected, how to mend. It never holds a
subject's value.
"""

from __future__ import annotations

from signal import Signals


class CartroveError(Exception):
    """Base of all errors that are told without a traceback."""

    exit_code = 1


class RunFailed(CartroveError):
    """A run did not do all it was asked to."""

    exit_code = 1


class OutOfMemory(RunFailed):
    """A run needed more memory than it may take, or the machine has."""

    exit_code = 7


class UsageError(CartroveError):
    """A command, a setting, a protocol or a mapping is not as it should be."""

    exit_code = 2


class DataRejected(CartroveError):
    """An export can't be read as its mapping says."""

    exit_code = 3


class ChecksFailed(CartroveError):
    """The built warehouse failed a check; the last night stays published."""

    exit_code = 4


class RunBusy(CartroveError):
    """Another run holds the workspace."""

    exit_code = 5


class PublicationHeld(CartroveError):
    """A headline moved beyond the limit of its protocol; the study stays as published until a person decides."""

    exit_code = 6


class RunStopped(CartroveError):
    """A run was asked to stop by a signal."""

    def __init__(self, asked: Signals) -> None:
        super().__init__(
            f"stopped by {asked.name}; what is published is complete, and the next run begins where this one stood"
        )
        self.exit_code = 128 + asked
