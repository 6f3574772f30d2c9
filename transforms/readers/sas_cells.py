"""Cells of a SAS transport file: IBM numbers, special missing values and padded text, from bytes to text."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from schemas.errors import DataRejected
from transforms.readers.sas_catalog import Catalog
from transforms.readers.sas_values import format_name, value_text

MISSING = frozenset(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ")
CUT_CHARACTER = ("unexpected end of data", "incomplete multibyte sequence")


@dataclass(frozen=True)
class Column:
    """A variable: name, whether its cells are numbers, where they lie in a row (bytes), its format as `DATE9.`."""

    name: str
    numeric: bool
    start: int
    width: int
    shown_as: str

    def with_format(self, long: str) -> Column:
        """The column under the long name of its format, where it has one."""
        return replace(self, shown_as=long or self.shown_as)

    def cell(self, record: bytes) -> bytes:
        """Its bytes in a row."""
        return record[self.start : self.start + self.width]

    def labels(self, catalog: Catalog) -> dict[float | str, str]:
        """The labels of its values, where its format is one of the site's own."""
        return catalog.get(format_name(self.shown_as), {})


def dataset_rows(
    place: str, columns: Sequence[Column], records: Sequence[bytes], encoding: str, catalog: Catalog
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
    labelled = [(column, column.labels(catalog)) for column in columns]
    for number, record in enumerate(records, start=1):
        cells = []
        for column, labels in labelled:
            raw = column.cell(record)
            try:
                value = _number(raw) if column.numeric else _text_cell(raw, name)
            except UnicodeDecodeError:
                raise DataRejected(
                    f"{place} row {number} {column.name}: expected text as {name}; declare the encoding of the file in "
                    "the mapping, such as gb18030 or cp1252"
                ) from None
            cells.append(shown_cell(value, column.shown_as, labels, numeric=column.numeric))
        yield number, cells


def shown_cell(value: float | str | None, shown_as: str, labels: dict[float | str, str], *, numeric: bool) -> str:
    """The text a person sees of a value: its label, else as its format shows it. Of a number a text is the letter of a special missing value."""
    if value is None:
        return ""
    if labels and value in labels:
        return labels[value]
    return value_text(value, shown_as) if numeric else str(value)


def is_missing(raw: bytes) -> bool:
    """Whether the bytes of a number say that it is missing: a point, or the letter of why."""
    return raw[0] in MISSING and not any(raw[1:])


def _number(raw: bytes) -> float | str | None:
    if not is_missing(raw):
        return ibm_number(raw)
    letter = chr(raw[0])
    return None if letter == "." else letter


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
