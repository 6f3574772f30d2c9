"""The format of a file by its name, where a person gives the file and no mapping says it."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import UsageError
from schemas.mapping import FileFormat

BY_ENDING: dict[str, FileFormat] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".xlsx": "excel", ".xlsm": "excel", ".xlsb": "excel", ".xls": "excel", ".ods": "excel",
    ".xpt": "sas", ".sas7bdat": "sas",
    ".xml": "odm",
    ".json": "dataset-json", ".ndjson": "dataset-json", ".dsjc": "dataset-json",
    ".rds": "r", ".rdata": "r", ".rda": "r",
}  # fmt: skip
REDCAP = b"https://projectredcap.org"
REDCAP_COLUMNS = (b"redcap_event_name", b"redcap_repeat_instrument", b"_complete")
HEAD = 20_000


def guess_format(path: Path) -> FileFormat:
    """The format by the file's ending; of CSV and XML, REDCap's by what the file says of itself.

    Raises
    ------
    UsageError: no format has files of this ending, or there is no such file.
    """
    found = BY_ENDING.get(path.suffix.lower())
    if found is None:
        raise UsageError(f"{path.name}: expected a file ending in {', '.join(BY_ENDING)}")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as fault:
        raise UsageError(f"{path}: expected a file that can be read ({fault.strerror})") from None
    if found == "odm" and REDCAP in head:
        return "redcap-xml"
    if found == "csv" and any(column in head.split(b"\n", 1)[0] for column in REDCAP_COLUMNS):
        return "redcap"
    return found
