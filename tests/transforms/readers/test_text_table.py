"""Text with tabs or commas that is named a workbook is the one sheet Sheet1."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transforms.readers.damage import mapping
from transforms.readers.sheet import ROW
from transforms.readers.workbook.text_table import is_text_table, read_text_table

ROWS = "编号\tday\tnote\n001\t2021-03-05\tx\n002\t2021-03-06\t\n"
GBK = ROWS.encode("gb18030")


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [ROWS.encode(), ROWS.encode("utf-16"), GBK, ROWS.replace("\t", ",").encode("utf-8-sig")],
)
@pytest.mark.parametrize("wanted", ["Sheet1", "*"])
def test_text_is_read_as_excel_opens_it(tmp_path: Path, content: bytes, wanted: str) -> None:
    path = written(tmp_path, content)
    assert is_text_table(path)
    declared = mapping("excel", wanted).model_copy(update={"encoding": "gb18030" if content == GBK else "auto"})
    (sheet,) = read_text_table(path, declared)
    assert (sheet.name, sheet.header) == ("Sheet1", ["编号", "day", "note"])
    assert sheet.frame["编号"].to_list() == ["001", "002"]
    assert sheet.frame[ROW].to_list() == [2, 3]


def test_a_row_with_a_cell_too_many_is_named_and_not_shifted(tmp_path: Path) -> None:
    path = written(tmp_path, (ROWS + "003\tx\t2021-03-07\ty\n").encode())
    (sheet,) = read_text_table(path, mapping("excel", "Sheet1"))
    assert sheet.ragged == (4,)


def test_a_title_may_stand_above_the_columns(tmp_path: Path) -> None:
    assert is_text_table(written(tmp_path, ("某医院\n" + ROWS).encode()))


def test_its_one_table_is_called_as_the_mapping_calls_it(tmp_path: Path) -> None:
    (sheet,) = read_text_table(written(tmp_path, ROWS.encode()), mapping("excel", "随访"))
    assert sheet.name == "随访"


@pytest.mark.parametrize(
    "content",
    [
        b"no workbook",
        b"Session expired, log in again",
        b'{"a": 1,\n"b": 2}',
        b"<html>a,b\nc,d",
        b"\x00\x01\x02,\n,",
        b"id\n1\n2\n",
    ],
)
def test_what_has_no_columns_is_no_table(tmp_path: Path, content: bytes) -> None:
    assert not is_text_table(written(tmp_path, content))
