"""Which file of a delivery belongs to which entry of the mapping."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SiteMapping

# What operating systems and office programs leave behind, which is no export.
LEFTOVERS = ("~$*", ".*", "Thumbs.db", "desktop.ini", "__MACOSX")


def pair_files(site: SiteMapping, folder: Path) -> list[tuple[Path, FileMapping]]:
    """Every file of a delivery with the entry that takes it.

    Raises
    ------
    DataRejected: no entry takes a file, two do, the folder holds more than files, or an entry that is not optional has no file.
    """
    place = f"{site.site_id} {folder.name}"
    paths = [path for path in sorted(folder.iterdir()) if not _is_leftover(path.name)]
    if others := [path.name for path in paths if not path.is_file()]:
        raise DataRejected(f"{place}: expected files alone; found {', '.join(others)}; put the files side by side")
    pairs = [(path, _entry_for(place, path, site.files)) for path in paths]
    taken = [entry for _, entry in pairs]
    if absent := [entry.match for entry in site.files if not entry.optional and entry not in taken]:
        raise DataRejected(f"{place}: expected a file {', '.join(absent)}; found none; send it or correct the mapping")
    return pairs


def _entry_for(place: str, path: Path, entries: list[FileMapping]) -> FileMapping:
    fitting = [entry for entry in entries if fnmatchcase(path.name, entry.match)]
    if len(fitting) != 1:
        patterns = ", ".join(entry.match for entry in entries)
        found = "none fits" if not fitting else f"{len(fitting)} fit"
        raise DataRejected(
            f"{place} {path.name}: expected one of the patterns {patterns}; {found}; rename the file or correct the mapping"
        )
    return fitting[0]


def _is_leftover(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in LEFTOVERS)
