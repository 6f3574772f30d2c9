"""SAS files: transport files (.xpt) and native datasets (.sas7bdat), told apart by their first bytes.

Catalogues of site-made formats (.sas7bcat) are not read: a code stays the code it is.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pyreadstat import PyreadstatError, ReadstatError, read_sas7bdat

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.datasets import chosen_datasets
from transforms.readers.sas_transport import Dataset, is_transport, read_transport
from transforms.readers.sas_values import format_name, value_text
from transforms.readers.sheet import Sheet, build_sheet

SAS7BDAT = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
CPORT = b"**COMPRESSED** "
# Page and header sizes stand within the first kilobyte; a shorter file holds no dataset.
SHORTEST = 1024


def read_sas(path: Path, mapping: FileMapping) -> list[Sheet]:
    """The datasets a mapping names; each sheet bears the dataset's name, each row its observation number.

    Raises
    ------
    DataRejected: neither kind of SAS file, damaged, or it lacks a dataset.
    """
    content = path.read_bytes()
    if is_transport(content):
        datasets = read_transport(path.name, content, mapping.encoding)
    elif content.startswith(SAS7BDAT) and len(content) >= SHORTEST:
        datasets = [_read_sas7bdat(path, mapping.encoding)]
    else:
        found = "; found one of PROC CPORT" if content.startswith(CPORT) else ""
        raise DataRejected(
            f"{path.name}: expected a SAS transport file (XPORT) or a .sas7bdat{found}; export it as one of these"
        )
    chosen = chosen_datasets(path.name, mapping, [dataset.name for dataset in datasets])
    return [build_sheet(path.name, datasets[i].name, datasets[i].header, datasets[i].rows) for i in chosen]


def _read_sas7bdat(path: Path, encoding: str) -> Dataset:
    try:
        columns, about = read_sas7bdat(
            path,
            encoding=None if encoding == "auto" else encoding,
            disable_datetime_conversion=True,
            user_missing=True,
            output_format="dict",
        )
    except (ReadstatError, PyreadstatError, ArithmeticError, ValueError, MemoryError) as error:
        # The library's own errors name bytes and rules, never a value; the others may quote one.
        raise _damaged(path.name, f" ({error})" if isinstance(error, ReadstatError) else "") from None
    header = list(about.column_names)
    if not all(header):
        raise _damaged(path.name, " with names of all its variables")
    cells = [_cells(columns[name], about.readstat_variable_types[name], _format(about, name)) for name in header]
    rows = [(number, list(row)) for number, row in enumerate(zip(*cells, strict=True), start=1)]
    return Dataset(about.table_name or "", header, rows)


def _damaged(file: str, told: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected a whole SAS dataset{told}; export it anew, or declare its encoding in the mapping"
    )


def _format(about: Any, name: str) -> str:
    return format_name(about.original_variable_types[name] or "")


def _cells(values: Any, kind: str, shown_as: str) -> list[str]:
    if kind == "string":
        return ["" if value is None else str(value) for value in values]
    return [_number_cell(value, shown_as) for value in values]


def _number_cell(value: Any, shown_as: str) -> str:
    """A number, or the letter of a special missing value; NaN and None are blank."""
    if value is None or (not isinstance(value, str) and math.isnan(value)):
        return ""
    return value_text(value if isinstance(value, str) else float(value), shown_as)
