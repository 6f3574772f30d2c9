"""Old workbooks (.xls): what a person sees of each cell, and what can't be known said by sheet and cell."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlwt

from schemas.errors import DataRejected
from tests.transforms.readers.damage import cut_short, flipped
from tests.transforms.readers.raw_workbook import doubts
from transforms.readers.workbook.worksheet import Mark, Worksheet
from transforms.readers.workbook.xls import read_xls

Write = Callable[[xlwt.Worksheet], None]

NEVER_COMPUTED = "holds a formula that was never computed"


def book(path: Path, write: Write, *, date_1904: bool = False) -> Path:
    """A workbook of one sheet."""
    made = xlwt.Workbook()
    made.dates_1904 = date_1904
    write(made.add_sheet("S", cell_overwrite_ok=True))
    made.save(str(path))
    return path


def seen(tmp_path: Path, value: object, code: str = "General", *, date_1904: bool = False) -> str | None:
    """What is read of one cell."""
    style = xlwt.easyxf(num_format_str=code)
    (sheet,) = read_xls(book(tmp_path / "a.xls", lambda made: made.write(0, 0, value, style), date_1904=date_1904))
    assert sheet.refused is None
    return sheet.cells.get((0, 0))


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.45, "0.0%", "45%"),
        (0.4567, "0%", "45.67%"),
        (45, '0"%"', "45%"),
        (0.8, "0.0\\%", "0.8%"),
        (1, "000", "001"),
        (4, '"BJ-"0000', "BJ-0004"),
        (date(2021, 3, 1), 'yyyy"年"m"月"', "2021-03"),
        (date(2021, 1, 1), "yyyy", "2021"),
        (date(2021, 3, 5), "d/m/yyyy", "2021-03-05"),
        (datetime(2021, 3, 5, 8, 30), "yyyy-mm-dd hh:mm", "2021-03-05 08:30:00"),
        (time(8, 30), "hh:mm", "08:30:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (True, "General", "TRUE"),
        (0.1 + 0.2, "General", "0.3"),
        ("0045", "@", "0045"),
        ("受试者 1", "General", "受试者 1"),
    ],
)
def test_a_cell_is_read_as_shown(tmp_path: Path, value: object, code: str, text: str) -> None:
    assert seen(tmp_path, value, code) == text


def test_the_calendar_from_1904_gives_the_day_shown(tmp_path: Path) -> None:
    assert seen(tmp_path, 42_798, "yyyy-mm-dd", date_1904=True) == "2021-03-05"


@pytest.mark.parametrize(("key", "text"), [(57, "2021-03"), (31, "2021-03-05"), (58, "3月5日")])
def test_a_format_that_is_a_number_alone_shows_no_more_than_every_chinese_excel_shows(
    tmp_path: Path, key: int, text: str
) -> None:
    path = book(tmp_path / "a.xls", lambda made: made.write(0, 0, 44_260, xlwt.easyxf(num_format_str="0.000000")))
    content = path.read_bytes()
    declared = content.index(b"0.000000") - 5
    styles = re.compile(rb"(\xe0\x00\x14\x00..)" + re.escape(content[declared : declared + 2]), re.DOTALL)
    path.write_bytes(styles.sub(lambda style: style[1] + struct.pack("<H", key), content))
    (sheet,) = read_xls(path)
    assert sheet.cells == {(0, 0): text}


@pytest.mark.parametrize(
    ("code", "text"), [(42, "#N/A"), (7, "#DIV/0!"), (15, "#VALUE!"), (23, "#REF!"), (29, "#NAME?")]
)
def test_an_error_cell_is_its_text(tmp_path: Path, code: int, text: str) -> None:
    def write(made: xlwt.Worksheet) -> None:
        made.row(0).set_cell_error(0, code)

    (sheet,) = read_xls(book(tmp_path / "a.xls", write))
    assert sheet.cells == {(0, 0): text}


def test_raised_digits_stay_raised(tmp_path: Path) -> None:
    raised = xlwt.Font()
    raised.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT

    def write(made: xlwt.Worksheet) -> None:
        made.write_rich_text(0, 0, ("𠮷10", ("6", raised), "/L"))

    (sheet,) = read_xls(book(tmp_path / "a.xls", write))
    assert sheet.cells == {(0, 0): "𠮷10⁶/L"}


def test_struck_and_coloured_cells_are_marked(tmp_path: Path) -> None:
    def write(made: xlwt.Worksheet) -> None:
        for row in range(5):
            made.write(row, 0, row)
        made.write(1, 0, 1, xlwt.easyxf("font: struck_out on"))
        made.write(2, 0, 2, xlwt.easyxf("pattern: pattern solid, fore_colour yellow"))

    (sheet,) = read_xls(book(tmp_path / "a.xls", write))
    assert set(sheet.marks) == {Mark("struck", 1, 0), Mark("colored", 2, 0)}


def test_merged_cells_and_hidden_sheets_are_told(tmp_path: Path) -> None:
    made = xlwt.Workbook()
    made.add_sheet("S").write_merge(0, 1, 0, 2, "m")
    made.add_sheet("back").visibility = 1
    made.add_sheet("blank")
    made.save(str(tmp_path / "a.xls"))
    front, back, blank = read_xls(tmp_path / "a.xls")
    assert (front.merged, front.hidden, back.hidden, blank.cells) == (((0, 0, 1, 2),), False, True, {})


def formulas(path: Path, *, flags: int, results: list[float]) -> Worksheet:
    """A sheet of formulas that hold these results, each flagged so."""
    empty = struct.pack("<Q", 0xFFFF000000000003)
    book(path, lambda made: [made.write(row, 0, xlwt.Formula("1+1")) for row in range(len(results))])
    content = path.read_bytes()
    for result in results:
        content = content.replace(empty + struct.pack("<H", 0), struct.pack("<dH", result, flags), 1)
    path.write_bytes(content)
    (sheet,) = read_xls(path)
    return sheet


def test_a_formula_that_only_python_wrote_was_never_computed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xls", lambda made: made.write(2, 1, xlwt.Formula("1+1")))
    (sheet,) = read_xls(path)
    assert doubts(sheet) == {"B3": NEVER_COMPUTED}


def test_a_zero_to_be_computed_on_load_is_no_result(tmp_path: Path) -> None:
    sheet = formulas(tmp_path / "a.xls", flags=2, results=[0, 0])
    assert doubts(sheet) == {"A1": NEVER_COMPUTED, "A2": NEVER_COMPUTED}


def test_a_zero_beside_results_of_the_same_writer_is_one(tmp_path: Path) -> None:
    sheet = formulas(tmp_path / "a.xls", flags=2, results=[0, 2])
    assert doubts(sheet) == {}
    assert sheet.cells == {(0, 0): "0", (1, 0): "2"}


def test_a_zero_that_excel_computed_is_one(tmp_path: Path) -> None:
    assert doubts(formulas(tmp_path / "a.xls", flags=0, results=[0, 0])) == {}


@pytest.mark.parametrize(
    ("stored", "code", "why"),
    [
        (44_260, "dd", "has a date of which only a part is shown"),
        (5, ";;;", "has a format that hides the number"),
        (0, "0;-0;;@", "has a format that hides the number"),
        ("x", ";;;", "has a format that hides the text"),
        (float("inf"), "General", "has a value that is no finite number"),
        (float("nan"), "0.0", "has a value that is no finite number"),
    ],
)
def test_what_nobody_sees_costs_its_cell(tmp_path: Path, stored: object, code: str, why: str) -> None:
    def write(made: xlwt.Worksheet) -> None:
        made.write(1, 2, stored, xlwt.easyxf(num_format_str=code))
        made.write(1, 3, "kept")

    (sheet,) = read_xls(book(tmp_path / "a.xls", write))
    assert doubts(sheet) == {"C2": why} and sheet.cells[1, 3] == "kept"


def test_an_encrypted_workbook_is_called_encrypted(tmp_path: Path) -> None:
    records = [(0x0809, struct.pack("<HHHH", 0x0600, 5, 0, 0)), (0x002F, bytes(54)), (0x000A, b"")]
    (tmp_path / "a.xls").write_bytes(b"".join(struct.pack("<HH", code, len(body)) + body for code, body in records))
    with pytest.raises(DataRejected, match=r"without password; save it without password and send it over the secured"):
        read_xls(tmp_path / "a.xls")


def test_text_of_a_code_page_that_is_not_named_costs_its_cell(tmp_path: Path) -> None:
    text = "\u4e2d".encode("gb18030")
    label = struct.pack("<HHHH", 0, 0, 0, len(text)) + text
    sheet = [(0x0809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0)), (0x0204, label), (0x000A, b"")]
    path = tmp_path / "a.xls"
    path.write_bytes(biff5(sheet))
    (found,) = read_xls(path)
    assert doubts(found) == {"A1": "text in a code page that the file does not name"}


def biff5(sheet: list[tuple[int, bytes]]) -> bytes:
    """A workbook of Excel 5 without a container and without a code page, of one sheet S."""
    font = (0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05Arial")
    style = (0x00E0, struct.pack("<HHHHHHHH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0))
    head = [(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)), *[font] * 4, style]
    size = len(packed(head)) + 4 + 8 + 4
    bound = (0x0085, struct.pack("<IBBB", size, 0, 0, 1) + b"S")
    return packed([*head, bound, (0x000A, b"")]) + packed(sheet)


def packed(records: list[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("<HH", code, len(body)) + body for code, body in records)


def test_a_damaged_workbook_is_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    def write(made: xlwt.Worksheet) -> None:
        for row in range(50):
            made.write(row, 0, f"id {row}")
            made.write(row, 1, row / 7, xlwt.easyxf(num_format_str="0.0%"))

    path = book(tmp_path / "a.xls", write)
    sound = path.read_bytes()
    damaged = [*cut_short(sound, 12), *flipped(sound, 100, seed=14)]
    told = [refusal_of(path, content) for content in damaged]
    assert all(sentence.startswith("a.xls: ") for sentence in told if sentence)
    assert all(told[:11])


def refusal_of(path: Path, content: bytes) -> str:
    """The sentence that refuses the file; empty where it is read."""
    path.write_bytes(content)
    try:
        read_xls(path)
    except DataRejected as refusal:
        return str(refusal)
    return ""


def test_hidden_rows_and_columns_are_told(tmp_path: Path) -> None:
    def write(made: xlwt.Worksheet) -> None:
        for row in range(4):
            made.write(row, 0, row)
            made.write(row, 1, row)
        made.row(2).hidden = made.row(7).hidden = made.col(1).hidden = made.col(5).hidden = True

    (sheet,) = read_xls(book(tmp_path / "a.xls", write))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1})
