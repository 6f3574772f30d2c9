"""Delimited text in which every line is a row, read by polars: ten times as fast as row by row.

Files with a quoted newline, a ragged row or a last line of their own are left to the careful reader.
"""

from __future__ import annotations

import re

import polars as pl

from schemas.mapping import FileMapping
from transforms.readers.sheet import ROW, Sheet, unique_names, with_blanks

# Below this the careful reader is as fast.
FEW_CHARACTERS = 200_000
# The careful reader sees to cells that long.
LONGEST_LINE = 100_000
# Stands for a quoted cell while delimiters are counted; a private character, which no export holds.
QUOTED = "\ue000"


def read_plain_lines(file: str, text: str, delimiter: str, mapping: FileMapping) -> Sheet | None:
    """The sheet, or None where some line is not a row of as many cells as the header."""
    header_row = mapping.sheets[0].header_row
    if len(text) < FEW_CHARACTERS or header_row != 1 or mapping.ends_with or len(delimiter) != 1:
        return None
    plain = text.replace("\r\n", "\n").rstrip("\n")
    first, _, _ = plain.partition("\n")
    if "\r" in plain or '"' in first or not _is_regular(plain, delimiter):
        return None
    header = first.split(delimiter)
    try:
        frame = pl.read_csv(
            plain.encode(), has_header=False, skip_rows=1, separator=delimiter, infer_schema=False,
            quote_char='"' if '"' in plain else None,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(header) or frame.height != plain.count("\n"):
        return None
    frame.columns = unique_names(header)
    numbered = frame.with_columns(pl.int_range(2, frame.height + 2, dtype=pl.Int64).alias(ROW))
    return Sheet(file, "", with_blanks(numbered))


def _is_regular(text: str, delimiter: str) -> bool:
    """Whether every line has the header's number of delimiters outside quotes, and quotes only around whole cells."""
    lines = pl.Series([text]).str.split("\n").explode()
    if (lines.str.len_bytes() > LONGEST_LINE).any():
        return False
    if '"' in text:
        lines = lines.str.replace_all('"(?:[^"]|"")*"', QUOTED)
        apart = f'[^{re.escape(delimiter)}]{QUOTED}|{QUOTED}[^{re.escape(delimiter)}]|"'
        if lines.str.contains(apart).any():
            return False
    return lines.str.count_matches(delimiter, literal=True).n_unique() == 1
