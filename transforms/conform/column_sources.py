"""Which header of an export each canonical column comes from, so that a value can be walked back to its cell.

Belongs here: a sheet's mapping as rows. How a cell is converted is in cells.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, SheetMapping, SiteMapping
from schemas.staged import COLUMNS
from transforms.conform.limits import filled_by_limits


def column_sources(mapping: SheetMapping, sheet: str, site: SiteMapping) -> pl.DataFrame:
    """One row per entry of a sheet's feeds, counted from 1 as its records name it, and canonical column it fills. site: whose code maps it names."""
    entries = [(feed.domain, entry) for feed in mapping.feeds for entry in feed.entries()]
    rows = [
        (
            sheet,
            number,
            domain,
            name,
            headers_of(source),
            source.own_columns(),
            _origin(source),
            source.constant,
            "; ".join(_steps(source)) or None,
            _codes(site.decode_of(source)),
        )
        for number, (domain, entry) in enumerate(entries, start=1)
        for name, source in _with_limits(domain, entry)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _with_limits(domain: str, entry: Mapping[str, ColumnSource]) -> Iterator[tuple[str, ColumnSource]]:
    """The columns of an entry, and those that declared limits of others fill."""
    yield from entry.items()
    yield from ((filled, entry[name]) for filled, name in filled_by_limits(entry, DOMAINS[domain].columns()))


def headers_of(source: ColumnSource) -> str | None:
    """The headers a value comes from, for people: joined by `or` where the first filled one counts, else by `+`."""
    return (" or " if source.first_of else " + ").join(source.own_columns()) or None


def _codes(decode: Mapping[str, str] | None) -> str | None:
    """The codes a code map gives, one to a line, in their order; None without one."""
    return None if decode is None else "\n".join(sorted({*decode.values()}))


def _origin(source: ColumnSource) -> str:
    if source.constant is not None:
        return "constant"
    if source.first_of is not None:
        return "first of several"
    return "joined" if source.joined is not None else "column"


def _steps(source: ColumnSource) -> Iterator[str]:
    """What the mapping does to the text, in the order in which it is done."""
    if source.only_where:
        yield f"only where {', '.join(condition.column for condition in source.only_where)} fits"
    if source.extract is not None:
        yield "part of the text"
    if source.decode is not None:
        yield "decoded"
    if source.days_since is not None:
        yield f"days since {source.days_since}"
    if source.forms:
        yield "as its forms say"
    if source.unit is not None:
        yield f"unit {source.unit}"
    if source.divided_by is not None:
        yield f"divided by {source.divided_by}"
