"""Dataset-JSON: each of its forms, numbers as text, records that do not fit, damage."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest

from tests.reference_data import reference_path
from tests.transforms.readers.damage import cut_short, filled, flipped, mapping, outcome
from transforms.readers import read_file
from transforms.readers.sheet import MarkedColumn

COLUMNS = [
    {"itemOID": "IT.DM.USUBJID", "name": "USUBJID", "label": "Subject", "dataType": "string", "length": 8},
    {"itemOID": "IT.DM.RFSTDTC", "name": "RFSTDT", "dataType": "date", "targetDataType": "integer"},
    {"itemOID": "IT.LB.DOSE", "name": "DOSE", "dataType": "decimal", "targetDataType": "decimal"},
    {"itemOID": "IT.DM.AGE", "name": "AGE", "dataType": "float"},
    {"itemOID": "IT.DM.CR", "name": "CR", "dataType": "boolean"},
]
RECORDS = '["001","2021-03-05","5.10",1.0,true]', '["002",null,"",0.1,false]', '["003","","1E-7",25,null]'
EXPECTED = [
    ("001", "2021-03-05", "5.10", "1", "TRUE", 1),
    ("002", None, None, "0.1", "FALSE", 2),
    ("003", None, "1E-7", "25", None, 3),
]


def about(**more: object) -> str:
    head = {
        "datasetJSONCreationDateTime": "2026-01-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.DM",
    }
    return json.dumps(head | {"records": 3, "name": "DM", "label": "Demographics", "columns": COLUMNS} | more)


def as_json(rows: tuple[str, ...] = RECORDS, **more: object) -> str:
    return f'{about(**more)[:-1]}, "rows": [{", ".join(rows)}]}}'


def as_lines(rows: tuple[str, ...] = RECORDS, **more: object) -> str:
    return "\n".join([about(**more), *rows, ""])


FORMS = {
    "a.json": as_json().encode(),
    "bom.json": as_json().encode("utf-8-sig"),
    "a.ndjson": as_lines().encode(),
    "windows.ndjson": as_lines().replace("\n", "\r\n").encode(),
    "a.dsjc": zlib.compress(as_lines().encode(), 9),
    "a.json.gz": gzip.compress(as_json().encode()),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_file_reads_alike(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FORMS[name])
    (sheet,) = read_file(tmp_path / name, mapping("dataset-json", "DM"))
    assert (sheet.name, sheet.header) == ("DM", [column["name"] for column in COLUMNS])
    assert sheet.frame.rows() == EXPECTED


def test_records_may_be_objects_by_name(tmp_path: Path) -> None:
    told = outcome(
        tmp_path / "a.ndjson", as_lines(('{"AGE": 7, "USUBJID": "x"}',), records=1).encode(), mapping("dataset-json")
    )
    assert told == "read"
    (sheet,) = read_file(tmp_path / "a.ndjson", mapping("dataset-json"))
    assert sheet.frame.row(0) == ("x", None, None, "7", None, 1)


def test_a_dataset_of_another_name_is_refused(tmp_path: Path) -> None:
    told = outcome(tmp_path / "a.json", FORMS["a.json"], mapping("dataset-json", "AE"))
    assert told == "a.json: expected a dataset AE; found DM; rename it or correct the mapping"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (as_json(datasetJSONVersion="2.0.0"), "with its datasetJSONVersion"),
        (as_lines(datasetJSONVersion="1.0.0"), "with its datasetJSONVersion"),
        (as_json(records=4), "as many records as its header says; found 3"),
        (as_lines(RECORDS[:2]), "as many records as its header says; found 2"),
        (as_json(columns=[]), "with columns and rows"),
        (as_json(columns=["USUBJID"]), "with whole JSON"),
        (as_json(columns=[{}]), "with whole JSON"),
        (as_json(('["001"]',), records=1), "row 1: expected 5 values as there are columns"),
        (as_json()[:-40], "it is damaged or cut short in line 1"),
        (as_lines(('{"AGE": 7, "OTHER": 1}',), records=1), "row 1: expected 5 values as there are columns"),
        (as_json(('["001",null,null,NaN,null]',), records=1), "with whole JSON"),
        ("[" * 100_000, "with whole JSON"),
        ("", "with whole JSON"),
        ("id,day\n", "with whole JSON"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert told in outcome(tmp_path / "a.json", text.encode(), mapping("dataset-json"))


def test_a_record_that_does_not_fit_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(as_lines((*RECORDS[:2], '["004","x",', '["005"]', RECORDS[2]), records=5))
    (sheet,) = read_file(tmp_path / "a.ndjson", mapping("dataset-json"))
    assert (sheet.frame.rows(), sheet.damaged, sheet.ragged) == ([*EXPECTED[:2], (*EXPECTED[2][:-1], 5)], (3,), (4,))


def test_a_list_in_the_place_of_a_value_costs_its_cell(tmp_path: Path) -> None:
    wanted = mapping("dataset-json")
    wanted.sheets[0].feeds[0].columns["subject_id"] = (
        wanted.sheets[0].feeds[0].columns["subject_id"].model_copy(update={"column": "AGE"})
    )
    (tmp_path / "a.json").write_text(as_json((*RECORDS[:2], '["003","","1E-7",[25],null]')))
    (sheet,) = read_file(tmp_path / "a.json", wanted)
    assert sheet.frame["AGE"].to_list() == ["1", "0.1", "########"]
    assert sheet.marked == (MarkedColumn("nested", "AGE", 1, 3),)


def test_version_1_0_has_rows_as_lists_by_item_group(tmp_path: Path) -> None:
    items = [{"OID": column["itemOID"], "name": column["name"], "type": "string"} for column in COLUMNS]
    group = {"records": 3, "name": "DM", "label": "Demographics", "items": items}
    records = ", ".join(RECORDS)
    groups = f'{{"IG.DM": {json.dumps(group)[:-1]}, "itemData": [{records}]}}}}'
    (tmp_path / "a.json").write_text(
        f'{{"datasetJSONVersion": "1.0.0", "clinicalData": {{"studyOID": "S", "itemGroupData": {groups}}}}}'
    )
    (sheet,) = read_file(tmp_path / "a.json", mapping("dataset-json", "DM"))
    assert (sheet.name, sheet.frame.rows()) == ("DM", EXPECTED)


@pytest.mark.parametrize("name", FORMS)
def test_a_file_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    content = FORMS[name].rstrip()
    for cut in cut_short(content, 150):
        assert "expected" in outcome(tmp_path / name, cut, mapping("dataset-json"))


@pytest.mark.parametrize("name", FORMS)
def test_changed_bytes_never_end_in_a_trace(tmp_path: Path, name: str) -> None:
    told = [outcome(tmp_path / name, changed, mapping("dataset-json")) for changed in flipped(FORMS[name], 200, seed=1)]
    assert any(sentence != "read" for sentence in told)


def test_a_real_dataset_survives_the_way_through_the_format(tmp_path: Path) -> None:
    (before,) = read_file(reference_path("data/cdisc_pilot/dm.xpt"), mapping("sas"))
    columns = [{"itemOID": f"IT.DM.{name}", "name": name, "dataType": "string"} for name in before.header]
    records = tuple(json.dumps(list(row[:-1])) for row in before.frame.rows())
    (tmp_path / "dm.dsjc").write_bytes(zlib.compress(as_lines(records, records=len(records), columns=columns).encode()))
    (after,) = read_file(tmp_path / "dm.dsjc", mapping("dataset-json"))
    assert after.frame.equals(before.frame)
    assert filled(after) == filled(before)
