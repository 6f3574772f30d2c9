"""Datasets as CDISC Dataset-JSON 1.1, plain and compressed, in UTF-8 and uncut.

Source: CDISC Dataset-JSON Specification 1.1 and Compressed Dataset-JSON Specification 1.1. Days are texts of ISO 8601 whose
target is the number SAS keeps.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from itertools import chain
from typing import Any

import polars as pl

from schemas.adam_variables import Dataset, Variable
from transforms.exports.provenance import Provenance
from transforms.exports.transport import DATE_FORMAT

VERSION = "1.1.0"
DATA_TYPES = {"text": "string", "integer": "integer", "number": "double", "date": "date"}


def render_dataset_json(dataset: Dataset, frame: pl.DataFrame, provenance: Provenance) -> str:
    """The file of one dataset: what it is, its columns, its rows as lists."""
    return _json({**_about(dataset, frame, provenance), "rows": _rows(frame)})


def compress_dataset_json(dataset: Dataset, frame: pl.DataFrame, provenance: Provenance) -> bytes:
    """The same as a .dsjc file: NDJSON in a zlib stream, first what the dataset is and its columns, then a row a line."""
    stream = zlib.compressobj(zlib.Z_BEST_COMPRESSION)
    lines = chain([_about(dataset, frame, provenance)], _rows(frame))
    return b"".join([*(stream.compress(f"{_json(line)}\n".encode()) for line in lines), stream.flush()])


def _about(dataset: Dataset, frame: pl.DataFrame, provenance: Provenance) -> Mapping[str, Any]:
    return {
        "datasetJSONCreationDateTime": provenance.created,
        "datasetJSONVersion": VERSION,
        "fileOID": f"{provenance.file_oid}.{dataset.name}",
        "dbLastModifiedDateTime": provenance.started,
        "originator": "Cartrove",
        "sourceSystem": {"name": "Cartrove", "version": provenance.code_version},
        "studyOID": provenance.study_oid,
        "metaDataVersionOID": provenance.metadata_oid,
        "metaDataRef": "../define.xml",
        "itemGroupOID": group_oid(dataset),
        "records": frame.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset, variable, frame) for variable in dataset.variables],
    }


def _rows(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return frame.with_columns(pl.col(pl.Date).dt.to_string("iso")).rows()


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def group_oid(dataset: Dataset) -> str:
    """The dataset's identifier, which define.xml has too."""
    return f"IG.{dataset.name}"


def item_oid(dataset: Dataset, variable: Variable) -> str:
    """The variable's identifier, which define.xml has too."""
    return f"IT.{dataset.name}.{variable.name}"


def text_length(values: pl.Series) -> int:
    """The length of the longest text, 1 where there is none."""
    return int(values.str.len_chars().max() or 1)  # type: ignore[arg-type]


def _column(dataset: Dataset, variable: Variable, frame: pl.DataFrame) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": item_oid(dataset, variable),
        "name": variable.name,
        "label": variable.label,
        "dataType": DATA_TYPES[variable.kind],
    }
    if variable.kind == "date":
        column |= {"targetDataType": "integer", "displayFormat": DATE_FORMAT}
    if variable.kind == "text":
        column["length"] = text_length(frame[variable.name])
    if variable.name in dataset.keys:
        column["keySequence"] = dataset.keys.index(variable.name) + 1
    return column
