"""How rows are written."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """A table for the eye; CSV, JSON and JSON line by line for other programs."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"
