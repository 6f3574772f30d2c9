"""Columns the mapping names and the header lacks: refused, with the likeliest cause."""

from __future__ import annotations

from difflib import get_close_matches

from schemas.errors import DataRejected
from schemas.mapping import SheetMapping, SiteMapping
from transforms.readers import Sheet
from transforms.readers.delimited import DELIMITERS, RARE_DELIMITERS


def require_columns(sheet: Sheet, mapping: SheetMapping, site: SiteMapping) -> None:
    """Let a sheet pass whose header has every column the mapping uses.

    Raises
    ------
    DataRejected: one is missing.
    """
    missing = sorted(mapping.used_columns() - set(sheet.header))
    if not missing:
        return
    expected = f"{site.site_id} {sheet.place}: expected a column {missing[0]}"
    if sign := _delimiter_within(sheet.header, missing):
        told = "a tab" if sign == "\t" else f"{sign!r}"
        raise DataRejected(
            f"{expected}; one cell of the header holds several names, with {told} between them; "
            "correct delimiter in the mapping, or export each column in cells of its own"
        )
    near = get_close_matches(missing[0], sheet.header, n=1)
    hint = f"; the nearest is {near[0]}" if near else ""
    raise DataRejected(f"{expected}; the header has none{hint}; restore the column or correct the mapping")


def _delimiter_within(header: list[str], missing: list[str]) -> str | None:
    """What parts the names where one cell holds them all: of a single one, a cell may as well say two things of one column."""
    if len(missing) < 2:
        return None
    for sign in DELIMITERS + RARE_DELIMITERS:
        if any({*missing} <= {name.strip() for name in cell.split(sign)} for cell in header):
            return sign
    return None
