"""Files compressed as a whole: unpacked in memory, by their first bytes, up to a limit."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable

from schemas.errors import DataRejected

# A few kilobytes can unpack to more than any memory holds.
MAX_UNPACKED = 2**30


def unpack(file: str, content: bytes) -> bytes:
    """The content of a gzip, bzip2, xz or zlib file; of any other file, what it holds.

    Raises
    ------
    DataRejected: the file is cut short or its checksum is wrong, or it unpacks to more than MAX_UNPACKED bytes.
    """
    opener = next((opener for magic, opener in UNPACKERS.items() if content.startswith(magic)), None)
    if opener is None:
        return content
    try:
        unpacked = opener(content)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        raise DataRejected(f"{file}: expected a whole compressed file; send it again") from None
    if len(unpacked) > MAX_UNPACKED:
        raise DataRejected(f"{file}: unpacks to more than {MAX_UNPACKED >> 20} MiB; send it in parts")
    return unpacked


def _gzip(content: bytes) -> bytes:
    return gzip.GzipFile(fileobj=io.BytesIO(content)).read(MAX_UNPACKED + 1)


def _bzip2(content: bytes) -> bytes:
    return bz2.BZ2File(io.BytesIO(content)).read(MAX_UNPACKED + 1)


def _xz(content: bytes) -> bytes:
    return lzma.LZMAFile(io.BytesIO(content)).read(MAX_UNPACKED + 1)


def _zlib(content: bytes) -> bytes:
    stream = zlib.decompressobj()
    unpacked = stream.decompress(content, MAX_UNPACKED + 1)
    if not stream.eof and len(unpacked) <= MAX_UNPACKED:
        raise EOFError
    return unpacked


UNPACKERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\0": _xz,
    **{bytes((0x78, level)): _zlib for level in (0x01, 0x5E, 0x9C, 0xDA)},
}
