"""What the cells of a column are: filled, dates of which pattern, numbers, few distinct texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from schemas.partial_dates import PARTIAL
from transforms.conform.dates import date_reader
from transforms.distinct_texts import as_text

# Tried alone, so that a pattern is offered only where it reads every cell.
PATTERNS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%b-%Y",
    "%d%b%Y", "%d %b %Y", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip
FEW = 15
NUMBER = r"^[+-]?\d+([.,]\d+)?$"


@dataclass(frozen=True)
class Profile:
    """A column of an export. texts: its distinct texts, where they are few; patterns: date patterns that read all."""

    header: str
    rows: int
    filled: int
    distinct: int
    texts: tuple[str, ...]
    patterns: tuple[str, ...]
    numbers: bool

    def in_words(self) -> str:
        """For a comment: no value of a subject."""
        kind = "dates" if self.patterns else "numbers" if self.numbers else "text"
        return f"{kind}, {self.filled} of {self.rows} filled, {self.distinct} distinct"


def profile_column(frame: pl.DataFrame, header: str) -> Profile:
    """Profile one column."""
    cells = as_text(frame.select(header)).to_series().drop_nulls()
    distinct = cells.unique().sort().to_list()
    patterns = tuple(pattern for pattern in PATTERNS if distinct and all(_reads(pattern, text) for text in distinct))
    return Profile(
        header=header,
        rows=frame.height,
        filled=cells.len(),
        distinct=len(distinct),
        texts=tuple(distinct) if len(distinct) <= FEW else (),
        patterns=patterns,
        numbers=bool(distinct) and bool(cells.str.contains(NUMBER).all()),
    )


def _reads(pattern: str, text: str) -> bool:
    """Whether this pattern alone reads the text; ISO dates, which are always read, count for their own pattern only."""
    iso = pattern == "%Y-%m-%d"
    return _is_day(date_reader([pattern])(text)) and (iso or not _is_day(date_reader([])(text)))


def _is_day(found: object) -> bool:
    return isinstance(found, str) and not re.match(PARTIAL, found)
