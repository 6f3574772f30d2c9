"""What kind of file this is, by its content and, where that says nothing, by its ending.

A file that no format reads is refused by its kind with the way out; one of another format than the mapping declares is said
to be so. Whether a file of a kind is sound is the business of its reader.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path, PurePath

from schemas.errors import DataRejected
from schemas.mapping import FileFormat
from transforms.readers.known_kinds import (
    ARCHIVE,
    EMPTY,
    ENDINGS,
    JSON,
    LOCK_FILE,
    LOCKED,
    MAIL,
    MARKS,
    MEMBERS,
    NULS,
    OPEN_DOCUMENTS,
    OTHER_FILES,
    OTHER_PROGRAM,
    PROTECTED,
    PROTECTED_ZIP,
    ROOTS,
    SAFENET,
    SPSS,
    STARTS,
    STATA,
    STREAMS,
    TABLE,
    TAR,
    TAR_MARK,
    WEB_PAGE,
    Kind,
)  # fmt: skip

# A zip keeps its list of members at the end, an older Office file that of its streams anywhere.
ZIP, OLE, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"
HEAD = 20_000
XML = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>]*>|<\?[^>]*\?>|\s)*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL
)
LOOKS_LIKE_XML = re.compile(rb"^\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z_])")
# A header of CSV may be <id>,<day>.
IS_XML = re.compile(rb"^\s*<[?!]|xmlns|</")
LOOKS_LIKE_JSON = re.compile(rb"^\s*\[?\s*\{\s*(?:\"(?:[^\"\\]|\\.)*\"\s*:|\})")
MAIL_HEADER = re.compile(
    rb"^(?:Received|Return-Path|Delivered-To|MIME-Version|From|X-[\w-]+): .*?^Subject: ", re.DOTALL | re.MULTILINE
)
PORTABLE = b"SPSSPORT"
ENCRYPTED = 0x1
LARGEST_LOCK_FILE = 1_000
# A release of Stata before 117, the order of its bytes, and what stands in every such file.
OLD_STATA = re.compile(rb"[\x68\x69\x6c\x6e-\x73][\x01\x02]\x01")


def refuse_other_kinds(path: Path, declared: FileFormat) -> None:
    """Refuse what is plainly of another kind than the mapping declares.

    Raises
    ------
    DataRejected: it is, with the format that reads it or the way out.
    """
    kind = kind_by_content(telling_part(path))
    if kind and declared not in kind.formats:
        raise _refusal(path.name, declared, kind)


def refuse_no_workbook(file: str, content: bytes) -> None:
    """Refuse what is merely named a workbook and of a kind that is known; what may be one, or is damaged, is left to its reader.

    Raises
    ------
    DataRejected: it is of such a kind, with the way out.
    """
    kind = _no_table(file, content) or kind_by_content(content) or _other_container(content)
    if kind and "excel" not in kind.formats:
        raise _refusal(file, "an Excel workbook", kind)


def refuse_by_ending(file: str, expected: str) -> None:
    """Where a file can't be read or nothing takes it, its ending may say why.

    Raises
    ------
    DataRejected: its ending is that of a kind that is not read.
    """
    if kind := kind_by_ending(file):
        raise _refusal(file, expected, kind) from None


def kind_of(content: bytes, name: str) -> Kind | None:
    """The kind of a file by its telling part, or by its ending; None where neither tells it, as with CSV."""
    return kind_by_content(content) or kind_by_ending(name)


def telling_part(path: Path) -> bytes:
    """The first kilobytes of a file, or all of one whose start says nothing."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        return head + file.read() if head.startswith((ZIP, OLE)) else head


def _refusal(file: str, expected: str, kind: Kind) -> DataRejected:
    if kind.formats:
        return DataRejected(
            f"{file}: expected {expected}, as the mapping says; found {kind.name}; correct its format in the mapping "
            f"({' or '.join(kind.formats)}) or send the file that is meant"
        )
    return DataRejected(f"{file}: expected {expected}; found {kind.name}; {kind.way_out}")


