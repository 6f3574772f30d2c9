"""One table, written by every library and program that can be had here, reads the same from all: as a person sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.mapping import FileMapping
from tests.transforms.readers.writers import programs, python_libraries
from tests.transforms.readers.writers.truth import HEADER, NAME, shown
from transforms.readers import read_file

FEED = {"domain": "subject", "columns": {"subject_id": HEADER[0], "enrollment_date": "infused"}}
MAPPING = FileMapping.model_validate({"match": "*", "format": "excel", "sheets": [{"sheet": NAME, "feeds": [FEED]}]})
LIBRARIES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "openpyxl": ("xlsx", python_libraries.write_openpyxl),
    "openpyxl row by row": ("xlsx", python_libraries.write_openpyxl_row_by_row),
    "XlsxWriter": ("xlsx", python_libraries.write_xlsxwriter),
    "XlsxWriter in constant memory": ("xlsx", python_libraries.write_xlsxwriter_in_constant_memory),
}


def as_read(path: Path) -> list[list[str | None]]:
    (sheet,) = read_file(path, MAPPING)
    assert sheet.header == HEADER
    return [list(row) for row in sheet.frame.select(HEADER).rows()]


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_a_library_writes_reads_as_the_truth(tmp_path: Path, name: str) -> None:
    ending, write = LIBRARIES[name]
    write(tmp_path / f"a.{ending}")
    assert as_read(tmp_path / f"a.{ending}") == shown()


def test_what_libreoffice_writes_reads_as_the_truth(tmp_path: Path) -> None:
    for path in programs.write_with_libreoffice(tmp_path, "xlsx", "ods", "xls"):
        assert as_read(path) == shown(), path.name


def test_what_poi_writes_reads_as_the_truth(tmp_path: Path) -> None:
    written = programs.write_with_poi(tmp_path)
    for path in written:
        assert as_read(path) == shown(), path.name
    if missing := {"xssf.xlsx", "sxssf.xlsx", "hssf.xls"} - {path.name for path in written}:
        pytest.skip(f"Apache POI writes no {', '.join(sorted(missing))} on this machine; what else it wrote was read")
