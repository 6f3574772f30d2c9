"""Where the cells of a transport file's rows lie: positions, order of variables, and files in which neither is sure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import DataRejected
from tests.reference_data import reference_path
from tests.transforms.readers.damage import mapping
from tests.transforms.readers.xport_file import (
    Variable,
    long_format,
    number,
    numbers_first,
    side_by_side,
    transport_file,
)
from transforms.readers import read_file

ID, VISIT, AGE, DAY = (
    Variable("subjid"), Variable("visit", 4, text=True), Variable("age"), Variable("day", form=("DATE", 9, 0)),
)  # fmt: skip
ROWS = [number(100 + n) + b"202%d" % n + number(40 + n) + number(22343 + n) for n in (1, 2, 3)]
READ = [(f"10{n}", f"202{n}", f"4{n}", f"2021-03-0{n + 4}", n) for n in (1, 2, 3)]


def read(folder: Path, content: bytes) -> list[tuple[object, ...]]:
    path = folder / "a.xpt"
    path.write_bytes(content)
    return read_file(path, mapping("sas"))[0].frame.rows()


@pytest.mark.parametrize("version", [5, 8])
def test_rows_in_order_of_variables_under_the_positions_of_proc_contents(tmp_path: Path, version: int) -> None:
    assert read(tmp_path, transport_file(numbers_first(ID, VISIT, AGE, DAY), ROWS, version)) == READ


@pytest.mark.parametrize("version", [5, 8])
def test_descriptions_in_another_order_than_the_cells_they_place(tmp_path: Path, version: int) -> None:
    subject, visit, age, day = side_by_side(ID, VISIT, AGE, DAY)
    found = read(tmp_path, transport_file([age, day, visit, subject], ROWS, version))
    assert found == [(row[2], row[3], row[1], row[0], row[4]) for row in READ]


def test_descriptions_by_name_over_rows_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    subject, visit, age, day = numbers_first(ID, VISIT, AGE, DAY)
    found = read(tmp_path, transport_file([age, day, subject, visit], ROWS))
    assert found == [(row[2], row[3], row[0], row[1], row[4]) for row in READ]


def test_positions_that_are_none_leave_the_order(tmp_path: Path) -> None:
    nowhere = [Variable(one.name, one.width, one.text, 0, 0, one.form) for one in (ID, VISIT, AGE, DAY)]
    assert read(tmp_path, transport_file(nowhere, ROWS)) == READ


def test_text_filled_up_with_nul_is_text(tmp_path: Path) -> None:
    rows = [number(101) + b"CR\0\0" + number(45) + number(22344), number(102) + b"NR\0\0" + number(44) + number(22345)]
    found = read(tmp_path, transport_file(numbers_first(ID, VISIT, AGE, DAY), rows))
    assert [row[:3] for row in found] == [("101", "CR", "45"), ("102", "NR", "44")]


def swapped(*rows: bytes) -> bytes:
    """Two numbers whose positions are each other's."""
    first, second = side_by_side(ID, AGE)
    return transport_file(
        [Variable("subjid", start=second.start, number=1), Variable("age", start=first.start, number=2)], rows
    )


def test_where_no_cell_tells_the_dataset_is_refused_with_the_doubt(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.xpt DM: expected rows that can be read in one way; .* export it again"):
        read(tmp_path, swapped(number(101) + number(45)))


def test_a_doubt_in_a_dataset_nobody_asks_for_keeps_no_other_out(tmp_path: Path) -> None:
    sure = transport_file(side_by_side(ID, AGE), [number(101) + number(45)], name="AE")
    path = tmp_path / "a.xpt"
    path.write_bytes(swapped(number(101) + number(45)) + sure[240:])
    (sheet,) = read_file(path, mapping("sas", "AE"))
    assert sheet.frame.rows() == [("101", "45", 1)]
    with pytest.raises(DataRejected, match=r"a.xpt DM: expected rows that can be read in one way"):
        read_file(path, mapping("sas", "DM"))


def test_where_both_ways_give_the_same_cells_there_is_no_doubt(tmp_path: Path) -> None:
    assert read(tmp_path, swapped(number(7) + number(7))) == [("7", "7", 1)]
    assert read(tmp_path, swapped()) == []


def test_text_where_numbers_should_be_is_refused_and_never_a_tiny_number(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a.xpt DM age: expected numbers where the file puts them"):
        read(tmp_path, transport_file(side_by_side(ID, AGE), [number(101) + b"2021    ", number(102) + b"2022    "]))


def test_a_number_whose_bytes_look_like_text_is_a_number(tmp_path: Path) -> None:
    # A third of 16: its bytes are AUUUUUUU.
    rows = [number(16 / 3) + b"CR  " + number(40) + number(22344)] + ROWS * 7
    found = read(tmp_path, transport_file(numbers_first(ID, VISIT, AGE, DAY), rows))
    assert found[0][0] == "5.333333333333333" and len(found) == 22


@given(
    st.lists(st.tuples(st.integers(1, 99_999), st.text("ABCxyz019 ", min_size=1, max_size=6)), min_size=2, max_size=20),
    st.permutations([0, 1, 2]),
)
def test_either_convention_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, people: Sequence[tuple[int, str]], order: list[int]
) -> None:
    variables = [Variable("n"), Variable("t", 6, text=True), Variable("m")]
    chosen = [variables[i] for i in order]
    cells = [[number(n), text.encode().ljust(6), number(n + 1)] for n, text in people]
    rows = [b"".join(row[i] for i in order) for row in cells]
    folder = tmp_path_factory.mktemp("written")
    expected = [[(str(n), text.strip() or None, str(n + 1))[i] for i in order] for n, text in people]
    for described in (side_by_side(*chosen), numbers_first(*chosen)):
        assert [list(row[:3]) for row in read(folder, transport_file(described, rows))] == expected


def test_numbers_of_fewer_than_eight_bytes_and_letters_of_missing_ones(tmp_path: Path) -> None:
    short = side_by_side(Variable("a", 3), Variable("b", 4), Variable("c", 2))
    rows = [number(101, 3) + number(-2.5, 4) + number(2, 2), b".\0\0" + b"A\0\0\0" + b"_\0"]
    assert read(tmp_path, transport_file(short, rows)) == [("101", "-2.5", "2", 1), (None, ".A", "._", 2)]


def test_a_format_of_more_than_eight_letters_is_the_one_after_the_label(tmp_path: Path) -> None:
    columns = side_by_side(Variable("at_the_visit", form=("E8601DA", 0, 0)), Variable("x"))
    entries = [long_format(2, "x", "Age.", "NLDATEYM7.")]
    found = read(tmp_path, transport_file(columns, [number(22344) * 2], long_formats=entries))
    assert found == [("2021-03-05", "2021-03", 1)]


@pytest.mark.parametrize(
    ("name", "first"),
    [("npos_loc2xpt", ("101", "2021", "45", "2021-03-05")), ("dates_xpt_v8", ("1959-12-30 23:59:59",) * 2)],
)
def test_files_of_the_macro_of_sas_read_as_they_were_written(name: str, first: tuple[str, ...]) -> None:
    (sheet,) = read_file(reference_path(f"data/hard_files/24-xpt-v8-loc2xpt/{name}.xpt"), mapping("sas"))
    assert sheet.frame.row(0)[: len(first)] == first
    if name == "dates_xpt_v8":
        # The file says each value twice, as a number under a format and as text.
        for shown in ("dates", "times"):
            assert sheet.frame[shown].to_list() == sheet.frame[f"string_{shown}"].to_list()
