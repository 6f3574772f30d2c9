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
DIGIT = r"\d"


def rows_beneath(frame: pl.DataFrame, names: Sequence[str], aside: pl.Series) -> pl.Series:
    """Which rows stand beneath another header, that header included; blank rows are those whose numbers the frame lacks.

    names: the headers. aside: rows that the mapping says are no data, which are none of a table either.
    """
    numbers = frame[ROW].to_numpy()
    after_blank = (numbers[1:] - numbers[:-1] > 1).nonzero()[0] + 1
    for at in after_blank.tolist():
        if not aside[at] and _is_header(frame, names, at, aside) and not aside[at + 1 :].all():
            return pl.Series(pl.int_range(frame.height, eager=True) >= at)
    return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)


def _is_header(frame: pl.DataFrame, names: Sequence[str], at: int, aside: pl.Series) -> bool:
    """Whether a row holds names of columns alone: one of the header, or words where no word stood above."""
    filled = {name: seen(text) for name in names if (text := frame[name][at]) is not None}
    words = [text for text in filled.values() if any(map(str.isalpha, text)) and not any(map(str.isdigit, text))]
    if len(filled) < FEWEST_NAMES or len(words) < len(filled):
        return False
    return bool({*words} & {*names}) or any(_holds_no_words(frame[name][:at].filter(~aside[:at])) for name in filled)


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
