"""REDCap's export as CSV or JSON, raw or with labels, and what the project's data dictionary says about its fields.

The event and repeat columns are always there, also where the project has none. With a dictionary, fields marked as
identifiers are personal, numbers written 1,5 become 1.5 in fields of numbers, and headers that are labels become names of
fields. Boxes of a form that was never opened are blank: REDCap exports them as 0, as if somebody had left them unticked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.distinct_texts import as_text
from transforms.readers.compressed import unpack_text
from transforms.readers.delimited import read_delimited
from transforms.readers.json_records import read_json_lines
from transforms.readers.redcap_boxes import Form, blank_where_never_opened, forms_of_fields, forms_of_header
from transforms.readers.redcap_dictionary import Field, header_delimiter, read_dictionary
from transforms.readers.redcap_labels import STRUCTURE, named_by_fields
from transforms.readers.sheet import ROW, Sheet

FIRST_LINE = 1_000_000
COMMA_NUMBER = r"^([+-]?\d+),(\d+)$"
# A row per answer, which the API calls EAV.
EAV = frozenset({"record", "field_name", "value"})


def read_redcap(path: Path, mapping: FileMapping, dictionary: Path | None = None) -> list[Sheet]:
    """The one sheet of a REDCap export, with every structural column (blank where the project has none).

    Raises
    ------
    DataRejected: the export or the dictionary can't be read, or they do not belong together.
    """
    fields = read_dictionary(dictionary) if dictionary else []
    return [_as_meant(sheet, fields, mapping) for sheet in _sheets(path, mapping)]


def _sheets(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The table as it was sent."""
    head = unpack_text(path.name, path.read_bytes())[:FIRST_LINE].decode(errors="replace").lstrip("\ufeff \t\r\n")
    if head.startswith(("[{", "{")) or (head.startswith("[") and head[1:].lstrip().startswith("{")):
        return read_json_lines(path, mapping)
    if mapping.delimiter == "auto":
        mapping = mapping.model_copy(update={"delimiter": header_delimiter(head)})
    return [replace(sheet, frame=as_text(sheet.frame)) for sheet in read_delimited(path, mapping)]


def _as_meant(sheet: Sheet, fields: Sequence[Field], mapping: FileMapping) -> Sheet:
    if sheet.header == ["error"]:
        raise DataRejected(
            f"{sheet.file}: expected records; found an error of REDCap's API, often that the user may not export; ask for the right and export again"
        )
    if set(sheet.header) >= EAV:
        raise DataRejected(f"{sheet.file}: expected a row per record; found a row per answer (EAV); export it as flat")
    if not fields:
        return with_structure(_opened(sheet, forms_of_header(sheet.header), mapping.missing))
    names = named_by_fields(sheet, fields)
    named = with_structure(replace(sheet, frame=sheet.frame.rename(names)))
    meant = with_fields(named, fields, mapping.missing, decimal_comma=mapping.decimal_comma)
    used = {column for entry in mapping.sheets for column in entry.used_columns()}
    if not names or not used <= set(sheet.header):
        return meant
    # The mapping is written in the words of the labels.
    labels = {name: label for label, name in names.items()}
    personal = tuple(labels.get(name, name) for name in meant.personal)
    return replace(meant, frame=meant.frame.rename(labels), personal=personal)


def with_structure(sheet: Sheet) -> Sheet:
    """The sheet with every structural column."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in STRUCTURE if name not in sheet.header]
    frame = sheet.frame.with_columns(absent)
    return replace(sheet, frame=frame.select(pl.exclude(ROW), ROW))


def with_fields(
    sheet: Sheet, fields: Sequence[Field], missing: Sequence[str] = (), *, decimal_comma: bool = False
) -> Sheet:
    """The sheet as its fields are meant; `missing` are texts that mean blank, and 1,5 stays where the mapping reads it."""
    present = {field.name: [name for name in field.columns() if name in sheet.header] for field in fields}
    numbers = [name for field in fields if field.is_number and not decimal_comma for name in present[field.name]]
    frame = sheet.frame.with_columns(pl.col(name).str.replace(COMMA_NUMBER, "$1.$2") for name in numbers)
    personal = tuple(name for field in fields if field.identifier for name in present[field.name])
    meant = replace(sheet, frame=frame, personal=personal)
    return _opened(meant, forms_of_fields(fields, sheet.header), missing)


def _opened(sheet: Sheet, forms: Sequence[Form], missing: Sequence[str]) -> Sheet:
    return replace(sheet, frame=blank_where_never_opened(sheet.file, sheet.frame, forms, missing))
