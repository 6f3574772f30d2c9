"""Files of the landing share while they are read: one may still be arriving, be closed to us, or go away with the share."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.study_folder import Extract
from schemas.errors import DataRejected

_State = tuple[int, int, int]


class StillArriving(DataRejected):
    """A file that changed while it was looked at; what was read of it counts for nothing."""


class Watch:
    """Files of a site since staging began: no clock is asked, whose time on a share may be another.

    settle_seconds: how long a file has to stay as it is before it is read.
    """

    def __init__(self, settle_seconds: float) -> None:
        self._settle_seconds = settle_seconds
        self._seen: dict[Path, tuple[_State, float]] = {}

    def see(self, path: Path) -> None:
        """Begin to watch a file; one that changed is watched from now on."""
        state = _state_of(path)
        if path not in self._seen or self._seen[path][0] != state:
            self._seen[path] = state, time.monotonic()

    def wait(self, path: Path) -> None:
        """Let the time go by that a file has to stay as it is."""
        self.see(path)
        left = self._seen[path][1] + self._settle_seconds - time.monotonic()
        if left > 0:
            time.sleep(left)


@contextmanager
def unchanged_while_read(extract: Extract, path: Path) -> Iterator[None]:
    """See that a file is the same before it is read and after, so that no half of one is staged.

    Raises
    ------
    StillArriving: it has changed; what was read of it counts for nothing, the next run takes it up.
    """
    before = _state_of(path)
    yield
    if _state_of(path) != before:
        raise still_arriving(extract, path)


def still_arriving(extract: Extract, path: Path) -> StillArriving:
    """What is told of a file that changed while it was looked at."""
    return StillArriving(
        f"{extract.site_id} {extract.extract_date} {path.name}: still being written while it was read; "
        "nothing of this export is used now, the next run takes it up"
    )


@contextmanager
def private_copy(path: Path, scratch: Path) -> Iterator[Path]:
    """A copy of a file under its own name, which nobody writes to: what is hashed is what is read."""
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        yield Path(shutil.copyfile(path, folder / path.name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _state_of(path: Path) -> _State:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
