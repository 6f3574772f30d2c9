"""datapackage.json: a folder of Parquet files described as a Data Package 2.0, table by table.

Types, meanings and codes are those of the data dictionary, keys those of schemas.tables. Source: https://datapackage.org.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.tables import ColumnDescription, Table
from transforms.exports.provenance import Provenance

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "VARCHAR": "string",
    "DATE": "date",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime",
}
MEDIA_TYPE = "application/vnd.apache.parquet"


@dataclass(frozen=True)
class TableFile:
    """One table as written: its path below the folder, its rows, its bytes and their SHA-256."""

    table: Table
    path: str
    rows: int
    bytes: int
    sha256: str


def describe_package(files: Sequence[TableFile], provenance: Provenance) -> dict[str, Any]:
    """The content of datapackage.json."""
    name = provenance.study_id.replace("_", "-") or "cartrove"
    return {
        "$schema": PROFILE,
        "name": name,
        "title": provenance.title or "Cartrove: every study of the warehouse",
        "id": provenance.file_oid,
        "version": provenance.code_version,
        "created": provenance.created,
        "cartrove": provenance.described(),
        "resources": [_resource(file) for file in files],
    }


def _resource(file: TableFile) -> dict[str, Any]:
    table = file.table
    specs = DOMAINS[table.name].columns() if table.schema == "core" else {}
    return {
        "name": table.full_name,
        "type": "table",
        "path": file.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "description": table.grain,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": {
            "fields": [_field(column, specs.get(column.name)) for column in table.columns],
            "primaryKey": list(table.key),
        },
    }


def _field(column: ColumnDescription, spec: ColumnSpec | None) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.sql_type],
        "description": column.description,
    }
    constraints: dict[str, Any] = {}
    if spec is not None and spec.codelist:
        constraints["enum"] = list(spec.codelist)
    if spec is not None and spec.required:
        constraints["required"] = True
    if spec is not None and spec.unit:
        field["unit"] = spec.unit
    return field | ({"constraints": constraints} if constraints else {})
