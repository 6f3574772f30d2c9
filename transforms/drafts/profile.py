"""What the cells of a column are: filled, dates of which patterns and how many by each, days, numbers, few distinct texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from schemas.partial_dates import PARTIAL
from transforms.conform.dates import date_reader
from transforms.conform.personal_texts import looks_personal
from transforms.distinct_texts import as_text

PATTERNS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d-%b-%Y",
    "%d%b%Y", "%d %b %Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y年%m月%d日", "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
PARTIAL_PATTERNS = ("%Y/%m", "%Y.%m", "%Y年%m月", "%Y年", "%b %Y", "%b-%Y")
SERIAL = "serial-1900"
# 1954 to 2064: a number outside of them is hardly a day as a spreadsheet counts.
SERIALS = (20_000, 60_000)
# Fifty years and, before day 0, ten.
DAYS = (-3_650, 18_300)
# A pattern that reads none of the first texts is tried no further.
FIRST_TEXTS = 500
FEW = 15
NUMBER = r"^[+-]?\d+([.,]\d+)?$"
PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
COULD_BE_A_DATE = re.compile(r"\d.*\d")


@dataclass(frozen=True)
class Dates:
    """How a column's dates are read. whole: patterns that read every cell; else mixed: by pattern, cells no earlier one reads.

    unread: cells nothing reads; partial: patterns of dates without a day, but the one that is always read; partly: cells
    without a day. rival: the whole patterns read other days.
    """

    whole: tuple[str, ...] = ()
    mixed: tuple[tuple[str, int], ...] = ()
    partial: tuple[str, ...] = ()
    partly: int = 0
    unread: int = 0
    rival: bool = False


@dataclass(frozen=True)
class Profile:
    """A column of an export. counts: its distinct texts and how often each stands there."""

    header: str
    rows: int
    filled: int
    counts: dict[str, int]

    @property
    def distinct(self) -> int:
        """How many texts there are."""
        return len(self.counts)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, where they are few."""
        return tuple(sorted(self.counts)) if self.distinct <= FEW else ()

    @cached_property
    def numbers(self) -> bool:
        """Whether all are numbers."""
        return bool(self.counts) and all(re.match(NUMBER, text) for text in self.counts)

    @cached_property
    def days(self) -> bool:
        """Whether all are numbers such as days since an origin."""
        return bool(self.counts) and all(_is_within(text, DAYS) for text in self.counts)

    @cached_property
    def serials(self) -> bool:
        """Whether all are numbers such as days of a spreadsheet."""
        return bool(self.counts) and all(_is_within(text, SERIALS) for text in self.counts)

    @property
    def dated(self) -> bool:
        """Whether most are dates beyond doubt: 8.10 is a number, 20210305 is not."""
        if self.numbers and any(len(text) != len("20210305") for text in self.counts):
            return False
        return bool(self.dates.whole) or 2 * sum(cells for _, cells in self.dates.mixed) > self.filled

    @cached_property
    def personal(self) -> bool:
        """Whether most look like telephone numbers, identity numbers, addresses of mail, names after a title."""
        if self.numbers and not any(len(text) >= 11 for text in self.counts):
            return False
        looks = looks_personal(pl.Series(list(self.counts), dtype=pl.String))
        return self.distinct > 1 and int(looks.sum()) * 2 > self.distinct

    @cached_property
    def dates(self) -> Dates:
        """How its dates are read."""
        able = [text for text in self.counts if COULD_BE_A_DATE.search(text) and len(text) < 30]
        read = {pattern: found for pattern in PATTERNS if (found := _read_by(pattern, able))}
        whole = tuple(pattern for pattern, found in read.items() if len(found) == self.distinct)
        if whole:
            return Dates(whole=whole, rival=len({tuple(sorted(read[pattern].items())) for pattern in whole}) > 1)
        mixed, left = [], set(self.counts)
        while read and (best := max(read, key=lambda pattern: self._cells(left & read[pattern].keys()))):
            gained = left & read.pop(best).keys()
            if not gained:
                break
            mixed.append((best, self._cells(gained)))
            left -= gained
        always = _read_partially(None, left)
        partly = {pattern: texts for pattern in PARTIAL_PATTERNS if (texts := _read_partially(pattern, left - always))}
        read_partly = always.union(*partly.values())
        return Dates(
            mixed=tuple(mixed),
            partial=tuple(partly),
            partly=self._cells(read_partly),
            unread=self._cells(left - read_partly),
        )

    def _cells(self, texts: set[str]) -> int:
        return sum(self.counts[text] for text in texts)

    def in_words(self) -> str:
        """For a comment: no value of a subject."""
        kind = "dates" if self.dated else "numbers" if self.numbers else "text"
        return f"{kind}, {self.filled} of {self.rows} filled, {self.distinct} distinct"


def profile_column(frame: pl.DataFrame, header: str) -> Profile:
    """Profile one column."""
    cells = as_text(frame.select(header)).to_series().drop_nulls()
    counted = cells.value_counts(name="cells").rows() if cells.len() else []
    return Profile(header, frame.height, cells.len(), dict(counted))


def _is_within(text: str, bounds: tuple[int, int]) -> bool:
    return PLAIN.fullmatch(text) is not None and bounds[0] <= float(text) <= bounds[1]


def _read_by(pattern: str, texts: list[str]) -> dict[str, str]:
    """The texts this pattern alone reads, with the day; ISO dates, which are always read, count for their own pattern only."""
    reader, always = date_reader([pattern]), date_reader([])
    iso = pattern == "%Y-%m-%d"

    def day(text: str) -> str | None:
        return _day(reader(text)) if iso or not _day(always(text)) else None

    if not any(day(text) for text in texts[:FIRST_TEXTS]):
        return {}
    return {text: found for text in texts if (found := day(text))}


def _day(found: object) -> str | None:
    return found if isinstance(found, str) and not re.fullmatch(PARTIAL, found) else None


def _read_partially(pattern: str | None, texts: set[str]) -> set[str]:
    """The texts a pattern of dates without a day reads; of none, those that are always read."""
    reader = date_reader([], partial=[pattern] if pattern else [])
    return {text for text in texts if isinstance(reader(text), str)}
