"""Delimited text: encodings, delimiters, and row numbers as a person sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from tests.reference_data import reference_path
from transforms.readers import Sheet, read_file


def mapping(**settings_: object) -> FileMapping:
    feed = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
    return FileMapping.model_validate({"match": "*", "format": "csv", "sheets": [{"feeds": [feed]}], **settings_})


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "编号,性别\n001,男\n", encoding), mapping())
    assert sheet.header == ["编号", "性别"]
    assert sheet.frame["编号"].to_list() == ["001"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", delimiter.join(["a", "b"]) + "\n" + delimiter.join("12")), mapping())
    assert sheet.frame.select("a", "b").row(0) == ("1", "2")


def test_row_numbers_are_those_of_an_editor_in_spite_of_quoted_newlines(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n\n3,4\n'), mapping())
    assert sheet.frame["source_row"].to_list() == [2, 5]


def test_blank_cells_are_blank_and_zeros_before_a_number_stay(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,b\n0012345,  \n"), mapping())
    assert sheet.frame.select("a", "b").row(0) == ("0012345", None)


def test_a_repeated_header_is_told_apart(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,a,source_row\n1,2,3\n"), mapping())
    assert sheet.header == ["a", "a#2", "source_row#2"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(write(tmp_path / "a.csv", "a,b\n"))
    with pytest.raises(DataRejected, match="found a link"):
        read_file(tmp_path / "link.csv", mapping())


cells = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), min_size=1, max_size=6)


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=5), encoding=st.sampled_from(["utf-8-sig", "utf-16"])
)
def test_any_table_under_a_byte_order_mark_reads_back_cell_for_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], encoding: str
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("left", "right"), *rows])
    path = write(tmp_path_factory.mktemp("any") / "a.csv", text.getvalue(), encoding)
    (sheet,) = read_file(path, mapping(delimiter=","))
    assert sheet.frame.select("left", "right").rows() == [tuple(cell.strip() or None for cell in row) for row in rows]


def test_real_redcap_exports_are_read_in_full() -> None:
    for path in sorted(reference_path("data/redcap").glob("*/data.csv")):
        # As plain text: read as REDCap, boxes that were never asked are blank.
        (sheet,) = read_file(path, mapping())
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        filled = sum(1 for row in rows for cell in row if cell.strip())
        found = sheet.frame.select(sheet.header[: len(header)])
        assert sum(found.height - column.null_count() for column in found.iter_columns()) == filled, path


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_sign_that_breaks_lines_elsewhere_breaks_no_row(tmp_path: Path, sign: str) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", f"a,b\n1,left{sign}right\n2,x\n"), mapping())
    assert sheet.frame.rows() == [("1", f"left{sign}right", 2), ("2", "x", 3)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one_line(tmp_path: Path, end: str) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", f'a,b{end}1,"x{end}y"{end}2,z{end}'), mapping())
    assert sheet.frame["source_row"].to_list() == [2, 4]


def test_a_delimiter_within_quoted_headers_is_not_taken_for_one(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", '"weight, kg";"height, cm";id\n1;2;3\n'), mapping())
    assert sheet.header == ["weight, kg", "height, cm", "id"]


def test_cells_without_a_header_are_read_too(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,\n1,kept\n"), mapping())
    assert sheet.frame["column 2"].to_list() == ["kept"]


def test_a_header_of_two_lines_is_one_line(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", '"dose\n(x10^5/kg)",b\n1,2\n'), mapping())
    assert sheet.header == ["dose (x10^5/kg)", "b"]


LONG = 20_000


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("cell", ["plain", '"a,b"', '"a ""b"" c"', ""])
def test_a_long_file_is_read_as_a_short_one(tmp_path: Path, newline: str, cell: str) -> None:
    """Long files take the fast way: it has to give what the careful one gives."""
    lines = ["left,right,third", *[f"{number},{cell}, 0{number} " for number in range(LONG)]]
    (fast,) = read_file(write(tmp_path / "a.csv", newline.join(lines) + newline), mapping())
    # A quoted newline somewhere leaves the file to the careful way.
    (careful,) = read_file(write(tmp_path / "b.csv", newline.join([*lines, '1,"x\ny",3'])), mapping())
    assert fast.frame.height == LONG
    assert fast.frame.equals(careful.frame.head(LONG))


@pytest.mark.parametrize("odd", ['1,a"b",3', '1,2"', '1,"2', '1,""x,3', "1,2", "1,2,3,4", '"1",2,3 "x"'])
def test_an_odd_line_in_a_long_file_is_read_with_care(tmp_path: Path, odd: str) -> None:
    lines = ["left,right,third", *["1,2,3"] * LONG]
    rest = [*lines[:1], *lines[1:2] * 3]

    def told(name: str, before: list[str]) -> tuple[str, list[tuple[str | None, ...]], int]:
        try:
            (sheet,) = read_file(write(tmp_path / name, "\n".join([*before, odd])), mapping())
        except DataRejected as refusal:
            return str(refusal).split(":", 1)[1].split(";")[0], [], 0
        return "", sheet.frame.drop("source_row").tail(1).rows(), len(sheet.ragged)

    assert told("a.csv", lines) == told("b.csv", rest)


def test_a_ragged_row_is_named_by_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,b\n1,2\n1,2,3\n4\n5,6\n7,8\n"), mapping())
    assert sheet.ragged == (3, 4)
    assert sheet.frame["source_row"].to_list() == [2, 5, 6]


def test_a_site_whose_program_leaves_out_blank_cells_at_the_end_says_so(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,b\n1\n2\n"), mapping(short_rows=True))
    assert sheet.ragged == ()
    assert sheet.frame["a"].to_list() == ["1", "2"]


def test_a_file_of_mostly_ragged_rows_is_refused_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.csv: expected 2 cells .* 2 of 3 rows have more or fewer \(row 3, 4\)"):
        read_file(write(tmp_path / "a.csv", "a,b\n1,2\n1,2,3\n1,2,3\n"), mapping())


def test_the_line_by_which_rave_says_that_a_file_is_whole_is_no_row(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,b\n1,2\nEOF\n"), mapping())
    assert (sheet.frame.height, sheet.ragged) == (1, ())


def test_a_file_without_the_last_line_the_mapping_expects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="expected a last line EOF; found none; the file is truncated"):
        read_file(write(tmp_path / "a.csv", "a,b\n1,2\n"), mapping(ends_with="EOF"))


def test_utf_16_without_a_mark_is_refused_with_what_to_declare(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n", "utf-16-le")
    with pytest.raises(DataRejected, match="UTF-16, declare that encoding"):
        read_file(path, mapping())
    assert read_file(path, mapping(encoding="utf-16-le"))[0].header == ["a", "b"]


def test_a_huge_cell_is_refused_by_its_row(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.csv row 2: field larger than field limit"):
        read_file(write(tmp_path / "a.csv", f"a,b\n{'x' * 200_000},2\n"), mapping())


def test_a_header_that_stands_again_is_no_row(tmp_path: Path) -> None:
    for rows in (["1,2"], ["1,2"] * LONG):
        text = "\n".join(["a,b", *rows, "\ufeffa,b", "3,4", ""])
        (sheet,) = read_file(write(tmp_path / "a.csv", text), mapping())
        assert sheet.frame.rows()[-2:] == [("1", "2", len(rows) + 1), ("3", "4", len(rows) + 3)]


@pytest.mark.parametrize("other", ["b,a,c", "c,b,a", "a,c,b"])
def test_another_header_among_the_rows_is_refused_by_its_row(tmp_path: Path, other: str) -> None:
    with pytest.raises(DataRejected, match=r"a.csv row 3: expected a row; found another header"):
        read_file(write(tmp_path / "a.csv", f"a,b,c\n1,2,3\n{other}\n1,2,3\n"), mapping())


def test_a_value_that_is_also_a_header_is_a_value(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", "id,day,1\nid,2021-01-01,1\n1,1,1\n"), mapping())
    assert sheet.frame.height == 2


def test_a_last_row_that_is_neither_whole_nor_ended_says_that_the_file_was_cut(tmp_path: Path) -> None:
    with pytest.raises(
        DataRejected, match=r"a.csv row 3: expected 3 cells.* found 2 and no line end, so the file was cut"
    ):
        read_file(write(tmp_path / "a.csv", "a,b,c\n1,2,3\n4,5"), mapping())
    (sheet,) = read_file(write(tmp_path / "a.csv", "a,b,c\n1,2,3\n4,5,6"), mapping())
    assert sheet.frame.height == 2


def test_a_quote_never_closed_is_a_missing_one_or_a_cut(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.csv row 2: .* misses a quote or was cut short"):
        read_file(write(tmp_path / "a.csv", 'a,b\n1,"x\n2,y\n'), mapping())


def test_rows_that_a_quote_too_many_made_one_are_asked_about(tmp_path: Path) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", 'a,b,c\n1,"x,3\n2,y",3\n4,5,6\n7,"8\n9",9\n'), mapping())
    assert sheet.ragged == (2, 3)
    assert sheet.frame["a"].to_list() == ["4", "7"]


@pytest.mark.parametrize("spoiled", ['4,"x,3', '4,"say "no" now",3', '4,"x"y,3'])
def test_a_line_that_a_stray_quote_spoils_costs_that_line(tmp_path: Path, spoiled: str) -> None:
    (sheet,) = read_file(write(tmp_path / "a.csv", f'a,b,c\n1,"x\ny",3\n{spoiled}\n\n7,"8, 9",9\n5,5,5\n'), mapping())
    assert sheet.ragged == (4,)
    assert sheet.frame.select("a", "source_row").rows() == [("1", 2), ("7", 6), ("5", 7)]


@pytest.mark.parametrize("rest", ['4,"x,3\n5,6\n7,8,9\n', '4,"x,3\n7,8,9', '4,"one, two,\nthree\n7,8,9\n'])
def test_a_quote_after_which_lines_may_be_no_rows_costs_the_file(tmp_path: Path, rest: str) -> None:
    with pytest.raises(DataRejected, match=r"a.csv row [23]: expected"):
        read_file(write(tmp_path / "a.csv", f"a,b,c\n1,2,3\n{rest}"), mapping())


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u202a", "\x1f", "\u00ad"])
def test_what_nobody_sees_is_no_part_of_a_cell_or_header(tmp_path: Path, mark: str) -> None:
    text = f"{mark}a,b{mark}\n1{mark},P{mark}R\n{mark},x\n"
    (sheet,) = read_file(write(tmp_path / "a.csv", text), mapping())
    assert sheet.header == ["a", "b"]
    assert sheet.frame.select("a", "b").rows() == [("1", "PR"), (None, "x")]


# Long enough for the reader that takes a file at once.
MANY = 30_000


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_long_file_reads_as_a_short_one(tmp_path: Path, ends: str) -> None:
    lines = ["a,b", *(f"{number}, 缓解" for number in range(MANY))]
    (sheet,) = read_file(write(tmp_path / "a.csv", ends.join(lines) + ends), mapping())
    assert sheet.frame.height == MANY
    assert sheet.frame.row(MANY - 1) == (str(MANY - 1), "缓解", MANY + 1)


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        (b"15000,x\xff", "expected text as utf-8"),
        (b"15000,\x00x", "NUL characters"),
        (b'15000,"x', "row 15002"),
    ],
)
def test_a_long_file_is_refused_as_a_short_one(tmp_path: Path, damaged: bytes, told: str) -> None:
    lines = [b"a,b", *(b"%d,x" % number for number in range(MANY))]
    lines[15001] = damaged
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    with pytest.raises(DataRejected, match=told):
        read_file(tmp_path / "a.csv", mapping())


@pytest.mark.parametrize("line", [b"15000", b"15000,x,more"])
def test_a_ragged_row_of_a_long_file_is_named(tmp_path: Path, line: bytes) -> None:
    lines = [b"a,b", *(b"%d,x" % number for number in range(MANY))]
    lines[15001] = line
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    (sheet,) = read_file(tmp_path / "a.csv", mapping())
    assert sheet.ragged == (15002,)


def test_a_ragged_row_that_another_evens_out_is_named_too(tmp_path: Path) -> None:
    lines = [b"a,b", *(b"%d,x" % number for number in range(MANY))]
    lines[15001], lines[20001] = b"15000", b"20000,x,more"
    (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
    (sheet,) = read_file(tmp_path / "a.csv", mapping())
    assert sheet.ragged == (15002, 20002)


def read_bytes(folder: Path, content: bytes) -> Sheet:
    (folder / "a.csv").write_bytes(content)
    (sheet,) = read_file(folder / "a.csv", mapping())
    return sheet


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_first_line_that_tells_excel_the_delimiter_tells_it_here_and_is_no_row(
    tmp_path: Path, first: str, encoding: str
) -> None:
    sheet = read_bytes(tmp_path, f"{first}\nid;a,b\nP1;1,5\n".encode(encoding))
    assert sheet.frame.rows() == [("P1", "1,5", 2)]


@pytest.mark.parametrize("mark", ["|", "^", "，", "；"])
def test_a_rare_delimiter_is_found_where_no_usual_one_parts_the_header(tmp_path: Path, mark: str) -> None:
    assert read_bytes(tmp_path, f"id{mark}b\nP1{mark}2\n".encode()).frame.rows() == [("P1", "2", 2)]
    assert read_bytes(tmp_path, f"id,a{mark}b{mark}c\nP1,2\n".encode()).frame.rows() == [("P1", "2", 2)]


def test_the_end_of_file_of_dos_is_no_row(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"id,b\nP1,2\n\x1a").frame.rows() == [("P1", "2", 2)]


def test_a_blank_header_is_named_with_the_row_that_holds_the_first_text(tmp_path: Path) -> None:
    with pytest.raises(
        DataRejected, match="header in row 1; the row is blank; the first text stands in row 3; correct header_row"
    ):
        read_bytes(tmp_path, b"\n\nid,b\nP1,2\n")


def test_a_quote_within_a_cell_that_is_not_written_twice_is_told_as_that(tmp_path: Path) -> None:
    told = "a.csv row 2: expected the next cell after a closing quote; found more text; a quote within a cell is written twice"
    with pytest.raises(DataRejected, match=told):
        read_bytes(tmp_path, b'id,b\nP1,"a\\"b"\n')
