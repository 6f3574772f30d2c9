"""REDCap's data dictionary: what each field of a project is, as CSV in either style of header or as the API's JSON.

The web interface writes `Variable / Field Name`, the API `field_name`; the columns stand in the same order, parted by the
sign each user of REDCap has chosen.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from schemas.errors import DataRejected
from transforms.readers.compressed import unpack_text
from transforms.readers.text_file import decode_content

FIELD, FORM, KIND, LABEL, CHOICES, VALIDATION, IDENTIFIER, ANNOTATION = 0, 1, 3, 4, 5, 7, 10, 17
FIRST_HEADERS = ("variable / field name", "field_name")
# Keys of the API's JSON, at the places their columns have in CSV.
KEYS = {
    FIELD: "field_name", FORM: "form_name", KIND: "field_type", LABEL: "field_label",
    CHOICES: "select_choices_or_calculations", VALIDATION: "text_validation_type_or_show_slider_number",
    IDENTIFIER: "identifier", ANNOTATION: "field_annotation",
}  # fmt: skip
# What a user of REDCap may part the cells of CSV with; caret and pipe keep clear of commas within texts.
DELIMITERS = ",;\t|^"
NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Field:
    """One field; `choices` are its codes, in order, and `choice_labels` what they say."""

    name: str
    form: str
    kind: str
    choices: tuple[str, ...]
    validation: str
    identifier: bool
    label: str = ""
    choice_labels: tuple[str, ...] = ()
    annotation: str = ""

    def columns(self) -> list[str]:
        """Its columns in an export: itself, or one per box. In a box's name a sign that is no letter or digit is _."""
        if self.kind != "checkbox":
            return [self.name]
        return [f"{self.name}___{re.sub(r'[^a-z0-9_]', '_', code.lower())}" for code in self.choices]

    def headings(self) -> list[str]:
        """The same in an export with labels for headers."""
        if self.kind != "checkbox":
            return [self.label]
        return [f"{self.label} (choice={choice})" for choice in self.choice_labels]

    @property
    def is_number(self) -> bool:
        """Whether its numbers may be written 1,5: REDCap refuses a comma for anything else in such a field."""
        return self.validation.startswith(NUMBERS) or self.kind in ("calc", "slider")

    @property
    def is_calculated(self) -> bool:
        """Whether REDCap fills it in by itself, also in a form that nobody has opened."""
        return self.kind == "calc" or "@CALC" in self.annotation


def read_dictionary(path: Path) -> list[Field]:
    """The fields of a data dictionary in its order.

    Raises
    ------
    DataRejected: it is no data dictionary.
    """
    text = decode_content(path.name, unpack_text(path.name, path.read_bytes()), "auto").lstrip("\ufeff")
    rows = _rows_of_json(path.name, text) if text.lstrip().startswith("[") else _rows_of_csv(path.name, text)
    fields = [_field(path.name, number, row) for number, row in enumerate(rows, start=2) if any(row)]
    return [field for field in fields if field.kind != "descriptive"]


def header_delimiter(text: str) -> str:
    """The sign that parts the first lines into as many cells each, and into the most: commas stand in labels too."""

    def parted(delimiter: str) -> tuple[bool, int]:
        try:
            header, *others = (
                len(row) for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 3)
            )
        except (csv.Error, ValueError):
            return False, 0
        return header > 1 and all(width == header for width in others), header

    return max(DELIMITERS, key=parted)


def _rows_of_csv(file: str, text: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=header_delimiter(text)))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not header or header[0] not in FIRST_HEADERS or len(header) <= IDENTIFIER:
        raise _no_dictionary(file)
    return rows[1:]


def _rows_of_json(file: str, text: str) -> list[list[str]]:
    try:
        entries = json.loads(text)
        rows = [[str(entry.get(KEYS.get(i, "")) or "") for i in range(ANNOTATION + 1)] for entry in entries]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise _no_dictionary(file) from None
    if not all(row[FIELD] and row[KIND] for row in rows):
        raise _no_dictionary(file)
    return rows


def _no_dictionary(file: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected a REDCap data dictionary, whose first column is Variable / Field Name or field_name; "
        "download it under Dictionary in REDCap"
    )


def _field(file: str, number: int, row: list[str]) -> Field:
    if len(row) <= IDENTIFIER:
        raise DataRejected(
            f"{file} record {number}: expected at least {IDENTIFIER + 1} cells; found {len(row)}; download it anew"
        )
    choices = [choice.partition(",") for choice in row[CHOICES].split("|")] if row[CHOICES] else []
    return Field(
        name=row[FIELD].strip(),
        form=row[FORM].strip(),
        kind=row[KIND].strip(),
        choices=tuple(code.strip() for code, _, _ in choices),
        validation=row[VALIDATION].strip(),
        identifier=row[IDENTIFIER].strip().lower() == "y",
        label=row[LABEL],
        choice_labels=tuple(label.strip() for _, _, label in choices),
        annotation=row[ANNOTATION] if len(row) > ANNOTATION else "",
    )