def kind_by_ending(file: str) -> Kind | None:
    """The kind its ending says, of those that are not read."""
    return ENDINGS.get(PurePath(file).suffix.lower())


def kind_by_content(content: bytes) -> Kind | None:
    """The kind of a file by its first kilobytes; of a zip or an older Office file, by all of it."""
    for known in (_by_mark, _by_members, _by_streams, _packed_tar, _by_text):
        if found := known(content):
            return found
    return None


def _no_table(file: str, content: bytes) -> Kind | None:
    """What holds nothing, or nothing that this program may read."""
    if not content.strip(b"\0"):
        return NULS if content else EMPTY
    return LOCK_FILE if file.startswith("~$") and len(content) < LARGEST_LOCK_FILE else None


def _other_container(content: bytes) -> Kind | None:
    """An Office file or a zip that holds no workbook."""
    if content.startswith(OLE):
        return OTHER_PROGRAM if _has_streams(content) else None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
            manifest = archive.read("META-INF/manifest.xml") if "meta-inf/manifest.xml" in names else b""
            if b"encryption-data" in manifest:
                return PROTECTED
            if any(member.flag_bits & ENCRYPTED for member in archive.infolist()):
                return PROTECTED_ZIP
    except Exception:  # noqa: BLE001 - damaged or no archive at all; the reader says so
        return None
    return None if names & {"[content_types].xml", "content.xml"} else OTHER_FILES


def _has_streams(content: bytes) -> bool:
    """Whether the container is sound enough to tell what it holds."""
    from xlrd.compdoc import CompDoc

    try:
        return bool(CompDoc(content, logfile=io.StringIO()).dirlist)
    except Exception:  # noqa: BLE001 - damaged; the reader says so
        return False


def _by_mark(content: bytes) -> Kind | None:
    if OLD_STATA.match(content):
        return STATA
    if SAFENET in content[:64]:
        return LOCKED
    started = (kind for start, kind in STARTS if content.startswith(start))
    marked = (kind for place, mark, kind in MARKS if content[place:].startswith(mark))
    return next(started, None) or next(marked, None)


def _by_members(content: bytes) -> Kind | None:
    if not content.startswith(ZIP):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except Exception:  # noqa: BLE001 - a damaged zip fails in many ways; the reader says so
        return None
    for word, kind in OPEN_DOCUMENTS.items():
        if word in mimetype:
            return kind
    return next((kind for known, kind in MEMBERS if any(re.match(known, name) for name in names)), None)


def _by_streams(content: bytes) -> Kind | None:
    if not content.startswith(OLE):
        return None
    return next((kind for stream, kind in STREAMS if stream.encode("utf-16-le") in content), None)


def _packed_tar(content: bytes) -> Kind | None:
    if not content.startswith(GZIP):
        return None
    try:
        inside = zlib.decompressobj(wbits=31).decompress(content[:HEAD], 512)
    except zlib.error:
        return None
    return ARCHIVE if inside[TAR_MARK:].startswith(TAR) else None


def _by_text(content: bytes) -> Kind | None:
    head = content[:HEAD].removeprefix(b"\xef\xbb\xbf")
    if PORTABLE in head.replace(b"\r", b"").replace(b"\n", b"")[:1000]:
        return SPSS
    if LOOKS_LIKE_XML.match(head):
        return _by_root(head)
    if LOOKS_LIKE_JSON.match(head):
        return JSON
    return MAIL if MAIL_HEADER.match(head) else None


def _by_root(head: bytes) -> Kind | None:
    found = XML.match(head)
    if found is None:
        return None
    root = found[1].decode()
    if root.lower() == "html":
        return WEB_PAGE
    # A page may start with any of its parts; a table exported as HTML often does.
    if root.lower() in ("head", "body", "table", "style", "meta", "div"):
        return WEB_PAGE
    if root in ROOTS or not IS_XML.search(head):
        return ROOTS.get(root)
    return Kind(f"XML whose root is {root[:40]}", way_out=f"send ODM-XML, or {TABLE}")
