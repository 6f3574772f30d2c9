"""SPSS files: .sav, .zsav and .por. A cell is the value as its format shows it, or its label where the mapping asks for labels.

A value the file declares missing says so, `99 (missing)`: as a bare number it would be an age, as a blank it would be lost.
"""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path
from typing import Any

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.labelled import read_as_numbers, with_other_value
from transforms.readers.readstat import AS_UTF8, Variable, read_variables, texts
from transforms.readers.sheet import Sheet, column_sheet
from transforms.readers.spss_values import value_text

SYSTEM_FILE = (b"$FL2", b"$FL3")
PORTABLE = b"SPSSPORT"
# The mark of a portable file stands behind its splash and its table of characters.
PORTABLE_HEAD = 1000
ENCRYPTED = b"ENCRYPTEDSAV"
# Records of type 7: subtype 20 names the encoding, subtype 3 the code page among seven other numbers.
ENCODING_RECORD, CODE_PAGE_RECORD = (7, 20, 1), (7, 3, 4, 8)
CODE_PAGE_PLACE = 28
# What SPSS wrote before it knew of encodings: 7 or 8 bits, of which alphabet it did not say.
UNTOLD_CODE_PAGES = (0, 2, 3)
CODE_PAGE_UTF8 = 65001
MISSING = " (missing)"
BAD_LETTER = "\N{REPLACEMENT CHARACTER}"


def read_spss(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a file; each row bears the number of its case.

    Raises
    ------
    DataRejected: no SPSS file, damaged, encrypted, or its text is of an encoding that nobody declared.
    """
    content = path.read_bytes()
    if ENCRYPTED in content[:100]:
        raise DataRejected(
            f"{path.name}: expected an SPSS file without password; save it without one and send it again"
        )
    if content.startswith(SYSTEM_FILE):
        variables = read_variables(path, "sav", mapping.encoding, _own_encoding(content))
    elif PORTABLE in content[:PORTABLE_HEAD].replace(b"\r", b"").replace(b"\n", b""):
        variables = read_variables(path, "por", mapping.encoding, AS_UTF8)
        _refuse_bad_letters(path.name, variables)
    else:
        raise DataRejected(f"{path.name}: expected an SPSS file (.sav, .zsav or .por); save the data as one of these")
    numbers = frozenset() if mapping.labels else read_as_numbers(mapping)
    cells = [
        (
            variable.name,
            texts(variable.values, _shown(variable, labels=mapping.labels, is_number=variable.name in numbers)),
        )
        for variable in variables
    ]
    return [column_sheet(path.name, "", cells)]


def _own_encoding(content: bytes) -> str | None:
    """UTF-8, another encoding the file names, or none; none too where it is cut within these records."""
    try:
        return _named_encoding(content)
    except struct.error:
        return None


def _named_encoding(content: bytes) -> str | None:
    for order in "<", ">":
        if (place := content.find(struct.pack(f"{order}3i", *ENCODING_RECORD))) >= 0:
            (length,) = struct.unpack_from(f"{order}i", content, place + 12)
            return content[place + 16 : place + 16 + length].decode("latin-1").strip().upper()
        if (place := content.find(struct.pack(f"{order}4i", *CODE_PAGE_RECORD))) >= 0:
            (code_page,) = struct.unpack_from(f"{order}i", content, place + 16 + CODE_PAGE_PLACE)
            if code_page not in UNTOLD_CODE_PAGES:
                return AS_UTF8 if code_page == CODE_PAGE_UTF8 else str(code_page)
    return None


def _refuse_bad_letters(file: str, variables: list[Variable]) -> None:
    """A portable file holds the letters of ASCII; of others only that there were some is left."""
    for variable in variables:
        if variable.kind == "string" and any(BAD_LETTER in (value or "") for value in variable.values):
            raise DataRejected(
                f"{file} {variable.name}: expected letters of ASCII, as portable files hold; found others; save the data as .sav"
            )


def _shown(variable: Variable, *, labels: bool, is_number: bool) -> Any:
    return partial(_cell, variable=variable, labels=labels, is_number=is_number)


def _cell(value: Any, variable: Variable, *, labels: bool, is_number: bool) -> str:
    label = variable.labels.get(value)
    plain = value.strip() if isinstance(value, str) else value_text(float(value), variable.shown_as)
    shown = (label if labels else None) or plain
    if shown and _is_declared_missing(value, variable):
        return f"{shown}{MISSING}"
    return with_other_value(shown, value, label) if is_number else shown


def _is_declared_missing(value: Any, variable: Variable) -> bool:
    if isinstance(value, str):
        return any(str(found["lo"]).strip() == value.strip() for found in variable.missing)
    return any(found["lo"] <= value <= found["hi"] for found in variable.missing)
