"""REDCap's data dictionary: what each field of a project is, from either style of header.

The web interface writes `Variable / Field Name`, the API `field_name`; the columns stand in the same order.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import DataRejected
from transforms.readers.text_file import decode_text

FIELD, FORM, KIND, CHOICES, VALIDATION, IDENTIFIER = 0, 1, 3, 5, 7, 10
FIRST_HEADERS = ("variable / field name", "field_name")


@dataclass(frozen=True)
class Field:
    """One field; `choices` are its codes, in order."""

    name: str
    form: str
    kind: str
    choices: tuple[str, ...]
    validation: str
    identifier: bool

    def columns(self) -> list[str]:
        """Its columns in an export: itself, or one per box. In a box's name a sign that is no letter or digit is _."""
        if self.kind != "checkbox":
            return [self.name]
        return [f"{self.name}___{re.sub(r'[^a-z0-9_]', '_', code.lower())}" for code in self.choices]

    @property
    def decimal_comma(self) -> bool:
        """Whether its numbers are written 1,5."""
        return "comma_decimal" in self.validation


def read_dictionary(path: Path) -> list[Field]:
    """The fields of a data dictionary in its order.

    Raises
    ------
    DataRejected: it is no data dictionary.
    """
    rows = list(csv.reader(io.StringIO(decode_text(path, "auto"), newline="")))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not header or header[0] not in FIRST_HEADERS or len(header) <= IDENTIFIER:
        raise DataRejected(
            f"{path.name}: expected a REDCap data dictionary, whose first column is Variable / Field Name or field_name; "
            "download it under Dictionary in REDCap"
        )
    fields = [_field(path.name, number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    return [field for field in fields if field.kind != "descriptive"]


def _field(file: str, number: int, row: list[str]) -> Field:
    if len(row) <= IDENTIFIER:
        raise DataRejected(
            f"{file} record {number}: expected at least {IDENTIFIER + 1} cells; found {len(row)}; download it anew"
        )
    codes = tuple(choice.split(",", 1)[0].strip() for choice in row[CHOICES].split("|")) if row[CHOICES] else ()
    return Field(
        row[FIELD].strip(),
        row[FORM].strip(),
        row[KIND].strip(),
        codes,
        row[VALIDATION].strip(),
        row[IDENTIFIER].strip().lower() == "y",
    )
