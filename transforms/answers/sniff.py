"""Whether a file is a list of questions that came back, told by what it holds: no export is read for it, and none is taken for it.

A list holds ids of questions and the headers of its own answers. Both stand near the beginning, in whatever format it was saved.
A list from a site's own system has neither for certain: it is known by its name, as the site's mapping declares.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from functools import cache, lru_cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import IO

from schemas.mapping import AnswerList
from transforms.answers.words import LANGUAGES
from transforms.conform.file_names import fits_name
from transforms.conform.pair_files import SentFile
from transforms.readers.archive import DAMAGED
from transforms.words import words_in

# A list has 50,000 rows at most.
LARGEST = 32 * 2**20
# As far as is looked into a file, and into each part of a workbook: the header and a question stand in the first lines.
HEAD = 512 * 2**10
HEAD_OF_PART = 128 * 2**10
PARTS = re.compile(r"(?:xl/(?:sharedStrings|worksheets/sheet\d+)\.(?:xml|bin)|content\.xml)$")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
ID = {
    "utf-8": re.compile(rb"Q[0-9A-F]{10}"),
    "utf-16-le": re.compile(rb"Q\x00(?:[0-9A-F]\x00){10}"),
    "utf-16-be": re.compile(rb"\x00Q(?:\x00[0-9A-F]){10}"),
}


def is_answered_list(path: Path, member: str = "", declared: Sequence[AnswerList] = ()) -> bool:
    """Whether a file, or a member of a zip, is a list of questions with columns for their answers.

    declared: lists from the site's own system, which are such lists by their names.

    Raises
    ------
    PermissionError: it may not be read.
    """
    if path.is_symlink() or not path.is_file():
        return False
    if declaration_of(SentFile(path, member), declared):
        path.open("rb").close()
        return True
    found = path.stat()
    return found.st_size <= LARGEST and _looked_into(path, member, found.st_size, found.st_mtime_ns)


def declaration_of(file: SentFile, declared: Sequence[AnswerList]) -> AnswerList | None:
    """How a list from a site's own system is declared; None of any other file, and of a zip, whose members are asked one by one."""
    if not file.member and file.path.suffix.lower() == ".zip":
        return None
    return next((one for one in declared if fits_name(file.name, one.match)), None)


@lru_cache(maxsize=100_000)
def _looked_into(path: Path, member: str, _size: int, _changed: int) -> bool:
    """As the file is; a night asks several times."""
    if not member:
        with path.open("rb") as file:
            return _is_list(file)
    try:
        with zipfile.ZipFile(path, metadata_encoding="gb18030") as archive:
            if archive.getinfo(member).file_size > LARGEST:
                return False
            return _is_list(BytesIO(archive.read(member)))
    except (*DAMAGED, KeyError):
        return False


def _is_list(file: IO[bytes]) -> bool:
    head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        file.seek(0)
        head = _head_of_parts(file)
    return any(pattern.search(head) for pattern in ID.values()) and any(
        all(mark in head for mark in marks) for marks in _marks()
    )


def _head_of_parts(file: IO[bytes]) -> bytes:
    """The beginning of each part of a workbook that holds texts; nothing of a zip that is none."""
    heads = []
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if PARTS.search(name):
                    with archive.open(name) as part:
                        heads.append(part.read(HEAD_OF_PART))
    except DAMAGED:
        return b""
    raw = b"\n".join(heads)
    # Some programs write each sign of Chinese by its number.
    return raw + unescape(raw.decode("utf-8", "ignore")).encode() if b"&#" in raw else raw


@cache
def _marks() -> list[tuple[bytes, bytes]]:
    """The headers of answer and author as bytes: by these a list is known, in each language and encoding."""
    return [
        (words_in(language)("answer.column.answer").encode(encoding), words_in(language)("answer.column.answered_by").encode(encoding))
        for language in LANGUAGES
        for encoding in ENCODINGS
    ]  # fmt: skip
