"""The parts of an Office package (.xlsx, .xlsb): found by the relationships that name them, and read as safe XML.

Names of parts are compared as Excel does: without case, with either slash.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat

from lxml import etree

from schemas.errors import DataRejected
from transforms.readers.compressed import refuse_inflating
from transforms.readers.kinds import refuse_no_workbook
from transforms.readers.workbook.safe_xml import refuse_document_type, walk_xml

BROKEN = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    etree.XMLSyntaxError,
    expat.ExpatError,
    StopIteration,
    struct.error,
    IndexError,
)
WORKBOOK = "officedocument"
# Links are written as addresses, with %20 for a blank.
ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


class Package:
    """An open package.

    Raises
    ------
    DataRejected: it inflates beyond measure.
    """

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        refuse_inflating(file, archive)
        self.file, self._archive = file, archive
        self._parts = {_key(entry.filename): entry for entry in archive.infolist()}
        if len(self._parts) != len(archive.infolist()):
            # One program reads the first of them, another one the last.
            raise ValueError("a part twice")

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return _key(part) in self._parts

    def open(self, part: str) -> IO[bytes]:
        """A part to be read; one that is missing is a broken package."""
        if not self.has(part):
            raise ValueError(f"no part {part}")
        return self._archive.open(self._parts[_key(part)])

    def root(self, part: str) -> etree._Element:
        """The root of a small part of XML."""
        *_, root = self.elements(part)
        return root

    def elements(self, part: str, *names: str) -> Iterator[etree._Element]:
        """The elements of these names as they end, without regard to namespace; the root where none is named.

        Raises
        ------
        DataRejected: it has a document type.
        """
        with self.open(part) as content:
            refuse_document_type(self.file, content)
        with self.open(part) as content:
            for _, element in walk_xml(content, "end", [f"{{*}}{name}" for name in names] or None):
                if names or element.getparent() is None:
                    yield element

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """By id: the last word of the type of a relationship of a part, and the part it leads to; those out of the file are left out."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listing):
            return {}
        return {
            entry.get("Id", ""): (entry.get("Type", "").rsplit("/", 1)[-1].lower(), _target(folder, entry.get("Target", "")))
            for entry in self.root(listing)
            if entry.get("TargetMode", "").lower() != "external"
        }  # fmt: skip

    def related_of(self, part: str, *kinds: str) -> list[str]:
        """The parts of a kind that a part is related to, where they are there."""
        return [target for kind, target in self.related(part).values() if kind in kinds and self.has(target)]

    @property
    def workbook(self) -> str:
        """The part that holds the workbook itself."""
        found = self.related_of("", WORKBOOK)
        return found[0] if found else next(part for part in ("xl/workbook.xml", "xl/workbook.bin", "") if self.has(part) or not part)  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A package to be read; whatever breaks on the way means that the file is no workbook.

    Raises
    ------
    DataRejected: it is not a whole package.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield Package(path.name, archive)
    except BROKEN:
        refuse_no_workbook(path.name, path.read_bytes())
        raise DataRejected(f"{path.name}: expected an Excel workbook; save it as .xlsx and send it again") from None


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of a name, in whatever namespace."""
    return next((part for part in element if local(part) == name), None)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of a name, in whatever namespace."""
    return [part for part in element if local(part) == name]


def is_on(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value is not None and value.strip().lower() in {"1", "true", "on"}


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _target(folder: str, target: str) -> str:
    plain = ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), target.replace("\\", "/").encode())
    target = plain.decode(errors="replace")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
