"""The format of a file by its content and name, where a person gives the file and no mapping says it."""

from __future__ import annotations

from pathlib import Path, PurePath

from schemas.errors import UsageError
from schemas.mapping import FileFormat
from transforms.readers.compressed import unpack_text
from transforms.readers.kinds import HEAD, kind_of, telling_part

BY_ENDING: dict[str, FileFormat] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "excel", ".xlsm": "excel", ".xlsb": "excel", ".xls": "excel", ".ods": "excel",
    ".xpt": "sas", ".sas7bdat": "sas",
    ".sav": "spss", ".zsav": "spss", ".por": "spss",
    ".dta": "stata",
    ".xml": "odm",
    ".json": "dataset-json", ".ndjson": "dataset-json", ".dsjc": "dataset-json", ".jsonl": "jsonl",
    ".rds": "r", ".rdata": "r", ".rda": "r",
    ".parquet": "parquet", ".pq": "parquet",
    ".feather": "feather", ".arrow": "feather", ".ipc": "feather",
}  # fmt: skip
# Endings of one file compressed as a whole, which is read as what stands before them.
COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst"})
REDCAP = b"https://projectredcap.org"
REDCAP_COLUMNS = (b"redcap_event_name", b"redcap_repeat_instrument", b"_complete", b"Complete?", b"(choice=")
JSON: frozenset[FileFormat] = frozenset({"dataset-json", "jsonl", "redcap"})
DATASET_JSON = b'"datasetJSONVersion"'


def guess_format(path: Path) -> FileFormat:
    """The format by the file's content, where that tells it, else by its ending; REDCap's by what the file says of itself.

    Raises
    ------
    UsageError: no format reads such a file, or there is no such file.
    """
    head = _head(path)
    kind = kind_of(head, path.name)
    if kind and not kind.formats:
        raise UsageError(f"{path.name}: expected an export that can be read; found {kind.name}; {kind.way_out}")
    found = BY_ENDING.get(_plain_name(path.name).suffix.lower())
    if kind and found not in kind.formats:
        found = kind.formats[0]
    if found is None:
        raise UsageError(f"{path.name}: expected a file ending in {', '.join(BY_ENDING)}")
    return _told_apart(found, head)


def export_pattern(name: str) -> str:
    """The pattern that fits files of this one's ending, such as *.csv.gz."""
    return "*" + name.removeprefix(_plain_name(name).stem)


def _plain_name(name: str) -> PurePath:
    """The name without the ending of a compressed file."""
    path = PurePath(name)
    return path.with_suffix("") if path.suffix.lower() in COMPRESSED else path


def _head(path: Path) -> bytes:
    """What tells the kind: the start of the file, unpacked where it is compressed, or all of a workbook."""
    try:
        if path.suffix.lower() in COMPRESSED:
            return unpack_text(path.name, path.read_bytes())[:HEAD]
        return telling_part(path)
    except OSError as fault:
        raise UsageError(f"{path}: expected a file that can be read ({fault.strerror})") from None


def _told_apart(found: FileFormat, head: bytes) -> FileFormat:
    """The format, once those that look alike from outside are told apart."""
    if found == "odm" and REDCAP in head:
        return "redcap-xml"
    if found == "csv" and any(column in head.split(b"\n", 1)[0] for column in REDCAP_COLUMNS):
        return "redcap"
    if found in JSON and DATASET_JSON not in head:
        return "redcap" if any(column in head for column in REDCAP_COLUMNS) else "jsonl"
    return found
