"""CSV and its kin: encoding and delimiter found out or declared, line numbers true in spite of quoted newlines.

A row whose number of cells is not the header's is named by its line: nobody can tell which cell has shifted.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.compressed import unpack_text
from transforms.readers.header_again import without_headers
from transforms.readers.plain_lines import read_plain_lines
from transforms.readers.sheet import Sheet, build_sheet
from transforms.readers.text_file import decode_content, is_surely_utf8

DELIMITERS = ",;\t"
# Asked only where none of the usual ones parts the header: they stand in headers too.
RARE_DELIMITERS = "|^，；"
# By this first line, which Excel does not show, a file tells Excel its delimiter.
TOLD = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*(?:\r\n|\n|\r)', re.IGNORECASE)
MARKS = ("\ufeff", codecs.BOM_UTF8.decode("latin-1"))
# The end of a file to DOS, which some programs still write.
END_FOR_DOS = b"\n\x1a"
# How a Rave export says that it is whole.
END_OF_FILE = "EOF"
# A cell is a value, a remark at most: beyond this a quote was never closed, or a file was pasted into a cell.
MAX_CELL = 100_000
# So many columns, and no remark of several lines looks like rows.
FEWEST_FOR_CERTAIN = 3
# The header and what stands above it.
LONGEST_HEADER = 1_000_000

Row = tuple[int, list[str]]


def read_delimited(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a delimited text file.

    Raises
    ------
    DataRejected: the encoding can't be told, the file is empty or lacks its last line, or most rows are ragged.
    """
    content = unpack_text(path.name, path.read_bytes())
    if content.endswith(END_FOR_DOS):
        content = content[:-1]
    head = content[: len(codecs.BOM_UTF8) + 20].decode("latin-1")
    if told := _told_delimiter(head):
        mapping = _with_delimiter(mapping, told[1])
        content = content[told.end() :]
    # Most are: they are decoded while they are read.
    if is_surely_utf8(content) and (sheet := _read_at_once(path.name, content, mapping)):
        return [sheet]
    text = decode_content(path.name, content, mapping.encoding, mapping.expected_texts())
    if told := _told_delimiter(text):
        mapping, text = _with_delimiter(mapping, told[1]), text[told.end() :]
    if sheet := _read_at_once(path.name, text.encode(), mapping):
        return [sheet]
    header_row = mapping.sheets[0].header_row
    delimiter = _delimiter(text, mapping.delimiter, header_row)
    last_header = header_row + mapping.sheets[0].header_rows - 1
    rows, swollen = _numbered_rows(path.name, text, delimiter, last_header)
    if len(rows) < last_header:
        raise DataRejected(
            f"{path.name}: expected a header in row {last_header}; the file has {len(rows)} rows; correct header_row in the mapping, or export it again"
        )
    header = _joined([cells for _, cells in rows[header_row - 1 : last_header]])
    _refuse_blank_header(path.name, header, rows, last_header)
    data = _without_last_line(path.name, [row for row in rows[last_header:] if any(map(str.strip, row[1]))], mapping)
    if not text.endswith(("\n", "\r")):
        _refuse_cut_row(path.name, len(header), data, mapping)
    data = without_headers(path.name, header, data)
    whole, ragged = _split_ragged(path.name, len(header), data, swollen, mapping)
    return [build_sheet(path.name, "", header, whole, ragged)]


def _told_delimiter(head: str) -> re.Match[str] | None:
    """The first line of a text where it tells the delimiter, marks of its encoding before it included."""
    start = max(len(mark) if head.startswith(mark) else 0 for mark in MARKS)
    return TOLD.match(head, start)


def _with_delimiter(mapping: FileMapping, delimiter: str) -> FileMapping:
    return mapping.model_copy(update={"delimiter": delimiter})


def _refuse_blank_header(file: str, header: Sequence[str], rows: Sequence[Row], last_header: int) -> None:
    if any(map(str.strip, header)):
        return
    filled = next((number for number, cells in rows if any(map(str.strip, cells))), None)
    found = f"the first text stands in row {filled}; correct header_row in the mapping" if filled else "export it again"
    raise DataRejected(f"{file}: expected a header in row {last_header}; the row is blank; {found}")


def _joined(rows: Sequence[list[str]]) -> list[str]:
    """One name per column: the texts of the header's rows, each said once, as they are of a workbook."""
    if len(rows) == 1:
        return rows[0]
    columns: Iterator[tuple[str, ...]] = zip_longest(*rows, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, (text.strip() for text in texts)))) for texts in columns]


def _read_at_once(file: str, content: bytes, mapping: FileMapping) -> Sheet | None:
    """The sheet of a large file of plain lines; None for any other, and for one that is not UTF-8."""
    head = content[:LONGEST_HEADER].decode(errors="replace")
    return read_plain_lines(file, content, _delimiter(head, mapping.delimiter, mapping.sheets[0].header_row), mapping)


def _delimiter(text: str, declared: str, header_row: int) -> str:
    if declared != "auto":
        return "\t" if declared == "tab" else declared
    for marks in (DELIMITERS, RARE_DELIMITERS):
        widths = {mark: _header_width(text, mark, header_row) for mark in marks}
        if max(widths.values()) > 1:
            return max(widths, key=lambda mark: widths[mark])
    return DELIMITERS[0]


def _header_width(text: str, delimiter: str, header_row: int) -> int:
    """Cells of the header under a delimiter, those within quotes not counted."""
    rows = csv.reader(_lines(text[:LONGEST_HEADER]), delimiter=delimiter)
    try:
        return len(next(islice(rows, header_row - 1, None), []))
    except csv.Error:
        return 0


