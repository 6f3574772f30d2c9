"""A second library counts the cells of each sheet: where the two differ, nobody can trust either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import mapping
from tests.transforms.readers.raw_workbook import write_raw
from transforms.readers import read_file
from transforms.readers.workbook import seen_twice
from transforms.readers.workbook.stored_cell import CellTexts

ROWS = "<row><c t='str'><v>id</v></c><c t='str'><v>n</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
REFUSED = "a.xlsx S: two libraries found {} and {} filled cells, first differing in row 2; open the workbook in Excel, save it as .xlsx"


def test_cells_the_reader_misses_refuse_the_sheet_with_both_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = CellTexts.take

    def miss(self: CellTexts, row: int, column: int, *how: Any, **more: Any) -> None:
        if (row, column) != (1, 1):
            take(self, row, column, *how, **more)

    monkeypatch.setattr(CellTexts, "take", miss)
    with pytest.raises(DataRejected, match=REFUSED.format(3, 4)):
        read_file(write_raw(tmp_path / "a.xlsx", ROWS), mapping("excel", "S"))


def test_cells_the_second_library_misses_refuse_the_sheet_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_twice.SecondReading, "counts", lambda *_: {0: 2})
    with pytest.raises(DataRejected, match=REFUSED.format(4, 2)):
        read_file(write_raw(tmp_path / "a.xlsx", ROWS), mapping("excel", "S"))


@pytest.mark.parametrize("counted", [None, {0: 2, 1: 1}])
def test_where_the_second_library_cannot_read_a_third_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: dict[int, int] | None
) -> None:
    monkeypatch.setattr(seen_twice.SecondReading, "counts", lambda *_: None)
    if counted:
        monkeypatch.setattr("transforms.readers.workbook.xlsx.counts_by_lxml", lambda *_: counted)
        with pytest.raises(DataRejected, match=REFUSED.format(4, 3)):
            read_file(write_raw(tmp_path / "a.xlsx", ROWS), mapping("excel", "S"))
    else:
        assert read_file(write_raw(tmp_path / "a.xlsx", ROWS), mapping("excel", "S"))[0].frame.height == 1


def test_a_sheet_too_large_to_be_laid_out_is_not_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lay_out(*_: Any) -> None:
        pytest.fail("laid out")

    monkeypatch.setattr(seen_twice.SecondReading, "counts", lay_out)
    far = "<row r='1048576'><c r='XFD1048576' s='0'/></row>"
    assert read_file(write_raw(tmp_path / "a.xlsx", ROWS + far), mapping("excel", "S"))[0].frame.height == 1
