"""CSV and its kin: encoding and delimiter found out or declared, line numbers true in spite of quoted newlines."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.sheet import Sheet, build_sheet

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ",;\t"


def read_delimited(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a delimited text file.

    Raises
    ------
    DataRejected: the encoding can't be told, the file is empty, or a row has more cells than the header.
    """
    text = decode_text(path, mapping.encoding)
    header_row = mapping.sheets[0].header_row
    delimiter = _delimiter(text, mapping.delimiter, header_row)
    rows = _numbered_rows(path.name, text, delimiter)
    if len(rows) < header_row:
        raise DataRejected(f"{path.name}: expected a header in row {header_row}; the file has {len(rows)} rows")
    header = rows[header_row - 1][1]
    data = rows[header_row:]
    _refuse_ragged(path.name, len(header), data)
    return [build_sheet(path.name, "", header, data)]


def decode_text(path: Path, encoding: str) -> str:
    """Text of a file: by its byte-order mark, else the declared encoding, else UTF-8, else GB18030."""
    content = path.read_bytes()
    candidates = [name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)]
    candidates += [encoding] if encoding != "auto" else ["utf-8", "gb18030"]
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise DataRejected(f"{path.name}: unknown encoding {candidate}; correct it in the mapping") from None
    raise DataRejected(f"{path.name}: expected text as {' or '.join(candidates)}; declare its encoding in the mapping")


def _delimiter(text: str, declared: str, header_row: int) -> str:
    if declared != "auto":
        return "\t" if declared == "tab" else declared
    return max(DELIMITERS, key=lambda delimiter: _header_width(text, delimiter, header_row))


def _header_width(text: str, delimiter: str, header_row: int) -> int:
    """Cells of the header under a delimiter, those within quotes not counted."""
    rows = csv.reader(_lines(text), delimiter=delimiter)
    try:
        return len(next(islice(rows, header_row - 1, None), []))
    except csv.Error:
        return 0


def _lines(text: str) -> Iterator[str]:
    """Lines as an editor counts them. str.splitlines would also break a cell at a vertical tab or at U+2028."""
    return iter(io.StringIO(text, newline=""))


def _numbered_rows(file: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Every row with the number of the line it starts on."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    rows, first_line = [], 1
    try:
        for cells in reader:
            rows.append((first_line, cells))
            first_line = reader.line_num + 1
    except csv.Error as error:
        raise DataRejected(
            f"{file} row {first_line}: {error}; expected quotes in pairs; export the file anew"
        ) from None
    return rows


def _refuse_ragged(file: str, width: int, rows: list[tuple[int, list[str]]]) -> None:
    """More cells than headers mean that a delimiter stands inside a value, so that columns have shifted."""
    ragged = [number for number, cells in rows if len(cells) > width and any(cell.strip() for cell in cells[width:])]
    if ragged:
        shown = ", ".join(map(str, ragged[:5])) + (" ..." if len(ragged) > 5 else "")
        raise DataRejected(
            f"{file}: expected {width} cells as in the header; {len(ragged)} of {len(rows)} rows have more "
            f"(row {shown}); put values that hold the delimiter in quotes"
        )
