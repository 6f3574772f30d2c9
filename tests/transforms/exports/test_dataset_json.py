"""Dataset-JSON 1.1: what the standard asks for is there, and our own reader reads it back."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.transforms.exports.sample import PROVENANCE, adverse_events
from tests.transforms.readers.damage import mapping
from transforms.exports.dataset_json import compress_dataset_json, render_dataset_json
from transforms.readers import read_file

TEXT = {"type": "string", "minLength": 1}
# Written from the specification, chapter 2: what is required, of which type, and nothing else.
COLUMN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["itemOID", "name", "label", "dataType"],
    "properties": {
        "itemOID": TEXT, "name": TEXT, "label": TEXT, "displayFormat": TEXT,
        "dataType": {"enum": ["string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time", "URI"]},
        "targetDataType": {"enum": ["integer", "decimal"]},
        "length": {"type": "integer", "minimum": 1},
        "keySequence": {"type": "integer", "minimum": 1},
    },
}  # fmt: skip
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$"}
STANDARD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records", "name", "label", "columns"],
    "properties": {
        "datasetJSONCreationDateTime": MOMENT, "dbLastModifiedDateTime": MOMENT,
        "datasetJSONVersion": {"type": "string", "pattern": r"^1\.1(\.\d+)?$"},
        "fileOID": TEXT, "originator": TEXT, "studyOID": TEXT, "metaDataVersionOID": TEXT, "metaDataRef": TEXT,
        "itemGroupOID": TEXT, "name": TEXT, "label": TEXT,
        "sourceSystem": {"type": "object", "required": ["name", "version"], "properties": {"name": TEXT, "version": TEXT}},
        "records": {"type": "integer", "minimum": 0},
        "columns": {"type": "array", "minItems": 1, "items": COLUMN},
        "rows": {"type": "array", "items": {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def rendered() -> str:
    return render_dataset_json(*adverse_events(), PROVENANCE)


@pytest.fixture(scope="module")
def content(rendered: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(rendered)
    return parsed


def test_the_file_has_what_the_standard_asks_for(content: dict[str, Any]) -> None:
    jsonschema.validate(content, STANDARD)
    assert content["records"] == len(content["rows"]) == 2
    assert all(len(row) == len(content["columns"]) for row in content["rows"])


def test_a_day_is_text_whose_target_is_a_number(content: dict[str, Any]) -> None:
    (day,) = [column for column in content["columns"] if column["name"] == "ASTDT"]
    assert (day["dataType"], day["targetDataType"], day["displayFormat"]) == ("date", "integer", "DATE9.")


def test_keys_are_numbered_and_lengths_are_those_of_the_longest_text(content: dict[str, Any]) -> None:
    columns = {column["name"]: column for column in content["columns"]}
    assert {name: column["keySequence"] for name, column in columns.items() if "keySequence" in column} == {
        "STUDYID": 1, "SRCRECID": 2,
    }  # fmt: skip
    assert columns["AETERM"]["length"] == len("ICANS")
    assert "length" not in columns["ASTDY"]


def test_it_says_which_run_it_follows_from(content: dict[str, Any]) -> None:
    assert content["sourceSystem"] == {"name": "Cartrove", "version": "0.1.0"}
    assert content["dbLastModifiedDateTime"] == "2026-03-04T02:00:00Z"
    assert content["metaDataVersionOID"].endswith("a" * 12)


def test_our_own_reader_reads_it_back_uncut(rendered: str, tmp_path: Path) -> None:
    path = tmp_path / "adae.json"
    path.write_text(rendered, "utf-8")
    (sheet,) = read_file(path, mapping("dataset-json", "ADAE"))
    assert sheet.frame["AETEXT"].to_list() == ['x < y & "z"', "反复发热 > 38.5 °C"]
    assert sheet.frame["ASTDT"].to_list() == ["1959-12-31", "2020-02-29"]
    assert sheet.frame["ATOXGR"].to_list() == [None, "2"]


def test_the_compressed_file_is_a_line_of_metadata_and_a_line_a_record(content: dict[str, Any]) -> None:
    about, *rows = zlib.decompress(compress_dataset_json(*adverse_events(), PROVENANCE)).decode().splitlines()
    assert {**json.loads(about), "rows": [json.loads(row) for row in rows]} == content


def test_our_own_reader_reads_the_compressed_file_as_it_reads_the_plain_one(rendered: str, tmp_path: Path) -> None:
    (tmp_path / "adae.json").write_text(rendered, "utf-8")
    (tmp_path / "adae.dsjc").write_bytes(compress_dataset_json(*adverse_events(), PROVENANCE))
    (plain,), (packed,) = (
        read_file(tmp_path / f"adae.{end}", mapping("dataset-json", "ADAE")) for end in ("json", "dsjc")
    )
    assert packed.frame.height == 2
    assert packed.frame.equals(plain.frame)
