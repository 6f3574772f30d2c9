"""SAS transport files (XPORT, .xpt) of version 5 and 8, with every dataset in them.

Read here and not with pyreadstat, which blanks special missing values of transport files and reads a second dataset
as rows of the first, and passes positions over (sas_layout). Source: SAS TS-140, The Record Layout of a Data Set in SAS Transport (XPORT) Format.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from schemas.errors import DataRejected
from transforms.readers.sas_catalog import Catalog
from transforms.readers.sas_cells import Column, dataset_rows
from transforms.readers.sas_layout import laid_out

RECORD = 80
HEADER = re.compile(rb"HEADER RECORD\*{7}(\w+) +HEADER RECORD!{7}(.{32})", re.DOTALL)
ANY_HEADER = b"HEADER RECORD*******"
LIBRARY, MEMBER, NAMES = (b"LIBRARY", b"LIBV8"), (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8")
OBSERVATIONS = (b"OBS", b"OBSV8")
# Type, length, number, name, label, format, its width and decimals, informat, position; the long name is of version 8 alone.
NAMESTR = struct.Struct(">h2xhh8s40s8shh4x8s4xi32s")
# How many numbers stand before the texts of a long label.
LABELS = {b"LABELV8": 3, b"LABELV9": 5}
# TS-140 puts a long format after name and label; some writers put it right after the name.
FORMAT_TEXTS = (2, 1)
LONG_FORMAT = re.compile(rb"\$?[A-Za-z_]\w*\.\d*")
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


def read_transport(
    file: str, content: bytes, encoding: str, catalog: Catalog, wanted: Collection[str] | None = None
) -> list[Dataset]:
    """Every dataset of a transport file. The format names no encoding: it is the declared one, else UTF-8.

    catalog: labels of the site's own formats. wanted: names of the datasets whose rows are read, so that a doubt in another one
    keeps none of these out; all of them where it is None.

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
            _read_dataset(file, content[start:end], encoding, catalog, wanted)
            for start, end in zip(starts, [*starts[1:], len(content)], strict=True)
        ]
    except _Damaged as damage:
        raise _rejected(file, str(damage)) from None
    except (struct.error, ValueError):
        raise _rejected(file, "numbers and names where the format has them") from None


def _rejected(file: str, expected: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected a SAS transport file with {expected}; export it again and send the complete file"
    )


def _header(content: bytes, at: int, names: tuple[bytes, ...]) -> bytes | None:
    """What a header record says after its name; None where another record stands."""
    found = HEADER.match(content, at)
    return found[2] if found is not None and found[1] in names else None


def _required(content: bytes, at: int, names: tuple[bytes, ...]) -> bytes:
    found = _header(content, at, names)
    if found is None:
        raise _Damaged(f"a header {' or '.join(name.decode() for name in names)}")
    return found


def _read_dataset(
    file: str, content: bytes, encoding: str, catalog: Catalog, wanted: Collection[str] | None
) -> Dataset:
    size = int(_required(content, 0, MEMBER)[26:30])
    long_names = HEADER.match(content)[1] == MEMBER[1]  # type: ignore[index] # _required found it
    name = content[168 : 168 + (32 if long_names else 8)].decode("ascii").strip()
    count = int(_required(content, 320, NAMES)[:10])
    described = list(_columns(content[400:], count, size, long_names=long_names))
    at = _whole_records(400 + count * size)
    formats, at = _long_formats(content, at)
    counted = _required(content, at, OBSERVATIONS)[:30]
    columns = [column.with_format(formats.get(i, "")) for i, (column, _) in enumerate(described, start=1)]
    records = _records(content[at + RECORD :], sum(column.width for column in columns), counted)
    if wanted is not None and name not in wanted:
        return Dataset(name, [], [])
    columns = laid_out(f"{file} {name}", columns, [number for _, number in described], records)
    return Dataset(
        name,
        [column.name for column in columns],
        list(dataset_rows(f"{file} {name}", columns, records, encoding, catalog)),
    )


def _columns(content: bytes, count: int, size: int, *, long_names: bool) -> Iterator[tuple[Column, int]]:
    """Each variable where its description puts it, with its number in the dataset."""
    if size < NAMESTR.size:
        raise _Damaged(f"descriptions of variables of {NAMESTR.size} bytes or more")
    for place in range(count):
        kind, width, number, name, _, form, wide, decimals, _, start, long_name = NAMESTR.unpack_from(
            content, place * size
        )
        if kind not in (1, 2) or width < 1 or start < 0 or (kind == 1 and not 2 <= width <= 8):
            raise _Damaged("variables that are numbers of 2 to 8 bytes or text")
        own = long_name.decode("ascii").strip(" \0") if long_names else ""
        shown_as = form.decode("ascii").strip(" \0")
        if wide or decimals:
            shown_as += f"{max(wide, 0)}.{max(decimals, 0)}"
        yield Column(own or name.decode("ascii").strip(), kind == 1, start, width, shown_as), number


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
        ends = [at + end for end in accumulate(sizes, initial=0)]
        texts = [content[start:end].strip() for start, end in pairwise(ends)]
        at = ends[-1]
        if found[1] == b"LABELV9":
            long = next((texts[i] for i in FORMAT_TEXTS if LONG_FORMAT.fullmatch(texts[i])), b"")
            formats[number] = long.decode("ascii")
    return formats, _whole_records(at)


def _records(content: bytes, length: int, counted: bytes) -> list[bytes]:
    """The rows as bytes. They fill the last record up with blanks, which may look like rows of blank text."""
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
