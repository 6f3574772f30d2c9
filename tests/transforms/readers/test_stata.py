"""Stata datasets: what a format shows, extended missing values, labels, encodings nobody declared, cut files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import cut_short, flipped, mapping, outcome
from transforms.readers import Sheet, read_file
from transforms.readers.stata_values import value_text

DAY = (date(2021, 3, 5) - date(1960, 1, 1)).days
NOON = (datetime(2021, 3, 5, 12, tzinfo=UTC) - datetime(1960, 1, 1, tzinfo=UTC)).total_seconds() * 1000


def sheet_of(path: Path, **settings: Any) -> Sheet:
    (sheet,) = read_file(path, mapping("stata", **settings))
    return sheet


def written(folder: Path, columns: dict[str, Any], **settings: Any) -> Path:
    pyreadstat.write_dta(pd.DataFrame(columns), folder / "a.dta", **settings)
    return folder / "a.dta"


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (45, "%9.0g", "45"),
        (45, "%05.0f", "00045"),
        (45.678, "%05.0f", "45.678"),
        (45.5, "%08.2f", "00045.50"),
        (1200.0, "%12.2fc", "1200"),
        (DAY, "%td", "2021-03-05"),
        (DAY, "%d", "2021-03-05"),
        (DAY, "%-td", "2021-03-05"),
        (DAY, "%tdDD/NN/CCYY", "2021-03-05"),
        (DAY, "%tdMon_CCYY", "2021-03"),
        (DAY, "%tdCCYY-NN", "2021-03"),
        (DAY, "%tdCCYY", "2021"),
        (NOON, "%tc", "2021-03-05 12:00:00"),
        (NOON, "%tcNN/CCYY", "2021-03"),
        (NOON, "%tcHH:MM", "12:00:00"),
        (NOON, "%tcDD/NN/YY_HH:MM", "2021-03-05 12:00:00"),
        (DAY, "%tdDD_Month", "2021-03-05"),
        (NOON + 27_000, "%tC", "2021-03-05 12:00:00"),
        (734, "%tm", "2021-03"),
        (-1, "%tm", "1959-12"),
        (3180, "%tw", "2021w9"),
        (244, "%tq", "2021q1"),
        (122, "%th", "2021h1"),
        (2021, "%ty", "2021"),
        (15000, "%tbnyse", "15000 (%tbnyse)"),
        (1e12, "%td", "1000000000000"),
    ],
)
def test_a_number_is_what_its_format_shows_with_all_of_its_decimals(value: float, shown_as: str, text: str) -> None:
    assert value_text(value, shown_as, "double") == text


def test_a_number_stored_in_four_bytes_is_the_number_that_was_typed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ratio": pd.Series([0.1, 36.6], dtype="float32"), "same": [0.1, 36.6]})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    assert sheet_of(tmp_path / "a.dta").frame.rows() == [("0.1", "0.1", 1), ("36.6", "36.6", 2)]


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_every_version_reads_alike(tmp_path: Path, version: int) -> None:
    columns = {"id": ["0045", "46"], "month": [734.0, None], "note": ["x" * 200, ""]}
    path = written(tmp_path, columns, version=version, variable_format={"month": "%tm"})
    assert sheet_of(path).frame.rows() == [("0045", "2021-03", "x" * 200, 1), ("46", None, None, 2)]


def test_long_text_is_read_whole(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["1"], "note": ["缓" * 3000]}).to_stata(
        tmp_path / "a.dta", version=118, convert_strl=["note"], write_index=False
    )
    assert sheet_of(tmp_path / "a.dta").frame["note"].to_list() == ["缓" * 3000]


def test_an_extended_missing_value_shows_its_letter(tmp_path: Path) -> None:
    columns = {"age": pd.Series(["a", 30.0, None], dtype=object)}
    path = written(
        tmp_path,
        columns,
        missing_user_values={"age": ["a"]},
        variable_value_labels={"age": {"a": "refused", 30: "thirty"}},
    )
    assert sheet_of(path).frame["age"].to_list() == [".a", "30"]
    assert sheet_of(path, labels=True).frame["age"].to_list() == ["refused (missing)", "thirty"]


def test_text_of_a_version_before_14_is_refused_until_the_mapping_declares_its_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, {"note": ["????"]}, version=13)
    path.write_bytes(path.read_bytes().replace(b"????", "缓解".encode("gbk")))
    with pytest.raises(DataRejected, match=r"says in which encoding its text is; this one does not; declare it"):
        sheet_of(path)
    assert sheet_of(path, encoding="gb18030").frame["note"].to_list() == ["缓解"]


def test_text_of_a_newer_version_that_was_never_converted_is_read_by_the_mapping(tmp_path: Path) -> None:
    path = written(tmp_path, {"note": ["????"]}, version=15)
    path.write_bytes(path.read_bytes().replace(b"????", "缓解".encode("gbk")))
    with pytest.raises(DataRejected, match="expected text as the encoding the file itself names; declare"):
        sheet_of(path)
    assert sheet_of(path, encoding="gb18030").frame["note"].to_list() == ["缓解"]


@pytest.mark.parametrize("version", [8, 13, 15])
def test_a_cut_file_is_refused_and_a_damaged_one_read_or_refused(tmp_path: Path, version: int) -> None:
    columns = {"id": [f"{n:03d}" for n in range(40)], "n": [float(n) for n in range(40)]}
    content = written(tmp_path, columns, version=version).read_bytes()
    for copy in (content[:-1], content[:-40], content[: len(content) // 2]):
        assert "expected a complete Stata file" in outcome(tmp_path / "a.dta", copy, mapping("stata"))
    for copy in (*cut_short(content, 6), *flipped(content, 20, 5)):
        outcome(tmp_path / "a.dta", copy, mapping("stata"))
