"""A header that stands again among the rows: exports were put one after the other.

The same header again is no row. Another one is refused: nobody can tell which columns the rows below it have.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.errors import DataRejected
from schemas.seen_text import seen

Row = tuple[int, list[str]]
# So many of a row's cells are headers where it is one; a single word may be a value all the same.
SHARE, FEWEST = 0.8, 2


def without_headers(file: str, header: Sequence[str], rows: list[Row]) -> list[Row]:
    """The rows without those that repeat the header.

    Raises
    ------
    DataRejected: a row is another header.
    """
    first = words_of(header)
    found = [(number, cells) for number, cells in rows if _is_header(cells, first)]
    for number, cells in found:
        if words_of(cells) != first:
            raise DataRejected(
                f"{file} row {number}: expected a row; found another header, so it is unclear which columns the rows "
                "below it have; send the exports that were put one after the other as files of their own"
            )
    again = {number for number, _ in found}
    return [row for row in rows if row[0] not in again]


def words_of(header: Sequence[str]) -> list[str]:
    """The headers as they are seen."""
    return [seen(name) for name in header]


def header_words(header: Sequence[str]) -> set[str]:
    """Headers that no cell of a row holds by chance: words, not numbers."""
    return {name for name in words_of(header) if any(map(str.isalpha, name))}


def _is_header(cells: Sequence[str], first: Sequence[str]) -> bool:
    if not (cells and seen(cells[0]) in first):
        return False
    filled = [name for name in words_of(cells) if name]
    words = header_words(first)
    return len(filled) >= FEWEST and sum(name in words for name in filled) >= SHARE * len(filled)
