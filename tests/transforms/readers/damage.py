"""Damaged copies of a file, and the promise of every reader about them: sheets or DataRejected, nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileFormat, FileMapping
from transforms.readers import Sheet, read_file

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}


def mapping(file_format: FileFormat, *sheets: str | None, **settings: object) -> FileMapping:
    """A mapping that asks for these sheets, or for the file's only one."""
    entries = [{"sheet": sheet, "feeds": [FEED]} for sheet in sheets or (None,)]
    return FileMapping.model_validate({"match": "*", "format": file_format, "sheets": entries, **settings})


def filled(sheet: Sheet, names: list[str] | None = None) -> int:
    """Cells that are not blank."""
    return sum(sheet.frame.height - sheet.frame[name].null_count() for name in names or sheet.header)


def cut_short(content: bytes, places: int) -> Iterator[bytes]:
    """The file cut off at places spread over its length, the first and the last byte among them."""
    for place in range(places):
        yield content[: place * (len(content) - 1) // (places - 1)]


def flipped(content: bytes, copies: int, seed: int) -> Iterator[bytes]:
    """Copies with one to eight bytes changed, half of them near the start, where headers are."""
    chance = random.Random(seed)
    for copy in range(copies):
        changed = bytearray(content)
        reach = min(len(content), 1_000) if copy % 2 else len(content)
        for _ in range(chance.choice((1, 2, 8))):
            changed[chance.randrange(reach)] = chance.choice((0, 255, chance.randrange(256)))
        yield bytes(changed)


def outcome(path: Path, content: bytes, wanted: FileMapping) -> str:
    """`read`, or the sentence that refuses the file; anything else fails the test."""
    path.write_bytes(content)
    told = "read"
    try:
        read_file(path, wanted)
    except DataRejected as refusal:
        told = str(refusal)
    assert told == "read" or told.startswith(path.name)
    return told
