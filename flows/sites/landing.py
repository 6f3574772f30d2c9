"""Files of the landing share while they are read: one may still be arriving, be closed to us, or go away with the share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.study_folder import Extract
from schemas.errors import DataRejected


@contextmanager
def unchanged_while_read(extract: Extract, path: Path, settle_seconds: float) -> Iterator[None]:
    """See that a file is the same before it is read and after, so that no half of one is staged.

    One that changed less than `settle_seconds` ago is first left alone for so long.

    Raises
    ------
    DataRejected: it has changed; what was read of it counts for nothing, the next run takes it up.
    """
    before = _state_of(path)
    age = time.time() - path.stat().st_mtime
    if 0 <= age < settle_seconds:
        time.sleep(settle_seconds - age)
    if _state_of(path) == before:
        yield
        if _state_of(path) == before:
            return
    raise DataRejected(
        f"{extract.site_id} {extract.extract_date} {path.name}: still being written while it was read; "
        "nothing of this export is used now, the next run takes it up"
    )


@contextmanager
def readable_delivery(extract: Extract) -> Iterator[None]:
    """Turn a file of a delivery that may not be read into a rejected delivery, so that the earlier ones stay in force."""
    try:
        yield
    except PermissionError as refusal:
        path = Path(str(refusal.filename))
        if not path.is_relative_to(extract.folder):
            raise
        raise DataRejected(
            f"{extract.site_id} {extract.extract_date} {path.name}: expected a file that may be read; access is denied; "
            "give the user who runs Cartrove the right to read it"
        ) from None


def share_is_gone(error: OSError) -> str:
    """What is told when the landing share could not be read, after every try."""
    return (
        f"{error.filename or 'the landing folder'}: could not be read ({error.strerror or type(error).__name__}); "
        "see that the share is there and run again"
    )


def _state_of(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
