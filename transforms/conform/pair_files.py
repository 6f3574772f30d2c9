"""Which file of a delivery belongs to which entry of the mapping; files in a zip count as if they lay beside it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SiteMapping
from transforms.conform.file_names import fits_name, is_leftover
from transforms.readers.archive import list_archive, unpack_member
from transforms.readers.kinds import refuse_by_ending

__all__ = ["PairedFile", "SentFile", "is_leftover", "pair_files", "sent_files"]

CATALOG = ".sas7bcat"


@dataclass(frozen=True)
class SentFile:
    """A file of a delivery; `member` is its name within the zip at `path`, empty where it lies there itself."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return _within(self.member).name or self.path.name

    @property
    def shown(self) -> str:
        """The file's name in a message, behind that of the zip which holds it."""
        return f"{self.path.name} {self.member}" if self.member else self.path.name

    @property
    def place(self) -> Path:
        """Where it lies, a zip as if it were a folder."""
        return self.path / self.member if self.member else self.path

    @contextmanager
    def opened(self, scratch: Path) -> Iterator[Path]:
        """The file itself; one of a zip is unpacked below `scratch` meanwhile.

        Raises
        ------
        DataRejected: the zip is damaged there.
        """
        if not self.member:
            yield self.path
            return
        scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=scratch))
        try:
            yield unpack_member(self.path, self.member, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class PairedFile:
    """A file of a delivery, the entry that takes it, and the file that is read with it: REDCap's data dictionary, SAS's catalogue."""

    file: SentFile
    entry: FileMapping
    dictionary: SentFile | None = None


def pair_files(
    site: SiteMapping, folder: Path, is_no_export: Callable[[Path, str], bool] = lambda *_: False
) -> list[PairedFile]:
    """Every export file of a delivery with the entry that takes it.

    is_no_export: what of a file and its place in a zip tells that it is for others to read, and no entry is asked.

    Raises
    ------
    DataRejected: no entry takes a file, two do, the folder holds more than files, an archive is hostile, or an entry that is not optional has no file.
    """
    place = f"{site.site_id} {folder.name}"
    files = [file for file in _sent_files(place, folder) if not is_no_export(file.path, file.member)]
    dictionaries = {entry.beside for entry in site.files if entry.beside}
    exports = [file for file in files if not _fits_any(file, dictionaries)]
    pairs = [PairedFile(file, _entry_for(place, file, site.files)) for file in exports]
    taken = [pair.entry for pair in pairs]
    if absent := [entry.match for entry in site.files if not entry.optional and entry not in taken]:
        found = f"found only {', '.join(file.shown for file in files)}" if files else "the folder is empty"
        raise DataRejected(f"{place}: expected a file {', '.join(absent)}; {found}; send it or correct the mapping")
    return [replace(pair, dictionary=_dictionary_for(place, pair.entry, files)) for pair in pairs]


def _sent_files(place: str, folder: Path) -> list[SentFile]:
    if folder.is_symlink():
        raise DataRejected(f"{place}: expected a folder, found a link; put the files themselves there")
    return sent_files(place, sorted(folder.iterdir()))


def sent_files(place: str, found: Sequence[Path]) -> list[SentFile]:
    """The files among what was found, those within archives included.

    Raises
    ------
    DataRejected: something is neither a file nor a leftover, or an archive is hostile.
    """
    paths = [path for path in found if not is_leftover(path.name)]
    if others := [path.name for path in paths if path.is_symlink() or not path.is_file()]:
        raise DataRejected(f"{place}: expected files alone; found {', '.join(others)}; put the files side by side")
    files = []
    for path in paths:
        if path.suffix.lower() == ".zip":
            members = [name for name in list_archive(path) if not any(map(is_leftover, _within(name).parts))]
            files += [SentFile(path, name) for name in sorted(members)]
        else:
            files.append(SentFile(path))
    return files


def _within(member: str) -> PurePosixPath:
    """The path of a file in a zip; some programs of Windows part it by backslashes."""
    return PurePosixPath(member.replace("\\", "/"))


def _fits_any(file: SentFile, patterns: set[str]) -> bool:
    return any(fits_name(file.name, pattern) for pattern in patterns)


def _entry_for(place: str, file: SentFile, entries: Sequence[FileMapping]) -> FileMapping:
    fitting = [entry for entry in entries if fits_name(file.name, entry.match)]
    if not fitting and file.name.lower().endswith(CATALOG):
        raise DataRejected(
            f"{place} {file.shown}: expected a catalogue of formats that an entry of format sas names under catalog; none does; name "
            "it there, or do not send it"
        )
    if len(fitting) != 1:
        patterns = ", ".join(entry.match for entry in entries)
        if not fitting:
            refuse_by_ending(f"{place} {file.shown}", f"one of {patterns}")
        found = "none fits" if not fitting else f"{len(fitting)} fit"
        raise DataRejected(
            f"{place} {file.shown}: expected one of the patterns {patterns}; {found}; rename the file or correct the mapping"
        )
    return fitting[0]


def _dictionary_for(place: str, entry: FileMapping, files: Sequence[SentFile]) -> SentFile | None:
    if entry.beside is None:
        return None
    fitting = [file for file in files if _fits_any(file, {entry.beside})]
    if len(fitting) != 1:
        raise DataRejected(
            f"{place}: expected one {entry.beside_kind} {entry.beside}; found {len(fitting)}; send it with the export"
        )
    return fitting[0]
