"""Pick the reader of a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileFormat, FileMapping
from transforms.readers.dataset_json import read_dataset_json
from transforms.readers.delimited import read_delimited
from transforms.readers.excel import read_excel
from transforms.readers.json_records import read_json_lines
from transforms.readers.kinds import refuse_by_ending, refuse_other_kinds
from transforms.readers.odm import read_odm
from transforms.readers.redcap import read_redcap
from transforms.readers.redcap_xml import read_redcap_xml
from transforms.readers.sheet import Sheet


def _read_sas(path: Path, mapping: FileMapping, catalog: Path | None = None) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.sas import read_sas

    return read_sas(path, mapping, catalog)


def _read_r(path: Path, mapping: FileMapping) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.r_data import read_r

    return read_r(path, mapping)


def _read_spss(path: Path, mapping: FileMapping) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.spss import read_spss

    return read_spss(path, mapping)


def _read_stata(path: Path, mapping: FileMapping) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.stata import read_stata

    return read_stata(path, mapping)


def _read_parquet(path: Path, mapping: FileMapping) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.arrow import read_parquet

    return read_parquet(path, mapping)


def _read_feather(path: Path, mapping: FileMapping) -> list[Sheet]:
    """Its library is heavy, and few sites send such files."""
    from transforms.readers.arrow import read_feather

    return read_feather(path, mapping)


# REDCap's own has a third argument, the dictionary.
READERS: dict[FileFormat, Callable[[Path, FileMapping], list[Sheet]]] = {
    "csv": read_delimited,
    "dataset-json": read_dataset_json,
    "excel": read_excel,
    "feather": _read_feather,
    "jsonl": read_json_lines,
    "odm": read_odm,
    "parquet": _read_parquet,
    "r": _read_r,
    "redcap-xml": read_redcap_xml,
    "sas": _read_sas,
    "spss": _read_spss,
    "stata": _read_stata,
}

MAX_BYTES = 512 * 2**20


def read_file(path: Path, mapping: FileMapping, dictionary: Path | None = None) -> list[Sheet]:
    """The sheets a mapping names, in its order; `dictionary` is REDCap's data dictionary, or SAS's catalogue of formats.

    Raises
    ------
    DataRejected: the file is a link or too large, is not of the format, or lacks a sheet.
    OSError: the file can't be read just now.
    """
    if path.is_symlink():
        raise DataRejected(f"{path.name}: expected a file, found a link; send the file itself")
    if path.stat().st_size > MAX_BYTES:
        raise DataRejected(f"{path.name}: larger than {MAX_BYTES >> 20} MiB; send it in parts")
    refuse_other_kinds(path, mapping.format)
    try:
        return _read(path, mapping, dictionary)
    except DataRejected:
        refuse_by_ending(path.name, mapping.format)
        raise


def _read(path: Path, mapping: FileMapping, dictionary: Path | None) -> list[Sheet]:
    if mapping.format == "redcap":
        return read_redcap(path, mapping, dictionary)
    if mapping.format == "sas":
        return _read_sas(path, mapping, dictionary)
    return READERS[mapping.format](path, mapping)
