"""Two tables on one sheet, which a person tells apart by blank rows and columns and a reader would make one of.

One under the other: what stands below a blank row and another header is set aside, since nobody can tell which columns it has.
Side by side: a record made of columns on both sides of a blank one is asked about, since a blank column may also be no more than room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from schemas.mapping import ColumnSource, SheetMapping
from schemas.seen_text import seen
from transforms.readers import Sheet
from transforms.readers.sheet import ROW

# A header has that many names, and stands in a column below so many cells that are no words.
FEWEST_NAMES, FEWEST_NUMBERS = 2, 3
LETTER, DIGIT = r"\p{L}", r"\d"


def rows_beneath(frame: pl.DataFrame, names: Sequence[str], aside: pl.Series) -> pl.Series:
    """Which rows stand beneath another header, that header included; blank rows are those whose numbers the frame lacks.

    names: the headers. aside: rows that the mapping says are no data, which are none of a table either.
    """
    numbers = frame[ROW].to_numpy()
    after_blank = pl.Series((numbers[1:] - numbers[:-1] > 1).nonzero()[0] + 1, dtype=pl.UInt32)
    for at in after_blank.filter(_holds_words_alone(frame[after_blank].select(names))):
        if not aside[at] and _is_header(frame, names, at, aside) and not aside[at + 1 :].all():
            return pl.Series(pl.int_range(frame.height, eager=True) >= at)
    return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)


def _holds_words_alone(rows: pl.DataFrame) -> pl.Series:
    """Where a row has as many cells as a header, each of them a word without a digit."""
    cells = pl.all().cast(pl.String)
    is_word = cells.str.contains(LETTER) & ~cells.str.contains(DIGIT)
    words = pl.all_horizontal(is_word.fill_null(value=True))
    filled = pl.sum_horizontal(pl.all().is_not_null().cast(pl.UInt32))
    return rows.select(words & (filled >= FEWEST_NAMES)).to_series()


def _is_header(frame: pl.DataFrame, names: Sequence[str], at: int, aside: pl.Series) -> bool:
    """Whether a row of words names columns: one as the header does, or several in which no word stood above."""
    words = {name: seen(text) for name in names if (text := frame[name][at]) is not None}
    if {*words.values()} & {*names}:
        return True
    of_numbers = [name for name in words if _holds_no_words(frame[name][:at].filter(~aside[:at]))]
    return len(of_numbers) >= FEWEST_NAMES


def _holds_no_words(above: pl.Series) -> bool:
    cells = above.drop_nulls().cast(pl.String)
    return cells.len() >= FEWEST_NUMBERS and bool(cells.str.contains(DIGIT).all())


def columns_apart(sheet: Sheet, mapping: SheetMapping) -> list[str]:
    """Of each entry whose columns stand on both sides of a blank one, the first that stands beyond it; each header once."""
    found = (
        name for feed in mapping.feeds for entry in feed.entries() for name in _beyond(sheet, _used(entry.values()))
    )
    return list(dict.fromkeys(found))


def _used(sources: Iterable[ColumnSource]) -> set[str]:
    return {name for source in sources for name in source.used_columns()}


def _beyond(sheet: Sheet, used: set[str]) -> Iterator[str]:
    """The first column of a record in each part of the sheet but the first it has columns in."""
    part, of_parts = 0, dict[int, str]()
    for name in sheet.header:
        part += name in sheet.after_blank
        if name in used:
            of_parts.setdefault(part, name)
    yield from list(of_parts.values())[1:]