def _lines(text: str) -> Iterator[str]:
    """Lines as an editor counts them. str.splitlines would also break a cell at a vertical tab or at U+2028."""
    return iter(io.StringIO(text, newline=""))


def _numbered_rows(file: str, text: str, delimiter: str, last_header: int) -> tuple[list[Row], set[int]]:
    """Every row with the number of the line it starts on, and the numbers of lines that a stray quote may have spoiled.

    A quote too many makes one row of several lines, each of which has as many delimiters as a row: each may be one.
    """
    csv.field_size_limit(MAX_CELL)
    lines = list(_lines(text))
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    rows, swollen, first_line = [], set(), 1
    try:
        for cells in reader:
            own = lines[first_line - 1 : reader.line_num]
            if len(own) > 1 and len(cells) > 1 and {line.count(delimiter) for line in own} == {len(cells) - 1}:
                several = [(number, [line]) for number, line in enumerate(own, start=first_line)]
                rows += several
                swollen |= {number for number, _ in several}
            else:
                rows.append((first_line, cells))
            first_line = reader.line_num + 1
    except csv.Error as error:
        spoiled = _line_by_line(lines, first_line, delimiter, rows[last_header - 1 : last_header])
        if spoiled is None:
            raise DataRejected(f"{file} row {first_line}: {_quotes_told(str(error))}; export the file again") from None
        rows += spoiled[0]
        swollen |= spoiled[1]
    return rows, swollen


def _line_by_line(
    lines: list[str], first: int, delimiter: str, header: Sequence[Row]
) -> tuple[list[Row], set[int]] | None:
    """The lines from one that a quote spoils, each as a row of its own, and the numbers of those spoiled.

    None unless that is certain: no other line bears half a pair of quotes, and every line is as wide as the header, so that
    none can be the rest of a cell that was never closed.
    """
    width = len(header[0][1]) if header else 0
    rest = lines[first - 1 :]
    halves = [number for number, line in enumerate(rest) if line.count('"') % 2]
    # Two columns are parted by one sign, which a remark of several lines may well have in each.
    if width < FEWEST_FOR_CERTAIN or halves not in ([], [0]) or not rest[-1].endswith(("\n", "\r")):
        return None
    rows: list[Row] = []
    spoiled = set()
    for number, line in enumerate(rest, start=first):
        cells = _cells_of_line(line, delimiter)
        if cells is None:
            spoiled.add(number)
        if (line.count(delimiter) + 1 if cells is None else len(cells) or width) != width:
            return None
        rows.append((number, [line] if cells is None else cells))
    return rows, spoiled


def _cells_of_line(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line by itself; None where its quotes are not in pairs around cells."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _quotes_told(problem: str) -> str:
    if problem == "unexpected end of data":
        return "expected a second quote for the one opened here; found the end of the file, which misses a quote or was cut short"
    if "expected after" in problem:
        return "expected the next cell after a closing quote; found more text; a quote within a cell is written twice"
    return f"{problem}; expected quotes in pairs"


def _refuse_cut_row(file: str, width: int, rows: list[Row], mapping: FileMapping) -> None:
    """Refuse a file whose last row neither is whole nor has a line end."""
    if len(rows) > 1 and len(rows[-1][1]) < width and not mapping.short_rows:
        raise DataRejected(
            f"{file} row {rows[-1][0]}: expected {width} cells, as in the header; found {len(rows[-1][1])} and no line end, so the "
            "file was cut short and what came after is missing; export and send it anew, or end that line where it is no row"
        )


def _without_last_line(file: str, rows: list[Row], mapping: FileMapping) -> list[Row]:
    """Take away the line that only says that the file is whole; where the mapping demands it, it has to be there."""
    wanted = mapping.ends_with or END_OF_FILE
    if rows and [cell.strip() for cell in rows[-1][1] if cell.strip()] == [wanted] and (
        mapping.ends_with or len(rows[-1][1]) == 1
    ):  # fmt: skip
        return rows[:-1]
    if mapping.ends_with:
        raise DataRejected(f"{file}: expected a last line {wanted}; found none; the file is truncated; export it again")
    return rows


def _split_ragged(
    file: str, width: int, rows: list[Row], swollen: set[int], mapping: FileMapping
) -> tuple[list[Row], list[int]]:
    """Rows of the header's width, and the line numbers of the others."""
    ragged = [number for number, cells in rows if number in swollen or _is_ragged(cells, width, mapping)]
    refuse_mostly_ragged(file, width, ragged, len(rows))
    odd = set(ragged)
    return [row for row in rows if row[0] not in odd], ragged


def _is_ragged(cells: list[str], width: int, mapping: FileMapping) -> bool:
    too_short = len(cells) < width and not mapping.short_rows
    return too_short or any(cell.strip() for cell in cells[width:])


def refuse_mostly_ragged(file: str, width: int, ragged: list[int], rows: int) -> None:
    """Where more than half of the rows do not fit the header, it is the delimiter or the header that is wrong.

    Raises
    ------
    DataRejected: so many rows are ragged.
    """
    if 2 * len(ragged) > rows:
        shown = ", ".join(map(str, ragged[:5])) + (" ..." if len(ragged) > 5 else "")
        raise DataRejected(
            f"{file}: expected {width} cells a row, as in the header; {len(ragged)} of {rows} rows have more or fewer "
            f"(row {shown}); put values that contain the delimiter in quotes, or correct delimiter and header_row in the mapping"
        )
