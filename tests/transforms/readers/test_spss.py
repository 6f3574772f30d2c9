"""SPSS files: what a format shows, values declared missing, labels, encodings nobody declared, cut files."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from tests.transforms.readers.damage import FEED, cut_short, flipped, mapping, outcome
from transforms.readers import Sheet, read_file
from transforms.readers.spss_values import value_text

NOON = (datetime(2021, 3, 5, 12, tzinfo=UTC) - datetime(1582, 10, 14, tzinfo=UTC)).total_seconds()
ENCODING_RECORD = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
CODE_PAGE = struct.pack("<4i", 7, 3, 4, 8)


def sheet_of(path: Path, **settings: Any) -> Sheet:
    (sheet,) = read_file(path, mapping("spss", **settings))
    return sheet


def written(folder: Path, columns: dict[str, list[Any]], **settings: Any) -> Path:
    pyreadstat.write_sav(pd.DataFrame(columns), folder / "a.sav", **settings)
    return folder / "a.sav"


def old(folder: Path, text: bytes, code_page: int = 2) -> Path:
    """A file as SPSS wrote it before it named encodings: `text` stands for the only text."""
    content = written(folder, {"id": ["1"], "note": ["?" * len(text)]}).read_bytes()
    place = content.index(CODE_PAGE) + 16 + 28
    content = content[:place] + struct.pack("<i", code_page) + content[place + 4 :]
    (folder / "a.sav").write_bytes(content.replace(ENCODING_RECORD, b"").replace(b"?" * len(text), text))
    return folder / "a.sav"


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (45.0, "F8.2", "45"),
        (45.678, "F8.0", "45.678"),
        (45.0, "N4", "0045"),
        (45.5, "PCT8.1", "45.5%"),
        (1200.0, "DOLLAR8", "1200"),
        (1200.0, "COMMA8.2", "1200"),
        (0.1, "E11.3", "0.1"),
        (NOON, "DATE11", "2021-03-05"),
        (NOON, "ADATE10", "2021-03-05"),
        (NOON, "EDATE10", "2021-03-05"),
        (NOON, "SDATE10", "2021-03-05"),
        (NOON, "JDATE7", "2021-03-05"),
        (NOON, "DATETIME20", "2021-03-05 12:00:00"),
        (NOON, "YMDHMS16", "2021-03-05 12:00:00"),
        (NOON, "MOYR8", "2021-03"),
        (NOON, "QYR8", "1 Q 2021"),
        (NOON, "WKYR10", "10 WK 2021"),
        (3725.0, "TIME8", "01:02:05"),
        (1.0, "WKDAY9", "SUNDAY"),
        (3.0, "MONTH9", "MARCH"),
        (1e15, "DATE11", "1000000000000000"),
    ],
)
def test_a_number_is_what_its_format_shows_with_all_of_its_decimals(value: float, shown_as: str, text: str) -> None:
    assert value_text(value, shown_as) == text


@pytest.mark.parametrize("settings", [{}, {"compress": True}, {"row_compress": True}])
def test_each_way_of_compressing_reads_alike(tmp_path: Path, settings: dict[str, bool]) -> None:
    columns = {"id": ["0045", "缓解 "], "age": [45.5, float("nan")], "long": ["x" * 600, ""]}
    assert sheet_of(written(tmp_path, columns, **settings)).frame.rows() == [
        ("0045", "45.5", "x" * 600, 1),
        ("缓解", None, None, 2),
    ]


def test_a_value_declared_missing_is_neither_a_number_nor_blank(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": ["1", "2", "3"], "age": [99.0, -1.0, 30.0], "sex": ["UK", "F", "F of more letters"]},
        missing_ranges={"age": [99, {"lo": -9, "hi": -1}], "sex": ["UK"]},
    )
    frame = sheet_of(path).frame
    assert frame["age"].to_list() == ["99 (missing)", "-1 (missing)", "30"]
    assert frame["sex"].to_list() == ["UK (missing)", "F", "F of more letters"]


def test_a_mapping_may_take_labels_instead_of_codes(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": ["1", "2", "3"], "sex": [1.0, 2.0, 9.0]},
        variable_value_labels={"sex": {1: "男", 9: "未知"}},
        missing_ranges={"sex": [9]},
    )
    assert sheet_of(path).frame["sex"].to_list() == ["1", "2", "9 (missing)"]
    assert sheet_of(path, labels=True).frame["sex"].to_list() == ["男", "2", "未知 (missing)"]


def test_labels_are_of_formats_that_have_them() -> None:
    with pytest.raises(ValueError, match="labels: expected none; only formats spss, stata"):
        FileMapping.model_validate({"match": "*", "format": "csv", "labels": True, "sheets": [{"feeds": [FEED]}]})


def test_text_of_an_encoding_nobody_names_is_refused_until_the_mapping_does(tmp_path: Path) -> None:
    path = old(tmp_path, "缓解".encode("gbk"))
    with pytest.raises(DataRejected, match=r"says in which encoding its text is; this one does not; declare it"):
        sheet_of(path)
    assert sheet_of(path, encoding="gb18030").frame["note"].to_list() == ["缓解"]


def test_a_code_page_names_the_encoding(tmp_path: Path) -> None:
    assert sheet_of(old(tmp_path, "缓解".encode("gbk"), code_page=936)).frame["note"].to_list() == ["缓解"]


def test_an_old_file_of_ascii_needs_no_encoding(tmp_path: Path) -> None:
    assert sheet_of(old(tmp_path, b"CR")).frame["note"].to_list() == ["CR"]


def test_text_that_says_it_is_utf8_and_is_so_is_read_so_whatever_the_mapping_says(tmp_path: Path) -> None:
    path = written(tmp_path, {"note": ["缓解"]})
    assert sheet_of(path, encoding="gb18030").frame["note"].to_list() == ["缓解"]


def test_utf8_in_an_old_file_is_not_read_as_the_encoding_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="expected text as gb18030, as the mapping says; found UTF-8"):
        sheet_of(old(tmp_path, "缓解".encode()), encoding="gb18030")


def test_a_file_that_names_the_wrong_encoding_is_read_by_the_mapping(tmp_path: Path) -> None:
    path = written(tmp_path, {"note": ["????"]})
    path.write_bytes(path.read_bytes().replace(b"????", "缓解".encode("gbk")))
    with pytest.raises(DataRejected, match="expected text as the encoding the file itself names; declare"):
        sheet_of(path)
    assert sheet_of(path, encoding="gb18030").frame["note"].to_list() == ["缓解"]


def test_a_portable_file_keeps_what_is_declared_missing(tmp_path: Path) -> None:
    """The writer at hand knows neither formats nor missing values, so both are put into its text."""
    pyreadstat.write_por(pd.DataFrame({"id": ["01"], "n": [99.0]}), tmp_path / "a.por")
    text = (tmp_path / "a.por").read_bytes().replace(b"\r\n", b"").replace(b"\n", b"")
    declared = text.replace(b"N5/8/2/5/8/2/", b"N5/8/2/5/8/2/839/")
    assert declared != text
    (tmp_path / "a.por").write_bytes(b"\r\n".join(declared[i : i + 80] for i in range(0, len(declared), 80)))
    assert sheet_of(tmp_path / "a.por").frame.rows() == [("01", "99 (missing)", 1)]


def test_a_portable_file_with_other_letters_than_ascii_is_refused(tmp_path: Path) -> None:
    pyreadstat.write_por(pd.DataFrame({"id": ["01"], "note": ["XXXX"]}), tmp_path / "a.por")
    content = (tmp_path / "a.por").read_bytes().replace(b"XXXX", "缓解".encode("gbk"))
    (tmp_path / "a.por").write_bytes(content)
    with pytest.raises(DataRejected, match=r"a.por NOTE: expected letters of ASCII.*save the data as .sav"):
        sheet_of(tmp_path / "a.por")


def test_an_encrypted_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + bytes(100))
    with pytest.raises(DataRejected, match="without password"):
        sheet_of(tmp_path / "a.sav")


@pytest.mark.parametrize("write", [pyreadstat.write_sav, pyreadstat.write_por])
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, write: Callable[..., None]) -> None:
    write(pd.DataFrame({"id": [f"{n:03d}" for n in range(40)], "n": [float(n) for n in range(40)]}), tmp_path / "a.sav")
    content = (tmp_path / "a.sav").read_bytes()
    for copy in (*cut_short(content, 10), *flipped(content, 25, 3)):
        outcome(tmp_path / "a.sav", copy, mapping("spss"))


@pytest.mark.parametrize("settings", [{}, {"compress": True}, {"row_compress": True}])
def test_a_cut_file_is_refused(tmp_path: Path, settings: dict[str, bool]) -> None:
    content = written(tmp_path, {"id": [f"{n:03d}" for n in range(40)]}, **settings).read_bytes()
    for copy in (content[:-1], content[:-40], content[: len(content) // 2]):
        assert "expected a complete SPSS file" in outcome(tmp_path / "a.sav", copy, mapping("spss"))


@pytest.mark.parametrize("kind", ["spss", "stata"])
@pytest.mark.parametrize(
    ("code", "label", "shown"),
    [
        (0, "30", "0 (30)"),
        (99, "Unknown", "99 (Unknown)"),
        (99, "未查", "99 (未查)"),
        (3, "severe", "3"),
        (3, "3.0", "3"),
    ],
)
def test_a_code_read_as_a_number_whose_label_says_another_value_is_shown_with_it(
    tmp_path: Path, kind: str, code: int, label: str, shown: str
) -> None:
    columns = {"id": ["1"], "age": [code], "day": ["2021-01-01"]}
    labels = {"variable_value_labels": {"age": {code: label}}}
    path = tmp_path / "a"
    (pyreadstat.write_sav if kind == "spss" else pyreadstat.write_dta)(pd.DataFrame(columns), path, **labels)
    aged = {"domain": "subject", "columns": {**FEED["columns"], "age_years": "age"}}
    decoded = {
        "domain": "subject",
        "columns": {**FEED["columns"], "age_years": {"column": "age", "decode": {"99": "1"}}},
    }
    for feed, text in ((aged, shown), (decoded, str(code))):
        found = FileMapping.model_validate({"match": "*", "format": kind, "sheets": [{"feeds": [feed]}]})
        (sheet,) = read_file(path, found)
        assert sheet.frame["age"].to_list() == [text]
