"""JSON records: numbers as they are written, keys of all records, what can't be a cell, damage."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import flipped, mapping, outcome
from transforms.readers import Sheet, read_file
from transforms.readers.sheet import MarkedColumn

LINES = '{"id": "0045", "dose": 0.10}\n\n{"id": 46, "late": true, "dose": null}\n'


def sheet_of(folder: Path, text: str | bytes, name: str = "a.jsonl", **settings: Any) -> Sheet:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (sheet,) = read_file(folder / name, mapping("jsonl", **settings))
    return sheet


def test_a_row_is_an_object_and_bears_its_line(tmp_path: Path) -> None:
    frame = sheet_of(tmp_path, LINES).frame
    assert frame.columns == ["id", "dose", "late", "source_row"]
    assert frame.rows() == [("0045", "0.10", None, 1), ("46", None, "true", 3)]


def test_an_array_of_objects_is_the_same_table(tmp_path: Path) -> None:
    text = '[\n{"id": "0045", "dose": 0.10},\n{"id": 46, "late": true, "dose": null}\n]\n'
    assert sheet_of(tmp_path, text).frame.equals(
        sheet_of(tmp_path, LINES).frame.with_columns(source_row=sheet_rows(2, 3))
    )


def sheet_rows(*numbers: int) -> Any:
    import polars as pl

    return pl.Series("source_row", numbers, dtype=pl.Int64)


@pytest.mark.parametrize("number", ["0.10", "1e5", "-0", "12345678901234567890", "1.0", "NaN"])
def test_a_number_keeps_its_text(tmp_path: Path, number: str) -> None:
    assert sheet_of(tmp_path, f'{{"id": {number}}}').frame["id"].to_list() == [number]


def test_records_over_several_lines_are_read(tmp_path: Path) -> None:
    text = json.dumps({"id": "1"}, indent=2) + "\n" + json.dumps({"id": "2"}, indent=2)
    assert sheet_of(tmp_path, text).frame.rows() == [("1", 1), ("2", 4)]


def test_encodings_and_compression_are_those_of_csv(tmp_path: Path) -> None:
    text = '{"id": "完全缓解，骨髓恢复；微小残留病阴性"}'
    for content in (text.encode("utf-8-sig"), text.encode("gb18030"), gzip.compress(text.encode())):
        assert sheet_of(tmp_path, content).frame["id"].to_list() == ["完全缓解，骨髓恢复；微小残留病阴性"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected records as JSON; the file is empty"),
        ("{}", "expected records with keys; found none"),
        ("[]", "expected records; found an empty array"),
        ('{"id": 1}\n[2]', "line 2: expected an object of one record"),
        ('{"id": 1}\n{"id": ', "line 2: expected whole JSON"),
        ('[{"id": 1},\n{"id": 2}', "line 2: expected whole JSON"),
        ('[{"id": 1}', "line 1: expected whole JSON.* cut short here, after 1 whole records"),
        ('[{"id": 1},', "line 1: expected whole JSON"),
        ('[{"id": 1} "id": 2}]', "line 1: expected whole JSON.* damaged from here"),
        ('[{"id": 1}] x', "line 1: expected whole JSON"),
        ("[" * 100_000, "line 1: expected whole JSON"),
        ("id,day\n1,2", "line 1: expected whole JSON"),
    ],
)
def test_what_is_no_table_is_refused_by_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataRejected, match=told):
        sheet_of(tmp_path, text)


@pytest.mark.parametrize("day", ["[1, 2]", "[]", '{"a": 1}', '"2021-03-05", "day": "2021-03-06"'])
def test_a_cell_of_no_single_value_is_unknown_and_told_where_the_mapping_uses_it(tmp_path: Path, day: str) -> None:
    sheet = sheet_of(tmp_path, f'{{"id": 1, "day": "2021-03-04", "visits": [1]}}\n{{"id": 2, "day": {day}}}')
    assert sheet.frame["day"].to_list() == ["2021-03-04", "########"]
    assert sheet.marked == (MarkedColumn("nested", "day", 1, 2),)


BROKEN = {
    "a quote too many": '{"id": "3", "note": "he said "no" to it"}',
    "no bracket at its end": '{"id": "3", "note": "x"',
    "its end is missing": '{"id": "3", "no',
    "its beginning is missing": 'd": "3", "note": "x"}',
    "two signs too many": '{"id": "3",, "note": "x"}',
    "another value": "null",
    "no JSON at all": "-- 3 --",
}
OTHERS = ['{"id": "1", "note": "a"}', '{"id": "2", "note": ""}', '{"id": "4", "note": "b"}', '{"id": "5"}']


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_line_nobody_can_read_costs_itself(tmp_path: Path, broken: str, at: int) -> None:
    sheet = sheet_of(tmp_path, "\n".join([*OTHERS[:at], broken, *OTHERS[at:], ""]))
    assert sheet.frame["id"].to_list() == ["1", "2", "4", "5"]
    assert sheet.damaged == (at + 1,)
    assert at + 1 not in sheet.frame["source_row"].to_list()


@pytest.mark.parametrize("broken", [text for text in BROKEN.values() if text.startswith('{"id"')])
@pytest.mark.parametrize("between", [", ", ",\n", "\n  ,  "])
@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_record_of_an_array_nobody_can_read_costs_itself(tmp_path: Path, broken: str, between: str, at: int) -> None:
    text = "[" + between.join([*OTHERS[:at], broken, *OTHERS[at:]]) + "]\n"
    sheet = sheet_of(tmp_path, text)
    assert (sheet.frame["id"].to_list(), len(sheet.damaged)) == (["1", "2", "4", "5"], 1)
    if between == ", ":
        assert sheet.damaged == (at + 1,)


def test_what_stands_between_the_records_of_an_array_is_told(tmp_path: Path) -> None:
    for between in (" ", ', 3", "note": "x"}, ', ", , "):
        sheet = sheet_of(tmp_path, f"[{OTHERS[0]}{between}{OTHERS[1]}, {OTHERS[2]}]")
        assert (sheet.frame["id"].to_list(), sheet.damaged) == (["1", "2", "4"], (2,))


def test_a_record_that_a_line_end_breaks_is_told_by_each_of_its_lines(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "\n".join([*OTHERS[:2], '{"id": "3"', ', "note": x}', *OTHERS[2:], ""]))
    assert (sheet.frame.height, sheet.damaged) == (4, (3, 4))


def test_a_line_end_or_tab_within_a_text_is_part_of_it(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, '{"id": "1", "note": "a\n\tb"}\n{"id": "2", "note": "c"}\n')
    assert sheet.frame.rows() == [("1", "a\n\tb", 1), ("2", "c", 3)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n".join([*OTHERS, '{"id": "6", "no']), "line 5: .*cut short here, after 4 whole records"),
        (
            "\n".join([OTHERS[0], "{{}", *OTHERS[1:], '{"id": "6", "no']),
            "line 6: .*cut short here, after 4 whole records",
        ),
        (f"[{', '.join(OTHERS)}, {{", "line 1: .*cut short here, after 4 whole records"),
        (f"[{', '.join(OTHERS)}", "line 1: .*cut short here, after 4 whole records"),
        ("[" + ",\n".join(['{"id": 1, "visits": [1]}'] * 3) + ",\n", "line 3: .*cut short here"),
    ],
)
def test_what_came_after_a_cut_is_missing_so_that_the_file_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataRejected, match=told):
        sheet_of(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        # A visit is no patient.
        '{"id": 1}\n{"id": 2, "visits": [\n{"id": 7}\n{"id": 8}\n{"id": 9}\n]}\n{"id": 3}\n',
        '[{"id": 1, "visits": [{"id": 7}, {"id": 8}]}, {"id": 2,, "visits": [{"id": 9}, {"id": 4}]}, {"id": 3}]',
        # As many damaged ones as whole: it is the form that is another.
        "\n".join([*OTHERS[:2], "{,", "{,", ""]),
    ],
)
def test_where_nobody_can_tell_which_records_are_whole_the_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataRejected, match=r"line \d+: expected whole JSON.*damaged from here"):
        sheet_of(tmp_path, text)


def test_records_on_one_line_are_told_apart_by_their_position(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, f"[{', '.join(OTHERS)}]").frame["source_row"].to_list() == [1, 2, 3, 4]
    assert sheet_of(tmp_path, "\n".join([OTHERS[0] + OTHERS[1], OTHERS[2]])).frame["source_row"].to_list() == [1, 2, 3]


def test_a_key_twice_with_one_value_is_one(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, '{"id": 1, "day": "x", "day": "x"}')
    assert (sheet.frame["day"].to_list(), sheet.marked) == (["x"], ())


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800"])
def test_a_character_that_is_none_costs_its_cell(tmp_path: Path, sign: str) -> None:
    assert sheet_of(tmp_path, f'{{"id": "a{sign}"}}\n{{"id": "b"}}').frame["id"].to_list() == ["a\ufffd", "b"]


def test_what_the_mapping_ignores_may_hold_anything(tmp_path: Path) -> None:
    wanted = mapping("jsonl")
    wanted.sheets[0].ignored.append("visits")
    (tmp_path / "a.jsonl").write_text('{"id": "1", "visits": [1, 2]}')
    (sheet,) = read_file(tmp_path / "a.jsonl", wanted)
    assert sheet.frame["id"].to_list() == ["1"]


def test_a_column_of_our_own_name_is_kept_beside_it(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, '{"source_row": "7"}').frame.rows() == [("7", 1)]


def test_a_damaged_file_is_read_or_refused(tmp_path: Path) -> None:
    for copy in flipped(LINES.encode() * 20, 60, 11):
        outcome(tmp_path / "a.jsonl", copy, mapping("jsonl"))
