"""Catalogues of site-made formats (.sas7bcat), which SAS keeps beside the data: the labels a person sees for codes."""

from __future__ import annotations

from pathlib import Path

from pyreadstat import PyreadstatError, ReadstatError, read_sas7bcat

from schemas.errors import DataRejected
from transforms.readers.known_kinds import SAS7BCAT

# By name of the format in capitals ($ before one of texts), the label of each value.
Catalog = dict[str, dict[float | str, str]]


def read_catalog(path: Path, encoding: str) -> Catalog:
    """The labels of every format of a catalogue.

    Raises
    ------
    DataRejected: it is no catalogue, damaged, or holds no format with labels.
    """
    with path.open("rb") as file:
        head = file.read(len(SAS7BCAT))
    if head != SAS7BCAT:
        raise _rejected(path.name, "")
    try:
        _, about = read_sas7bcat(path, encoding=None if encoding == "auto" else encoding, output_format="dict")
    except (ReadstatError, PyreadstatError, ArithmeticError, ValueError, MemoryError) as error:
        raise _rejected(path.name, f" ({error})" if isinstance(error, ReadstatError) else "") from None
    found: Catalog = {
        name.strip().upper(): {_key(value): str(label).strip() for value, label in labels.items()}
        for name, labels in about.value_labels.items()
    }
    if not found:
        raise _rejected(path.name, " with labels of values")
    return found


def _key(value: object) -> float | str:
    return value.strip() if isinstance(value, str) else float(value)  # type: ignore[arg-type] # it is one of both


def _rejected(file: str, told: str) -> DataRejected:
    return DataRejected(
        f"{file}: expected a complete SAS catalogue of formats (.sas7bcat){told}; save it again, or export the data with the "
        "labels in place of the codes and leave catalog out of the mapping"
    )
