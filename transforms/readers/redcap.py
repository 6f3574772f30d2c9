"""REDCap's raw CSV export, and what the project's data dictionary says about its fields.

The event and repeat columns are always there, also where the project has none. With a dictionary, fields marked as
identifiers are personal, numbers written 1,5 become 1.5 in the fields validated so, and boxes of a form that was
never opened are blank: REDCap exports them as 0, as if somebody had left them unticked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from schemas.mapping import FileMapping
from transforms.distinct_texts import as_text
from transforms.readers.delimited import read_delimited
from transforms.readers.redcap_dictionary import Field, read_dictionary
from transforms.readers.sheet import ROW, Sheet

STRUCTURE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
)
INCOMPLETE = "0"
UNTICKED = "0"


def read_redcap(path: Path, mapping: FileMapping, dictionary: Path | None = None) -> list[Sheet]:
    """The one sheet of a REDCap export, with every structural column (blank where the project has none).

    Raises
    ------
    DataRejected: the export or the dictionary can't be read.
    """
    fields = read_dictionary(dictionary) if dictionary else []
    sheets = [replace(sheet, frame=as_text(sheet.frame)) for sheet in read_delimited(path, mapping)]
    return [with_fields(with_structure(sheet), fields) for sheet in sheets]


def with_structure(sheet: Sheet) -> Sheet:
    """The sheet with every structural column."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in STRUCTURE if name not in sheet.header]
    frame = sheet.frame.with_columns(absent)
    return Sheet(sheet.file, sheet.name, frame.select(pl.exclude(ROW), ROW), sheet.ragged, sheet.personal)


def with_fields(sheet: Sheet, fields: Sequence[Field]) -> Sheet:
    """The sheet as its fields are meant."""
    present = {field.name: [name for name in field.columns() if name in sheet.header] for field in fields}
    comma = [name for field in fields if field.decimal_comma for name in present[field.name]]
    frame = sheet.frame.with_columns(pl.col(name).str.replace(",", ".", literal=True) for name in comma)
    for form in dict.fromkeys(field.form for field in fields):
        own = [field for field in fields if field.form == form]
        boxes = [name for field in own if field.kind == "checkbox" for name in present[field.name]]
        others = [
            name for field in own[_is_first(own, fields) :] if field.kind != "checkbox" for name in present[field.name]
        ]
        frame = frame.with_columns(_blank_where_never_opened(boxes, others, f"{form}_complete", sheet.header))
    personal = tuple(name for field in fields if field.identifier for name in present[field.name])
    return Sheet(sheet.file, sheet.name, frame, sheet.ragged, personal)


def _is_first(own: Sequence[Field], fields: Sequence[Field]) -> int:
    """1 for the form that holds the record's identifier, which is filled in on every row; else 0."""
    return int(own[0] is fields[0])


def _blank_where_never_opened(
    boxes: Sequence[str], others: Sequence[str], status: str, header: Sequence[str]
) -> list[pl.Expr]:
    if not boxes or status not in header:
        return []
    nothing_given = pl.all_horizontal(
        *(pl.col(name).is_null() for name in others),
        *(pl.col(name).is_null() | (pl.col(name) == UNTICKED) for name in boxes),
    )
    opened = pl.col(status).is_not_null() & ~((pl.col(status) == INCOMPLETE) & nothing_given)
    return [pl.when(opened).then(pl.col(name)).alias(name) for name in boxes]
