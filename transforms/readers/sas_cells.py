"""Cells of a SAS transport file: IBM numbers, special missing values and padded text, from bytes to text."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from schemas.errors import DataRejected
from transforms.readers.sas_values import format_name, value_text

MISSING = frozenset(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CUT_CHARACTER = ("unexpected end of data", "incomplete multibyte sequence")


@dataclass(frozen=True)
class Column:
    """A variable: name, whether its cells are numbers, where they lie in a row (bytes), its format's name."""

    name: str
    numeric: bool
    start: int
    width: int
    shown_as: str

    def with_format(self, name: str) -> Column:
        """The column under the long name of its format, where it has one."""
        return replace(self, shown_as=format_name(name or self.shown_as))


def dataset_rows(
    place: str, columns: Sequence[Column], records: Sequence[bytes], encoding: str
) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, counted from 1 as SAS does.

    Raises
    ------
    DataRejected: a cell is no text of the encoding, or there is no such encoding.
    """
    name = "utf-8" if encoding == "auto" else encoding
    try:
        codecs.lookup(name)
    except LookupError:
        raise DataRejected(f"{place}: unknown encoding {name}; correct it in the mapping") from None
    for number, record in enumerate(records, start=1):
        cells = []
        for column in columns:
            raw = record[column.start : column.start + column.width]
            try:
                cells.append(_number_cell(raw, column.shown_as) if column.numeric else _text_cell(raw, name))
            except UnicodeDecodeError:
                raise DataRejected(
                    f"{place} row {number} {column.name}: expected text as {name}; declare the encoding of the file in "
                    "the mapping, such as gb18030 or cp1252"
                ) from None
        yield number, cells


def _number_cell(raw: bytes, shown_as: str) -> str:
    if raw[0] in MISSING and not any(raw[1:]):
        letter = chr(raw[0])
        return "" if letter == "." else value_text(letter, shown_as)
    return value_text(ibm_number(raw), shown_as)


def ibm_number(raw: bytes) -> float:
    """A number of the IBM 370: sign, power of 16 in excess of 64, fraction; its last bytes may be cut off."""
    whole = int.from_bytes(raw.ljust(8, b"\0"), "big")
    fraction = whole & (1 << 56) - 1
    size = math.ldexp(fraction, 4 * ((whole >> 56 & 0x7F) - 64) - 56)
    return -size if whole >> 63 else size


def _text_cell(raw: bytes, encoding: str) -> str:
    """Text without the blanks that pad it. SAS cuts long text by bytes: half a character at the end is marked so."""
    try:
        return raw.rstrip(b" \0").decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(raw) and error.reason in CUT_CHARACTER:
            return raw[: error.start].decode(encoding) + "\N{REPLACEMENT CHARACTER}"
        raise
