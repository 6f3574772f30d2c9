"""Stata datasets (.dta). A cell is the value as its format shows it, or its label where the mapping asks for labels.

An extended missing value is written .a to .z, as Stata shows it, and is asked about where the mapping does not name it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.labelled import read_as_numbers, with_other_value
from transforms.readers.readstat import AS_UTF8, Variable, read_variables, texts
from transforms.readers.sheet import Sheet, column_sheet
from transforms.readers.stata_values import value_text

# Before release 117 a file starts with its release and its order of bytes.
OLD_RELEASES = frozenset({*range(104, 106), 108, *range(110, 116)})
NEW = b"<stata_dta><header><release>"
END = b"</stata_dta>"
# The first release whose text is UTF-8.
FIRST_UTF8 = 118
MISSING = " (missing)"


def read_stata(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The one sheet of a dataset; each row bears its observation number.

    Raises
    ------
    DataRejected: no Stata dataset, cut short or damaged, or its text is of an encoding that nobody declared.
    """
    content = path.read_bytes()
    release = _release(content)
    if release is None:
        raise DataRejected(f"{path.name}: expected a Stata dataset (.dta); save the data as one")
    if content.startswith(NEW) and not content.rstrip(b"\0\r\n ").endswith(END):
        raise DataRejected(f"{path.name}: expected a complete Stata file (it is cut short); save and send it again")
    own = AS_UTF8 if release >= FIRST_UTF8 else None
    variables = read_variables(path, "dta", mapping.encoding, own)
    numbers = frozenset() if mapping.labels else read_as_numbers(mapping)
    cells = [
        (
            variable.name,
            texts(
                variable.values,
                partial(_cell, variable=variable, labels=mapping.labels, is_number=variable.name in numbers),
            ),
        )
        for variable in variables
    ]
    return [column_sheet(path.name, "", cells)]


def _release(content: bytes) -> int | None:
    if content.startswith(NEW):
        digits = content[len(NEW) : len(NEW) + 3]
        return int(digits) if digits.isdigit() else None
    is_old = len(content) > 1 and content[0] in OLD_RELEASES and content[1] in (1, 2)
    return content[0] if is_old else None


def _cell(value: Any, variable: Variable, *, labels: bool, is_number: bool) -> str:
    own = variable.labels.get(value)
    label = own if labels else None
    if variable.kind == "string":
        return str(value).rstrip()
    if isinstance(value, str):
        return f"{label}{MISSING}" if label else f".{value}"
    shown = label or value_text(value, variable.shown_as, variable.kind)
    return with_other_value(shown, value, own) if is_number else shown
