"""The same table from writers of old workbooks, OpenDocument and web pages reads the same: as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transforms.readers.damage import mapping
from tests.transforms.readers.writers.old_workbooks import write_xlwt
from tests.transforms.readers.writers.programs import write_with_libreoffice
from tests.transforms.readers.writers.truth import HEADER, NAME, shown
from transforms.readers import Sheet, read_file


def read(path: Path) -> Sheet:
    (sheet,) = read_file(path, mapping("excel", "*"))
    assert sheet.header == HEADER
    return sheet


def rows(sheet: Sheet) -> list[list[str | None]]:
    return [list(row) for row in sheet.frame.select(HEADER).rows()]


def test_what_xlwt_writes_reads_as_the_truth(tmp_path: Path) -> None:
    write_xlwt(tmp_path / "a.xls")
    sheet = read(tmp_path / "a.xls")
    assert (sheet.name, rows(sheet)) == (NAME, shown())


@pytest.mark.parametrize("ending", ["fods", "html"])
def test_what_libreoffice_writes_flat_or_for_the_web_reads_as_the_truth(tmp_path: Path, ending: str) -> None:
    (path,) = write_with_libreoffice(tmp_path, ending)
    path = path.rename(tmp_path / "a.xls")
    # On its web pages LibreOffice shows a boolean as a number.
    words = {"TRUE": "1", "FALSE": "0"} if ending == "html" else {}
    assert rows(read(path)) == [[words.get(text or "", text) for text in row] for row in shown()]
