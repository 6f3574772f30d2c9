"""A column the mapping names and the header lacks: refused, with the likeliest cause."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from schemas.errors import DataRejected
from schemas.mapping import SheetMapping, SiteMapping
from transforms.readers import Sheet

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "vertical bars", "^": "carets"}


def require_columns(sheet: Sheet, mapping: SheetMapping, site: SiteMapping) -> None:
    """Let a sheet pass whose header has every column the mapping uses.

    Raises
    ------
    DataRejected: one is missing.
    """
    for name in sorted(mapping.used_columns() - set(sheet.header)):
        place = f"{site.site_id} {sheet.place}"
        if sign := _delimiter_around(name, sheet.header):
            raise DataRejected(
                f"{place}: expected a column {name}; one cell of the header holds several names between {DELIMITERS[sign]}; "
                "correct delimiter in the mapping, or export each column in a cell of its own"
            )
        near = get_close_matches(name, sheet.header, n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        raise DataRejected(
            f"{place}: expected a column {name}; the header has none{hint}; restore the column or correct the mapping"
        )


def _delimiter_around(name: str, header: Sequence[str]) -> str | None:
    """What parts this name from others within one cell of the header."""
    cells = [cell for cell in header if name in cell]
    return next((sign for sign in DELIMITERS if any(name in map(str.strip, cell.split(sign)) for cell in cells)), None)
