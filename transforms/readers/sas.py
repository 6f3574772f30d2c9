"""SAS files: transport files (.xpt) and native datasets (.sas7bdat), told apart by their first bytes.

Where the mapping names a catalogue of site-made formats (.sas7bcat), a code is read as its label, which is what SAS
shows; else it stays the code it is.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pyreadstat import PyreadstatError, ReadstatError, read_sas7bdat

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from transforms.readers.datasets import EVERY_SHEET, chosen_datasets
from transforms.readers.known_kinds import SAS7BDAT
from transforms.readers.sas_catalog import Catalog, read_catalog
from transforms.readers.sas_cells import shown_cell
from transforms.readers.sas_transport import Dataset, is_transport, read_transport
from transforms.readers.sas_values import format_name
from transforms.readers.sheet import Sheet, build_sheet

# Page and header sizes stand within the first kilobyte; a shorter file holds no dataset.
SHORTEST = 1024
WAY_OUT = "export it as one of these"


def read_sas(path: Path, mapping: FileMapping, catalog: Path | None = None) -> list[Sheet]:
    """The datasets a mapping names; each sheet bears the dataset's name, each row its observation number.

    catalog: the formats of the site, whose labels stand in place of codes.

    Raises
    ------
    DataRejected: neither kind of SAS file, damaged, or it lacks a dataset; or the catalogue can't be read.
    """
    content = path.read_bytes()
    labels = read_catalog(catalog, mapping.encoding) if catalog else {}
    if is_transport(content):
        datasets = read_transport(path.name, content, mapping.encoding, labels, _wanted(mapping))
    elif content.startswith(SAS7BDAT) and len(content) >= SHORTEST:
        datasets = [_read_sas7bdat(path, mapping.encoding, labels)]
    else:
        raise DataRejected(f"{path.name}: expected a SAS transport file (XPORT) or a .sas7bdat; {WAY_OUT}")
    chosen = chosen_datasets(path.name, mapping, [dataset.name for dataset in datasets])
    return [build_sheet(path.name, datasets[i].name, datasets[i].header, datasets[i].rows) for i in chosen]


def _wanted(mapping: FileMapping) -> set[str] | None:
    """The names of the datasets a mapping asks for; None where it asks for the only one, or for all."""
    names = {wanted.sheet or EVERY_SHEET for wanted in mapping.sheets}
    return None if EVERY_SHEET in names else names


def _read_sas7bdat(path: Path, encoding: str, catalog: Catalog) -> Dataset:
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
    formats = {name: about.original_variable_types[name] or "" for name in header}
    cells = [
        [
            shown_cell(_value(value), formats[name], catalog.get(format_name(formats[name]), {}), numeric=numeric)
            for value in columns[name]
        ]
        for name in header
        for numeric in [about.readstat_variable_types[name] != "string"]
    ]
    rows = [(number, list(row)) for number, row in enumerate(zip(*cells, strict=True), start=1)]
    return Dataset(about.table_name or "", header, rows)


def _damaged(file: str, told: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected a complete SAS dataset without a password{told}; export it again, or declare its encoding in the mapping"
    )


def _value(value: Any) -> float | str | None:
    """A text, a number, or the letter of a special missing value; NaN and None are missing."""
    if value is None or isinstance(value, str):
        return value
    return None if math.isnan(value) else float(value)
