"""Unexpected exceptions without what they say: a library's message may quote a subject's value.

What a site or an administrator can mend is a CartroveError and passes as it is; so does an OSError, which names a
path and may go away. Anything else is a fault of ours and is told by its place in the code.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.settings import REPOSITORY
from schemas.errors import CartroveError, RunFailed


@contextmanager
def faults_without_values(what: str) -> Iterator[None]:
    """Turn an unexpected exception into RunFailed that names the stage and the place in the code, and no value."""
    try:
        yield
    except (CartroveError, OSError):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, its message stays here
        raise RunFailed(
            f"{what}: {type(fault).__name__} at {_place(fault)}; this is a fault of Cartrove: report it with this line"
        ) from None


def _place(fault: Exception) -> str:
    """The innermost places in our own code, as `file:line`."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(REPOSITORY / "flows") is False]
    places = [
        f"{Path(frame.filename).relative_to(REPOSITORY).as_posix()}:{frame.lineno}"
        for frame in (own or frames)
        if Path(frame.filename).is_relative_to(REPOSITORY) and ".venv" not in frame.filename
    ]
    return " < ".join(reversed(places[-3:])) or "an unknown place"
