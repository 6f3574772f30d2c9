"""SAS transport files byte by byte: descriptions and rows that no library writes. Source: SAS TS-140."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

NAMESTR = struct.Struct(">hhhh8s40s8shhh2x8shhi32s20x")


@dataclass(frozen=True)
class Variable:
    """A variable: a number unless text; `start` and `number` are what its description says."""

    name: str
    width: int = 8
    text: bool = False
    start: int = -1
    number: int = 0
    form: tuple[str, int, int] = ("", 0, 0)


def side_by_side(*variables: Variable) -> list[Variable]:
    """The variables with the positions and numbers of their order."""
    starts = accumulate((one.width for one in variables), initial=0)
    return [
        Variable(one.name, one.width, one.text, start, number, one.form)
        for number, (one, start) in enumerate(zip(variables, starts, strict=False), start=1)
    ]


def numbers_first(*variables: Variable) -> list[Variable]:
    """The variables in their order, with the positions PROC CONTENTS shows: those of numbers before those of texts."""
    placed = side_by_side(*sorted(variables, key=lambda one: one.text))
    starts = {one.name: one.start for one in placed}
    ordered = side_by_side(*variables)
    return [Variable(one.name, one.width, one.text, starts[one.name], one.number, one.form) for one in ordered]


def number(value: float, width: int = 8) -> bytes:
    """A number of the IBM 370, cut off after `width` bytes."""
    if not value:
        return bytes(width)
    exponent, size = 64, abs(value)
    while size >= 1:
        size, exponent = size / 16, exponent + 1
    while size < 1 / 16:
        size, exponent = size * 16, exponent - 1
    return (bytes([exponent | (128 if value < 0 else 0)]) + int(size * 2**56).to_bytes(7, "big"))[:width]


def transport_file(
    variables: Sequence[Variable],
    rows: Sequence[bytes],
    version: int = 8,
    long_formats: Sequence[bytes] = (),
    name: str = "DM",
) -> bytes:
    """A file of one dataset; `long_formats` are the entries of a list of long labels and formats."""
    new = version > 5
    title = f"SAS     {name}".encode().ljust(40) + b"SASDATA 9.1".ljust(40)
    names = b"".join(_described(one) for one in variables)
    head = (
        _header(b"LIBV8" if new else b"LIBRARY", b"0" * 30) + b"SAS".ljust(80) + b" " * 80
        + _header(b"MEMBV8" if new else b"MEMBER", b"0" * 17 + b"1600000000140")
        + _header(b"DSCPTV8" if new else b"DSCRPTR", b"0" * 30) + title + b" " * 80
        + _header(b"NAMSTV8" if new else b"NAMESTR", b"%010d" % len(variables) + b"0" * 20) + _filled(names)
    )  # fmt: skip
    if long_formats:
        head += _header(b"LABELV9", b"%d" % len(long_formats)) + _filled(b"".join(long_formats))
    counted = b"%15d" % len(rows) if new else b"0" * 30
    return head + _header(b"OBSV8" if new else b"OBS", counted) + _filled(b"".join(rows))


def long_format(number: int, name: str, label: str, form: str) -> bytes:
    """An entry of the list of long labels and formats."""
    texts = [text.encode() for text in (name, label, form, "")]
    return struct.pack(">5H", number, *map(len, texts)) + b"".join(texts)


def _described(one: Variable) -> bytes:
    name, (form, width, decimals) = one.name.encode(), one.form
    short = [text.encode()[:8].ljust(8) for text in (one.name, form)]
    return NAMESTR.pack(
        1 + one.text, 0, one.width, one.number, short[0], b" " * 40, short[1], width, decimals, 0, b" " * 8, 0, 0, one.start,
        name.ljust(32),
    )  # fmt: skip


def _header(name: bytes, rest: bytes) -> bytes:
    return (b"HEADER RECORD*******" + name.ljust(8) + b"HEADER RECORD!!!!!!!" + rest.ljust(30)).ljust(80)


def _filled(content: bytes) -> bytes:
    return content + b" " * (-len(content) % 80)
