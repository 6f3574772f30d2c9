"""One malformed export, and what damages any of them."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# As gzip, whose members may stand one after the other.
GIGABYTE_OF_BLANKS = gzip.compress(b" " * 2**20) * 1280


@dataclass(frozen=True)
class Malformed:
    """One malformed export. harmless: read in full all the same, which is as good as being refused."""

    name: str
    file: str
    content: bytes
    mapping: dict[str, Any]
    harmless: bool = False


def cut(content: bytes, places: int) -> Iterator[bytes]:
    """Cut off at places spread over the file; neither empty nor whole, and more than trailing blanks go."""
    for place in range(1, places + 1):
        yield content[: place * (len(content) - 2) // (places + 1)]


def claiming_gigabytes(content: bytes) -> bytes:
    """A zip whose directory says that its first member unpacks to two gigabytes."""
    changed = bytearray(content)
    place = changed.index(b"PK\x01\x02") + 24
    changed[place : place + 4] = struct.pack("<I", 2**31)
    return bytes(changed)
