"""A zip of export files: which files it holds, and one of them unpacked. A hostile archive is refused as a whole."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from schemas.errors import DataRejected
from transforms.readers.compressed import refuse_inflating

MAX_MEMBERS = 1_000
ENCRYPTED = 0x1
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


def list_archive(path: Path) -> list[str]:
    """The names of the files in an archive, folders within left out.

    Raises
    ------
    DataRejected: it is no zip archive, is encrypted or too large, or holds a link, a path that leaves it, the same name twice or another archive.
    """
    with _opened(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            _refuse(path.name, member)
        if len(members) > MAX_MEMBERS:
            raise DataRejected(f"{path.name}: expected at most {MAX_MEMBERS} files; found {len(members)}; send fewer")
        names = [member.filename for member in members]
        if len(set(names)) < len(names):
            raise DataRejected(f"{path.name}: expected each file once; a name occurs twice; create it again")
        refuse_inflating(path.name, archive)
    return names


def unpack_member(path: Path, name: str, folder: Path) -> Path:
    """One file of an archive that list_archive has let pass, written into a folder under its own last name."""
    target = folder / PurePosixPath(name).name
    with _opened(path) as archive:
        try:
            target.write_bytes(archive.read(name))
        except (*DAMAGED, KeyError):
            raise DataRejected(f"{path.name} {name}: expected a complete file; create and send it again") from None
    return target


def _opened(path: Path) -> zipfile.ZipFile:
    # Names without the UTF-8 mark are, from the sites at hand, those of a Chinese Windows.
    for encoding in ("gb18030", "cp437"):
        try:
            return zipfile.ZipFile(path, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except DAMAGED:
            break
    raise DataRejected(f"{path.name}: expected a zip archive; create and send it again") from None


def _refuse(file: str, member: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataRejected(f"{file}: expected files; found a link; pack the files themselves")
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        raise DataRejected(f"{file}: expected files within the archive; found a path that leaves it; create it again")
    if member.flag_bits & ENCRYPTED:
        raise DataRejected(
            f"{file}: expected an archive without password; found one with; pack it without and send it over a secured share"
        )
    if parts.suffix.lower() in (".zip", ".7z", ".rar"):
        raise DataRejected(f"{file}: expected export files; found an archive inside the archive; pack one level")
