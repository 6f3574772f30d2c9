"""Delimited text in which every line is a row, read by polars: ten times as fast as row by row.

Files with a quoted newline, a ragged row or a last line of their own are left to the careful reader.
"""

from __future__ import annotations

import codecs
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import polars as pl

from schemas.mapping import FileMapping
from transforms.distinct_texts import distinct, new_categories
from transforms.readers.header_again import header_words
from transforms.readers.sheet import ROW, Sheet, headers_after_blank, unique_names, with_blanks
from transforms.side_by_side import chosen

MARK = codecs.BOM_UTF8.decode()
# Below this the careful reader is as fast.
FEW_BYTES = 200_000
# The careful reader sees to cells that long.
LONGEST_CELL = 100_000
# Stands for a quoted cell while delimiters are counted; a private character, which no export holds.
QUOTED = "\ue000"
# Where in a sample at most this share of a column's texts differ, few differ in all of it.
FEW_TEXTS = 0.25
SAMPLES, SAMPLE_BYTES = 32, 20_000
NEW_LINE = ord("\n")


def read_plain_lines(file: str, content: bytes, delimiter: str, mapping: FileMapping) -> Sheet | None:
    """The sheet of a UTF-8 file; None where it is of another encoding or some line is no row as wide as the header."""
    entry = mapping.sheets[0]
    if (
        len(content) < FEW_BYTES
        or (entry.header_row, entry.header_rows) != (1, 1)
        or mapping.ends_with
        or len(delimiter.encode()) != 1
    ):
        return None
    first = content[: content.find(b"\n")].removeprefix(codecs.BOM_UTF8)
    if b"\0" in content or _has_old_line_ends(content) or b'"' in first:
        return None
    try:
        header = first.decode().rstrip("\r").split(delimiter)
        with ThreadPoolExecutor(1) as beside:
            counted = beside.submit(_line_ends, content)
            frame = _read_cells(content, delimiter, len(header))
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    ends, has_long_line = counted.result()
    rows = ends - content.endswith(b"\n")
    # A line with fewer cells than the header leaves the last column blank.
    may_be_short = frame.height != rows or b'"' in content or frame.to_series(-1).null_count()
    if may_be_short and not _is_regular(content, delimiter.encode(), len(header), rows + 1):
        return None
    if (
        frame.height != rows
        or (has_long_line and chosen(_is_too_long, frame, frame.height))
        or _has_header(frame.to_series(0), header)
    ):
        return None
    frame.columns = unique_names(header)
    numbered = frame.with_columns(pl.int_range(2, frame.height + 2, dtype=pl.Int64).alias(ROW))
    whole = with_blanks(numbered)
    names = whole.columns
    blank = {at for at, name in enumerate(header) if not name.strip() and not whole[names[at]].count()}
    return Sheet(file, "", whole, after_blank=headers_after_blank(names, blank))


def _read_cells(content: bytes, delimiter: str, width: int) -> pl.DataFrame:
    """Every cell below the first line; columns of few texts as such (see distinct_texts)."""
    names = [str(number) for number in range(width)]
    quote = '"' if b'"' in content else None
    text = dict.fromkeys(names, pl.String())
    read = partial(pl.read_csv, has_header=False, separator=delimiter, quote_char=quote)
    sample = read(_sample(content), schema=text, raise_if_empty=False)
    few, categories = sample.height * FEW_TEXTS, new_categories()
    kinds = {column.name: categories for column in sample if column.n_unique() <= few}
    return read(content, skip_lines=1, schema={**text, **kinds})


def _line_ends(content: bytes) -> tuple[int, bool]:
    """How many there are, and whether a line may be longer than a cell can be.

    Counted by numpy, which lets other threads run meanwhile. Where each half of the longest cell's length has an end, no line is longer.
    """
    codes, half = np.frombuffer(content, dtype=np.uint8), LONGEST_CELL // 2
    found = [int(np.count_nonzero(codes[at : at + half] == NEW_LINE)) for at in range(0, codes.size, half)]
    return sum(found), not all(found[:-1])


def _sample(content: bytes) -> bytes:
    """Whole lines from places spread over the file, since exports are sorted by subject or by day."""
    starts = range(0, len(content), max(len(content) // SAMPLES, 1))
    parts = (content[start : start + SAMPLE_BYTES].split(b"\n")[1:-1] for start in starts)
    return b"\n".join(line for lines in parts for line in lines)


def _is_too_long(column: pl.Series) -> bool:
    texts = column if column.dtype == pl.String else distinct(column)
    return bool((texts.str.len_bytes() > LONGEST_CELL).any())


def _has_header(column: pl.Series, header: list[str]) -> bool:
    """Whether a header stands again among the rows."""
    words = header_words(header)
    texts = column if column.dtype == pl.String else distinct(column)
    return bool(texts.is_in([*words, *(f"{MARK}{word}" for word in words)]).any())


def _has_old_line_ends(content: bytes) -> bool:
    """Whether some line ends in a carriage return alone."""
    return b"\r" in content and content.count(b"\r") != content.count(b"\r\n")


def _is_regular(content: bytes, delimiter: bytes, width: int, lines: int) -> bool:
    """Whether no line has fewer cells than the header, and quotes stand only around whole cells.

    Of lines without quotes the sum is enough: polars refuses those with more cells.
    """
    if b'"' not in content:
        return content.count(delimiter) == (width - 1) * lines
    every = pl.Series([content.decode().replace("\r\n", "\n").removesuffix("\n")]).str.split("\n").explode()
    every = every.str.replace_all('"(?:[^"]|"")*"', QUOTED)
    other = f"[^{re.escape(delimiter.decode())}]"
    if every.str.contains(f'{other}{QUOTED}|{QUOTED}{other}|"').any():
        return False
    return bool((every.str.count_matches(delimiter.decode(), literal=True) == width - 1).all())
