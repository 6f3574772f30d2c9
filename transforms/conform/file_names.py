"""Names of files as people mean them: one text whichever system wrote it, and what no person put there."""

from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase
from pathlib import PurePath

# What operating systems, file servers and office programs leave behind, which is no export. In lower case.
LEFTOVERS = (
    "~$*",
    "~*.tmp",
    ".*",
    "thumbs.db",
    "ehthumbs*.db",
    "desktop.ini",
    "icon\r",
    "__macosx",
    "@eadir",
    "@recycle",
    "@recently-snapshot",
    "#recycle",
    "#snapshot",
    "~snapshot",
    "$recycle.bin",
    "recycler",
    "system volume information",
    "lost+found",
)


def fits_name(name: str, pattern: str) -> bool:
    """Whether a pattern of a mapping takes a file name.

    macOS writes é as two signs where others write one, and .CSV is .csv: neither makes another file.
    """
    name, pattern = (unicodedata.normalize("NFC", text) for text in (name, pattern))
    return fnmatchcase(name, pattern) or fnmatchcase(_small_ending(name), _small_ending(pattern))


def is_leftover(name: str) -> bool:
    """Whether a name is one that operating systems, file servers and office programs leave behind."""
    return any(fnmatchcase(name.casefold(), pattern) for pattern in LEFTOVERS)


def _small_ending(name: str) -> str:
    ending = PurePath(name).suffix
    return name[: len(name) - len(ending)] + ending.lower()
