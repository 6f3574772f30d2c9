"""One column of an export to canonical text: decode, convert the unit, read the date.

A cell that can't be conformed keeps its text, so that the site can find it, and is marked unfit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import polars as pl

from schemas.columns import ColumnSpec
from schemas.mapping import ColumnSource, SiteMapping
from schemas.units import conversion_factor

ISO = "%Y-%m-%d"
ISO_WITH_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Cells:
    """Canonical text of a column, which cells could not be conformed, and what failed there (code, date, number)."""

    text: pl.Series
    unfit: pl.Series
    what: str


def conform_cell(rows: pl.DataFrame, spec: ColumnSpec, source: ColumnSource, site: SiteMapping) -> Cells:
    """Conform one canonical column of all rows."""
    text = _source_text(rows, source)
    decode = site.decode_of(source)
    if decode is not None:
        return _converted(text, "code", _decoder(decode, spec))
    if source.days_since is not None:
        return _days_since(rows, text, source.days_since, source.dates or site.dates)
    if spec.kind == "date":
        return _converted(text, "date", _date_reader(source.dates or site.dates))
    if spec.kind in ("integer", "number"):
        factor = conversion_factor(source.unit, spec.unit) if source.unit and spec.unit else Decimal(1)
        return _converted(text, "number", _number_reader(factor))
    return Cells(text, _none_unfit(text), "code")


def _source_text(rows: pl.DataFrame, source: ColumnSource) -> pl.Series:
    if source.column is not None:
        return rows[source.column]
    return pl.Series([source.constant] * rows.height, dtype=pl.String)


def _converted(text: pl.Series, what: str, convert: Callable[[str], str | None]) -> Cells:
    """Convert each distinct text once; a text that does not convert stays as it is and is unfit."""
    distinct = text.drop_nulls().unique().to_list()
    converted = {found: convert(found) for found in distinct}
    unfit = [found for found, result in converted.items() if result is None]
    mapped = {found: result if result is not None else found for found, result in converted.items()}
    new = text.replace_strict(mapped, return_dtype=pl.String) if mapped else text
    return Cells(new, text.is_in(unfit).fill_null(value=False), what)


def _decoder(decode: dict[str, str], spec: ColumnSpec) -> Callable[[str], str | None]:
    codes = {normalized(text).casefold(): code for text, code in decode.items()}
    own = {code.casefold(): code for code in spec.codelist or ()}
    return lambda text: codes.get(normalized(text).casefold(), own.get(normalized(text).casefold()))


def _date_reader(patterns: Sequence[str]) -> Callable[[str], str | None]:
    """Try the patterns in order; ISO is last, since Excel's own date cells arrive so. Nothing is guessed."""
    ladder = [*patterns, ISO, ISO_WITH_TIME]

    def read(text: str) -> str | None:
        plain = normalized(text)
        for pattern in ladder:
            try:
                return datetime.strptime(plain, pattern).date().isoformat()  # noqa: DTZ007 - a calendar day
            except ValueError:
                continue
        return None

    return read


def _number_reader(factor: Decimal) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        plain = normalized(text)
        if not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", plain):
            return None
        try:
            return format((Decimal(plain) * factor).normalize(), "f")
        except InvalidOperation:
            return None

    return read


def _days_since(rows: pl.DataFrame, text: pl.Series, since: str, patterns: Sequence[str]) -> Cells:
    """Relative days of a de-identified export, as dates counted from a day (or a column) that stands for day 0."""
    if since in rows.columns:
        day_0 = _converted(rows[since], "date", _date_reader(patterns)).text
    else:
        day_0 = pl.Series([since] * rows.height, dtype=pl.String)
    days = _converted(text, "date", _number_reader(Decimal(1)))
    shifted = pl.DataFrame({"day_0": day_0, "days": days.text}).select(
        (
            pl.col("day_0").str.to_date(ISO, strict=False)
            + pl.duration(days=pl.col("days").cast(pl.Float64, strict=False).floor())
        ).dt.strftime(ISO)
    )
    new = shifted.to_series()
    unfit = text.is_not_null() & new.is_null()
    return Cells(new.zip_with(new.is_not_null(), text), unfit, "date")


def normalized(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, outer blanks gone."""
    return unicodedata.normalize("NFKC", text).strip()


def _none_unfit(text: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=text.len(), dtype=pl.Boolean, eager=True)
