"""One column of an export to canonical text: decode, convert the unit, read the date.

A cell that can't be conformed keeps its text, so that the site can find it, and is marked unfit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_

import polars as pl

from schemas.columns import ColumnSpec
from schemas.laboratory_names import other_names
from schemas.mapping import ColumnSource, SiteMapping, decode_key
from schemas.partial_dates import PARTIAL
from transforms.conform.dates import DateReader, date_reader, days_after
from transforms.conform.doubts import SIDES, Doubt, Limit
from transforms.conform.numbers import PLAIN, divided, keeps_plain_numbers, number_reader, plain
from transforms.conform.sources import source_text
from transforms.conform.subject_ids import are_no_ids, clean_ids
from transforms.conform.undecided import NOTHING_KNOWN, Known, judge
from transforms.distinct_texts import as_text, by_text, changed, contains, distinct, has

Result = str | Doubt | Limit | None
Convert = Callable[[str], Result]

SUBJECT_ID = "subject_id"
BLANK = pl.Series([None], dtype=pl.String)
# A number without unit or step: how days and divisors are read.
AS_IT_IS = ColumnSource(constant="1")
DAYS = ColumnSpec("days", "number", "Days since day 0", required=False)


@dataclass(frozen=True)
class Cells:
    """Canonical text of a column, which cells could not be conformed, and what failed there (code, date, number).

    sent: the text as sent, of cells that hold a partial date; null elsewhere, or None where the column has no such.
    doubts: by rule, unfit cells of which more is known than `what`. limits: by side, the numbers of cells declared as
    limits, which are blank.
    """

    text: pl.Series
    unfit: pl.Series
    what: str
    sent: pl.Series | None = None
    doubts: dict[Doubt, pl.Series] = field(default_factory=dict)
    limits: dict[str, pl.Series] = field(default_factory=dict)

    def faults(self) -> dict[str, pl.Series]:
        """By rule, the cells that break it; every unfit cell breaks one."""
        rest = self.unfit
        for cells in self.doubts.values():
            rest = rest & ~cells
        return {self.what: rest, **{doubt.value: cells for doubt, cells in self.doubts.items()}}


def conform_cell(
    rows: pl.DataFrame,
    spec: ColumnSpec,
    source: ColumnSource,
    site: SiteMapping,
    *,
    decimal_comma: bool = False,
    known: Known = NOTHING_KNOWN,
) -> Cells:
    """Conform one canonical column of all rows; `decimal_comma` is how the file writes numbers; known: see judge."""
    if spec.name == SUBJECT_ID:
        return _subject_ids(rows, spec, source, site, known)
    return _conform_cell(rows, spec, source, site, known, decimal_comma=decimal_comma)


def _subject_ids(rows: pl.DataFrame, spec: ColumnSpec, source: ColumnSource, site: SiteMapping, known: Known) -> Cells:
    """Ids that look the same are the same, and so are the parts they are joined from."""
    rows = rows.with_columns(clean_ids(rows[name], site) for name in source.own_columns())
    cells = _conform_cell(rows, spec, source, site, known, decimal_comma=False)
    ids = clean_ids(cells.text, site)
    parts = [are_no_ids(rows[name]) for name in source.joined or ()]
    no_ids = reduce(or_, parts, are_no_ids(ids))
    return Cells(ids, cells.unfit | no_ids, "readable" if no_ids.any() else cells.what)


def _conform_cell(
    rows: pl.DataFrame, spec: ColumnSpec, source: ColumnSource, site: SiteMapping, known: Known, *, decimal_comma: bool
) -> Cells:
    if not source.is_one_column():
        rows = as_text(rows)
    text = source_text(rows, source)
    if not source.only_where:
        return _conform_steps(rows, text, spec, source, site, decimal_comma=decimal_comma)
    judged = judge(rows, source.only_where, known, source.own_columns())
    blank = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    cells = _conform_steps(rows, text.zip_with(judged.sure, blank), spec, source, site, decimal_comma=decimal_comma)
    # Blank it is blank, whatever the condition says.
    undecided = judged.open_by.is_not_null() & text.is_not_null()
    if not undecided.any():
        return cells
    doubts = {**cells.doubts, Doubt.UNDECIDED: undecided}
    return replace(cells, text=text.zip_with(undecided, cells.text), unfit=cells.unfit | undecided, doubts=doubts)


def _conform_steps(
    rows: pl.DataFrame,
    text: pl.Series,
    spec: ColumnSpec,
    source: ColumnSource,
    site: SiteMapping,
    *,
    decimal_comma: bool,
) -> Cells:
    if source.extract is None:
        return _conform_text(rows, text, spec, source, site, decimal_comma)
    taken = _extracted(text, source.extract)
    cells = _conform_text(rows, taken.text, spec, source, site, decimal_comma)
    return replace(cells, text=cells.text.zip_with(~taken.unfit, text), unfit=cells.unfit | taken.unfit)


def _conform_text(
    rows: pl.DataFrame, text: pl.Series, spec: ColumnSpec, source: ColumnSource, site: SiteMapping, decimal_comma: bool
) -> Cells:
    decode = site.decode_of(source)
    if decode is not None:
        return _converted(text, "code", _decoder(decode, spec))
    if other_names(spec.codelist_name):
        read = _decoder({}, spec)
        # A name that nobody knows stays, and is asked about as any unknown code.
        return _converted(text, "code", lambda found: read(found) or found)
    if spec.kind == "date":
        return _dates(rows, text, source, site)
    if spec.kind in ("integer", "number"):
        comma = decimal_comma if source.decimal_comma is None else source.decimal_comma
        return _numbers(rows, text, spec, source, decimal_comma=comma)
    return Cells(text, none_unfit(text), "code")


def _converted(text: pl.Series, what: str, convert: Convert, stays: str | None = None) -> Cells:
    """Convert each distinct text once; a text that converts to None or a doubt is kept and marked unfit.

    stays: pattern of texts that are as they should be.
    """
    results = {found: convert(found) for found in distinct(text, unlike=stays).to_list()}
    others = {found: _text_of(result) for found, result in results.items() if isinstance(result, str | Limit)}
    others = {found: result for found, result in others.items() if result != found}
    new_texts = pl.Series(others.values(), dtype=pl.String)
    new = changed(text, lambda texts: texts.replace(list(others), new_texts)) if others else text
    doubts = {doubt: cells for doubt in Doubt if (cells := _cells_of(text, results, doubt)) is not None}
    others_unfit = _cells_of(text, results, None)
    unfit = none_unfit(text) if others_unfit is None else others_unfit
    for cells in doubts.values():
        unfit = unfit | cells
    return Cells(new, unfit, what, doubts=doubts, limits=_limits(text, results))


def _text_of(result: str | Limit) -> str | None:
    return result if isinstance(result, str) else None


def _limits(text: pl.Series, results: dict[str, Result]) -> dict[str, pl.Series]:
    """By side, the number of each cell that is a limit; a side without any is left out."""
    found = {}
    for side in SIDES:
        numbers = {
            sent: plain(limit.number)
            for sent, limit in results.items()
            if isinstance(limit, Limit) and limit.side == side
        }
        if numbers:
            found[side] = by_text(
                text,
                lambda texts, to=numbers: texts.replace_strict(to, default=None, return_dtype=pl.String),  # type: ignore[misc]
            )
    return found


def _cells_of(text: pl.Series, results: dict[str, Result], meant: Doubt | None) -> pl.Series | None:
    """The cells whose text came to this; None where there are none."""
    texts = [found for found, result in results.items() if result is meant]
    return by_text(text, lambda found: found.is_in(texts)).fill_null(value=False) if texts else None


def _extracted(text: pl.Series, pattern: str) -> Cells:
    """The one group of a pattern, by an expression that takes time linear in the text."""
    found = changed(text, lambda texts: texts.str.extract(pattern))
    return Cells(found, text.is_not_null() & found.is_null(), "code")


def _decoder(decode: dict[str, str], spec: ColumnSpec) -> Callable[[str], str | None]:
    own = {decode_key(name): code for name, code in other_names(spec.codelist_name).items()}
    own |= {decode_key(code): code for code in spec.codelist or ()}
    codes = own | {decode_key(text): code for text, code in decode.items()}
    return lambda text: codes.get(decode_key(text))


def _numbers(
    rows: pl.DataFrame, text: pl.Series, spec: ColumnSpec, source: ColumnSource, *, decimal_comma: bool
) -> Cells:
    read = number_reader(spec, source, decimal_comma=decimal_comma)
    stays = PLAIN if keeps_plain_numbers(source, spec) and not decimal_comma else None
    cells = _converted(text, "number", read, stays)
    if source.divided_by is None:
        return cells
    read_divisor = number_reader(spec, AS_IT_IS, decimal_comma=decimal_comma)
    divisor = rows[source.divided_by]
    by = _converted(divisor, "number", read_divisor, None if decimal_comma else PLAIN)
    quotient = divided(cells.text, by.text)
    unfit = cells.unfit | by.unfit | (text.is_not_null() & divisor.is_not_null() & quotient.is_null())
    return Cells(quotient.zip_with(~unfit, text), unfit, "number", doubts=cells.doubts)


def _dates(rows: pl.DataFrame, text: pl.Series, source: ColumnSource, site: SiteMapping) -> Cells:
    # A day that the mapping itself states may stand for any, as 1960-01-01 does for day 0.
    between = (date.min, date.max) if source.constant is not None else site.dates_between
    read = date_reader(source.dates or site.dates, site.partial_dates, site.unknown_dates, between)
    if source.days_since is not None:
        return _days_since(rows, text, source, read)
    cells = _converted(text, "date", read)
    if not has(cells.text, PARTIAL):
        return cells
    partial = contains(cells.text, PARTIAL) & ~cells.unfit
    return replace(cells, sent=text.zip_with(partial, BLANK))


def _days_since(rows: pl.DataFrame, text: pl.Series, source: ColumnSource, read: DateReader) -> Cells:
    """Relative days of a de-identified export, as dates counted from a day (or a column) that stands for day 0."""
    since = source.days_since or ""
    if since in rows.columns:
        day_0 = _converted(rows[since], "date", read).text
    else:
        day_0 = pl.repeat(since, rows.height, dtype=pl.String, eager=True)
    read_days = number_reader(DAYS, source, decimal_comma=False)
    new = days_after(day_0, _converted(text, "date", read_days).text)
    return Cells(new.zip_with(new.is_not_null(), text), text.is_not_null() & new.is_null(), "date")


def none_unfit(text: pl.Series) -> pl.Series:
    """That every cell of a column fits."""
    return pl.repeat(value=False, n=text.len(), dtype=pl.Boolean, eager=True)
