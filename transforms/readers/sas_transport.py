"""SAS transport files (XPORT, .xpt) of version 5 and 8, with every dataset in them.

Read here and not with pyreadstat, which blanks special missing values of transport files and reads a second dataset
as rows of the first. Source: SAS TS-140, The Record Layout of a Data Set in SAS Transport (XPORT) Format.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.errors import DataRejected
from transforms.readers.sas_cells import Column, dataset_rows

RECORD = 80
HEADER = re.compile(rb"HEADER RECORD\*{7}(\w+) +HEADER RECORD!{7}(.{32})", re.DOTALL)
ANY_HEADER = b"HEADER RECORD*******"
LIBRARY, MEMBER, NAMES = (b"LIBRARY", b"LIBV8"), (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8")
OBSERVATIONS = (b"OBS", b"OBSV8")
# Type, length, name, label, format, its width and decimals, informat, position; the long name is of version 8 alone.
NAMESTR = struct.Struct(">h2xh2x8s40s8s8x8s4xi32s")
# How many lengths stand before the texts of a long label, and which of those texts is the variable's format.
LABELS = {b"LABELV8": 3, b"LABELV9": 5}
# Version 5 and some writers of version 8 do not count rows; the latter write zeros from end to end.
UNCOUNTED = re.compile(rb"0{30}|\s*")


@dataclass(frozen=True)
class Dataset:
    """One dataset: its name, columns in order, rows of cells as text."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


class _Damaged(Exception):
    """What was expected where the file departs from the format."""


def is_transport(content: bytes) -> bool:
    """Whether this is a transport file, by its first record."""
    found = HEADER.match(content)
    return found is not None and found[1] in LIBRARY


def read_transport(file: str, content: bytes, encoding: str) -> list[Dataset]:
    """Every dataset of a transport file. The format names no encoding: it is the declared one, else UTF-8.

    Raises
    ------
    DataRejected: the file ends early or departs from the format, or a cell is no text of the encoding.
    """
    if len(content) % RECORD:
        raise _rejected(file, f"records of {RECORD} bytes to the end of the file")
    starts = [at for at in range(0, len(content), RECORD) if _header(content, at, MEMBER)]
    if not starts:
        raise _rejected(file, "at least one dataset")
    try:
        return [
            _read_dataset(file, content[start:end], encoding)
            for start, end in zip(starts, [*starts[1:], len(content)], strict=True)
        ]
    except _Damaged as damage:
        raise _rejected(file, str(damage)) from None
    except (struct.error, ValueError):
        raise _rejected(file, "numbers and names where the format has them") from None


def _rejected(file: str, expected: str) -> DataRejected:
    return DataRejected(f"{file}: expected a SAS transport file with {expected}; export it anew and send it whole")


def _header(content: bytes, at: int, names: tuple[bytes, ...]) -> bytes | None:
    """What a header record says after its name; None where another record stands."""
    found = HEADER.match(content, at)
    return found[2] if found is not None and found[1] in names else None


def _required(content: bytes, at: int, names: tuple[bytes, ...]) -> bytes:
    found = _header(content, at, names)
    if found is None:
        raise _Damaged(f"a header {' or '.join(name.decode() for name in names)}")
    return found


def _read_dataset(file: str, content: bytes, encoding: str) -> Dataset:
    size = int(_required(content, 0, MEMBER)[26:30])
    long_names = HEADER.match(content)[1] == MEMBER[1]  # type: ignore[index] # _required found it
    name = content[168 : 168 + (32 if long_names else 8)].decode("ascii").strip()
    count = int(_required(content, 320, NAMES)[:10])
    columns = list(_columns(content[400:], count, size, long_names=long_names))
    at = _whole_records(400 + count * size)
    formats, at = _long_formats(content, at)
    counted = _required(content, at, OBSERVATIONS)[:30]
    columns = [column.with_format(formats.get(number, "")) for number, column in enumerate(columns, start=1)]
    return Dataset(
        name,
        [column.name for column in columns],
        list(dataset_rows(f"{file} {name}", columns, _records(content[at + RECORD :], columns, counted), encoding)),
    )


def _columns(content: bytes, count: int, size: int, *, long_names: bool) -> Iterator[Column]:
    if size < NAMESTR.size:
        raise _Damaged(f"descriptions of variables of {NAMESTR.size} bytes or more")
    for number in range(count):
        kind, width, name, _, shown_as, _, start, long_name = NAMESTR.unpack_from(content, number * size)
        if kind not in (1, 2) or width < 1 or start < 0 or (kind == 1 and not 2 <= width <= 8):
            raise _Damaged("variables that are numbers of 2 to 8 bytes or text")
        own = long_name.decode("ascii").strip(" \0") if long_names else ""
        yield Column(own or name.decode("ascii").strip(), kind == 1, start, width, shown_as.decode("ascii").strip())


def _whole_records(position: int) -> int:
    return -(-position // RECORD) * RECORD


def _long_formats(content: bytes, at: int) -> tuple[dict[int, str], int]:
    """Formats of more than 8 letters by number of their variable, and where the list of long labels ends."""
    formats: dict[int, str] = {}
    found = HEADER.match(content, at)
    if found is None or found[1] not in LABELS:
        return formats, at
    lengths = struct.Struct(f">{LABELS[found[1]]}H")
    at += RECORD
    for _ in range(int(found[2].split()[0])):
        number, *sizes = lengths.unpack_from(content, at)
        at += lengths.size
        if found[1] == b"LABELV9":
            formats[number] = content[at + sizes[0] : at + sum(sizes[:2])].decode("ascii").strip()
        at += sum(sizes)
    return formats, _whole_records(at)


def _records(content: bytes, columns: list[Column], counted: bytes) -> list[bytes]:
    """The rows as bytes. They fill the last record up with blanks, which may look like rows of blank text."""
    length = sum(column.width for column in columns)
    if any(column.start + column.width > length for column in columns):
        raise _Damaged("variables side by side")
    if any(content.startswith(ANY_HEADER, at) for at in range(0, len(content), RECORD)):
        # A damaged header of a further dataset, which would become rows of this one.
        raise _Damaged("headers as the format has them")
    rows, left = divmod(len(content), length) if length else (0, len(content))
    if content[rows * length :].strip(b" ") or left >= RECORD:
        raise _Damaged("whole rows to its end")
    found = [content[row * length : (row + 1) * length] for row in range(rows)]
    if not UNCOUNTED.fullmatch(counted):
        if int(counted) > rows or any(row.strip(b" ") for row in found[int(counted) :]):
            raise _Damaged(f"{int(counted)} rows as its header says")
        return found[: int(counted)]
    filling = (RECORD - 1) // length if length else 0
    while filling and found and not found[-1].strip(b" "):
        found.pop()
        filling -= 1
    return found
