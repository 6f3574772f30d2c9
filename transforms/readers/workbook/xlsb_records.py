"""Records of a binary workbook ([MS-XLSB] 2.1.4): numbered, each with its own length, and the few structures they share."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

# The high bit of a byte says that another one follows.
MORE = 0x80
LOWER = 0x7F
ABSENT = 0xFFFFFFFF


def read_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the body of each record.

    Raises
    ------
    ValueError: the part ends within a record.
    """
    at, end = 0, len(content)
    while at < end:
        number, at = _variable(content, at, 2)
        size, at = _variable(content, at, 4)
        if at + size > end:
            raise ValueError("a record that is cut short")
        yield number, content[at : at + size]
        at += size


def _variable(content: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for i in range(most):
        byte = content[at]
        value |= (byte & LOWER) << (7 * i)
        at += 1
        if not byte & MORE:
            break
    return value, at


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where the body goes on; an absent text is empty."""
    (length,) = struct.unpack_from("<I", body, at)
    if length == ABSENT:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(body):
        raise ValueError("a text that is cut short")
    return body[at + 4 : end].decode("utf-16-le", "surrogatepass"), end


def rk_number(stored: int) -> float:
    """A number packed into four bytes: whole or the upper half of a float, and perhaps times a hundred."""
    if stored & 2:
        value = float((stored - (1 << 32) if stored & (1 << 31) else stored) >> 2)
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (stored & 0xFFFFFFFC) << 32))
    return value / 100 if stored & 1 else value


@dataclass(frozen=True)
class Color:
    """A colour as records name it; empty if plain."""

    look: str

    @staticmethod
    def read(body: bytes, at: int, plain_theme: frozenset[int]) -> Color:
        """The colour at a place of a record."""
        kind, index, tint = body[at] >> 1, body[at + 1], struct.unpack_from("<h", body, at + 2)[0]
        rgb = body[at + 4 : at + 7].hex().upper()
        if kind == 1:
            return Color("" if index in {0, 1, 8, 9, 64, 65, 81} else f"palette {index}")
        if kind == 2:
            return Color("" if rgb in {"000000", "FFFFFF"} else rgb)
        if kind == 3:
            return Color("" if index in plain_theme and not tint else f"theme {index} {tint}")
        return Color("")
