"""A catalogue of SAS formats as a file of bytes, which no Python library writes. Source: ReadStat, which reads them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from transforms.readers.known_kinds import SAS7BCAT

PAGE = 4096
FIRST_ENTRY, ENTRY = 856, 212
UTF8 = 20


def write_catalog(path: Path, formats: Mapping[str, Mapping[float | str, str]], encoding: str = "utf-8") -> Path:
    """A catalogue of these formats, whose names begin with $ where their values are texts."""
    index, data = bytearray(PAGE), bytearray(PAGE)
    at = 16
    for number, (name, labels) in enumerate(formats.items()):
        block = _block(name, labels, encoding)
        entry = FIRST_ENTRY + number * ENTRY
        index[entry : entry + 10] = b"XLSR" + struct.pack("<ih", 4, at)
        index[entry + 50] = ord("O")
        data[at : at + 16 + len(block)] = struct.pack("<ihh8x", 0, 0, len(block)) + block
        at += 16 + len(block)
    path.write_bytes(_header() + bytes(PAGE) + bytes(index) + bytes(PAGE) + bytes(data))
    return path


def _header() -> bytes:
    header = bytearray(1024)
    header[:32] = SAS7BCAT
    header[32], header[35], header[37], header[39], header[70] = 0x22, 0x22, 1, ord("1"), UTF8
    header[84:92], header[156:164] = b"SAS FILE", b"CATALOG "
    header[92:156] = b"FORMATS".ljust(64)
    header[196:208] = struct.pack("<iii", len(header), PAGE, 4)
    header[216:224] = b"9.0401M0"
    return bytes(header)


def _block(name: str, labels: Mapping[float | str, str], encoding: str) -> bytes:
    head = bytearray(106)
    head[8:16] = name.encode().ljust(8)
    head[38:46] = struct.pack("<ii", len(labels), len(labels))
    values = b"".join(_value(number, value) for number, value in enumerate(labels))
    texts = [label.encode(encoding) for label in labels.values()]
    return bytes(head) + values + b"".join(bytes(8) + struct.pack("<h", len(text)) + text + b"\0" for text in texts)


def _value(number: int, value: float | str) -> bytes:
    raw = value.encode().ljust(16) if isinstance(value, str) else _number(value)
    return struct.pack("<2xh6xi8x", 16 + len(raw), number) + raw


def _number(value: float) -> bytes:
    """SAS stores the bits so that they sort as the numbers do."""
    bits = struct.unpack(">Q", struct.pack(">d", -value if value >= 0 else value))[0]
    return struct.pack(">Q", bits if value >= 0 else ~bits & (1 << 64) - 1)
