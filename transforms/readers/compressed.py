"""Compressed files, up to a limit: those compressed as a whole, unpacked in memory, and the inside of archives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping

from schemas.errors import DataRejected

# A few kilobytes can unpack to more than any memory holds.
MAX_UNPACKED = 2**30
# Deflate makes nothing smaller than a 1032nd.
LARGEST_RATIO = 1032


def unpack(file: str, content: bytes) -> bytes:
    """The content of a gzip, bzip2, xz, zstd or zlib file; of any other file, what it holds.

    Raises
    ------
    DataRejected: the file is cut short or its checksum is wrong, or it unpacks to more than MAX_UNPACKED bytes.
    """
    return _unpacked(file, content, {**UNPACKERS, **ZLIB})


def unpack_text(file: str, content: bytes) -> bytes:
    """The same of a file of text, which may well start like a zlib file: `x^2;...`.

    Raises
    ------
    DataRejected: as unpack.
    """
    return _unpacked(file, content, UNPACKERS)


def _unpacked(file: str, content: bytes, unpackers: Mapping[bytes, Callable[[bytes], bytes]]) -> bytes:
    opener = next((opener for magic, opener in unpackers.items() if content.startswith(magic)), None)
    if opener is None:
        return content
    try:
        unpacked = opener(content)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        raise DataRejected(
            f"{file}: expected a whole compressed file; it is cut short or damaged; create and send it again"
        ) from None
    if len(unpacked) > MAX_UNPACKED:
        raise DataRejected(f"{file}: unpacks to more than {MAX_UNPACKED >> 20} MiB; send it in parts")
    return unpacked


def refuse_inflating(file: str, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to more than MAX_UNPACKED bytes, whatever its directory says.

    Raises
    ------
    DataRejected: it does, or a part can't be unpacked.
    """
    parts = archive.infolist()
    too_large = sum(part.file_size for part in parts) > MAX_UNPACKED
    if not too_large and sum(part.compress_size for part in parts) * LARGEST_RATIO > MAX_UNPACKED:
        too_large = _unpacks_beyond(file, archive)
    if too_large:
        raise DataRejected(f"{file}: unpacks to more than {MAX_UNPACKED >> 20} MiB; send it in parts")


def _unpacks_beyond(file: str, archive: zipfile.ZipFile) -> bool:
    """Count what comes out, since a directory can lie."""
    left = MAX_UNPACKED
    try:
        for part in archive.infolist():
            with archive.open(part) as content:
                while chunk := content.read(2**20):
                    left -= len(chunk)
                    if left < 0:
                        return True
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        raise DataRejected(f"{file}: expected a whole archive; send it again") from None
    return False


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


def _zstd(content: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.CompressedInputStream(pa.BufferReader(content), "zstd").read(MAX_UNPACKED + 1))


UNPACKERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": _gzip,
    **{b"BZh%d1AY&SY" % size: _bzip2 for size in range(1, 10)},
    b"\xfd7zXZ\0": _xz,
    b"\x28\xb5\x2f\xfd": _zstd,
}
ZLIB: dict[bytes, Callable[[bytes], bytes]] = {bytes((0x78, level)): _zlib for level in (0x01, 0x5E, 0x9C, 0xDA)}
