"""Binary workbooks: each kind of record, on workbooks written record by record."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from schemas.errors import DataRejected
from tests.reference_data import reference_path
from tests.transforms.readers.raw_workbook import doubts, links, texts
from transforms.readers.workbook.worksheet import Mark, Worksheet
from transforms.readers.workbook.xlsb import read_xlsb


def record(number: int, body: bytes = b"") -> bytes:
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(body), b""
    while size > 0x7F:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + body


def wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def cell(number: int, column: int, body: bytes = b"", style: int = 0) -> bytes:
    return record(number, struct.pack("<II", column, style) + body)


def row(at: int, *cells: bytes) -> bytes:
    return record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0)) + b"".join(cells)


RED, AUTO = bytes([0x05, 0xFF, 0, 0, 0xFF, 0, 0, 0xFF]), bytes([0x03, 64, 0, 0, 0, 0, 0, 0xFF])


def font(flags: int = 0, script: int = 0, color: bytes = AUTO) -> bytes:
    return record(43, struct.pack("<HHHHBBBB", 220, flags, 400, script, 0, 2, 0, 0) + color + b"\0" + wide("Calibri"))


def styles(*codes: str) -> bytes:
    """Style 1 is struck through, style 2 red; those of the codes follow."""
    formats = b"".join(record(44, struct.pack("<H", 164 + i) + wide(code)) for i, code in enumerate(codes))
    used = [(0, 0), (0, 1), (0, 3), *((164 + i, 0) for i in range(len(codes)))]
    made = b"".join(record(47, struct.pack("<8H", 0, number, at, 0, 0, 0, 0, 0)) for number, at in used)
    parents = record(626) + record(47, struct.pack("<8H", 0xFFFF, 9, 0, 0, 0, 0, 0, 0)) + record(627)
    fonts = font() + font(flags=8) + font(script=1) + font(color=RED)
    return formats + fonts + record(45, struct.pack("<I", 0) + AUTO * 2) + parents + record(617) + made + record(618)


def read(
    path: Path,
    rows: bytes,
    style: bytes = b"",
    strings: bytes = b"",
    after: bytes = b"",
    asks: int = 0,
    comments: bytes = b"",
) -> Worksheet:
    calculation = struct.pack("<IIIdIH", 191029, 1, 100, 0.001, 1, asks)
    workbook = (
        record(131)
        + record(153, bytes(12))
        + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("S"))
        + record(157, calculation)
        + record(132)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": links(("officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": workbook,
        "xl/_rels/workbook.bin.rels": links(("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")),
        "xl/worksheets/sheet1.bin": record(129) + record(148, struct.pack("<4I", 0, 9, 0, 9)) + record(145) + rows + record(146) + after + record(130),
        "xl/worksheets/_rels/sheet1.bin.rels": links(("comments", "../comments1.bin")),
        "xl/styles.bin": style or styles(),
        "xl/sharedStrings.bin": record(159, bytes(8)) + strings + record(160),
        "xl/comments1.bin": comments,
    }  # fmt: skip
    with zipfile.ZipFile(path / "a.xlsb", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (sheet,) = read_xlsb(path / "a.xlsb")
    return sheet


def real(value: float) -> bytes:
    return struct.pack("<d", value)


def test_each_kind_of_cell_is_shown_as_a_person_sees_it(tmp_path: Path) -> None:
    strings = record(19, b"\0" + wide("id")) + record(
        19, b"\1" + wide("106") + struct.pack("<I", 1) + struct.pack("<HH", 2, 2)
    )
    rows = row(
        0,
        cell(7, 0, struct.pack("<I", 0)),
        cell(5, 1, real(0.45), style=3),
        cell(3, 2, b"\x2a"),
        cell(4, 3, b"\1"),
        cell(2, 4, struct.pack("<I", 42 << 2 | 2)),
        cell(6, 5, wide("text")),
        cell(5, 6, real(44260), style=4),
        cell(7, 7, struct.pack("<I", 1)),
        cell(1, 8),
        cell(2, 9, struct.pack("<i", (-150 << 2) | 3)),
        cell(5, 10, real(7), style=5),
    )
    found = read(tmp_path, rows, styles("0%", 'yyyy"年"m"月"', '"P"000'), strings)
    assert found.refused is None
    assert texts(found) == {
        "A1": "id", "B1": "45%", "C1": "#N/A", "D1": "TRUE", "E1": "42", "F1": "text", "G1": "2021-03", "H1": "10⁶", "J1": "-1.5", "K1": "P007",
    }  # fmt: skip


def test_results_of_formulas_are_read_errors_among_them(tmp_path: Path) -> None:
    formula = struct.pack("<HII", 0, 0, 0)
    rows = row(
        0,
        cell(9, 0, real(2) + formula),
        cell(8, 1, wide("x") + formula),
        cell(10, 2, b"\0" + formula),
        cell(11, 3, b"\x07" + formula),
    )
    assert texts(read(tmp_path, rows)) == {"A1": "2", "B1": "x", "C1": "FALSE", "D1": "#DIV/0!"}


def test_zeros_that_a_workbook_asks_to_compute_are_in_doubt(tmp_path: Path) -> None:
    rows = row(0, cell(9, 0, real(0) + struct.pack("<HII", 0, 0, 0)))
    assert doubts(read(tmp_path, rows, asks=1)) == {"A1": "holds a formula that was never computed"}
    assert doubts(read(tmp_path, rows)) == {}


def test_what_a_format_hides_costs_its_cell(tmp_path: Path) -> None:
    found = read(tmp_path, row(1, cell(5, 1, real(5), style=3), cell(5, 2, real(6))), styles(";;;"))
    assert doubts(found) == {"B2": "has a format that hides the number"} and texts(found)["C2"] == "6"


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_that_is_none_costs_its_cell(tmp_path: Path, value: float) -> None:
    found = read(tmp_path, row(0, cell(5, 0, real(value)), cell(5, 1, real(6))))
    assert doubts(found) == {"A1": "is said to be a number and is none"} and texts(found)["B1"] == "6"


def test_marks_and_merged_cells_are_told(tmp_path: Path) -> None:
    rows = b"".join(row(i, cell(5, 0, real(1), style=style)) for i, style in enumerate((0, 1, 2, 0)))
    merged = record(176, struct.pack("<4I", 0, 2, 1, 1))
    comments = record(635, struct.pack("<5I", 0, 1, 1, 3, 3) + bytes(16))
    found = read(tmp_path, rows, after=merged, comments=comments)
    assert found.marks == (Mark("comment", 1, 3), Mark("struck", 1, 0), Mark("colored", 2, 0))
    assert found.merged == ((0, 1, 2, 1),)


def test_a_stray_cell_at_the_far_end_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, row(0, cell(5, 0, real(1))) + row(1_048_575, cell(5, 16_383, real(2))))
    assert texts(found) == {"A1": "1", "XFD1048576": "2"} and found.refused is None


def test_a_record_that_is_cut_short_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a\.xlsb: expected an Excel workbook"):
        read(tmp_path, row(0, cell(5, 0, b"\0")))


def test_an_error_of_a_real_workbook_is_no_blank() -> None:
    (sheet,) = read_xlsb(reference_path("data/hard_files/04-xlsb-error/err.xlsb"))
    assert texts(sheet) == {
        "A1": "2021-01-01",
        "B1": "#N/A",
        "A2": "2021-01-02",
        "B2": "16",
        "A3": "255:10:10",
        "B3": "17",
    }


def test_hidden_rows_and_columns_are_told(tmp_path: Path) -> None:
    columns = record(60, struct.pack("<4IH", 0, 0, 2000, 0, 0)) + record(60, struct.pack("<4IH", 1, 9, 0, 0, 1))
    hidden = record(0, struct.pack("<IIHBBBI", 1, 0, 300, 0, 0x10, 0, 0)) + cell(5, 1, real(2))
    found = read(tmp_path, row(0, cell(5, 0, real(1))) + hidden, after=columns)
    assert (found.hidden_rows, found.hidden_columns) == ({1}, {1})
