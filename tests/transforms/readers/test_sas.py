"""SAS files: real ones in full, special missing values, dates, several datasets, damage."""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from schemas.errors import DataRejected
from tests.reference_data import reference_path
from tests.transforms.readers.damage import cut_short, filled, flipped, mapping, outcome
from transforms.readers import read_file
from transforms.readers.sas_cells import ibm_number
from transforms.readers.sas_values import format_name, value_text

NATIVE = Path(__file__).parents[2] / "reference" / "files" / "visits.sas7bdat"
PILOT = ("ae", "dm", "ds", "ex", "suppdm")


def transport(
    path: Path, columns: dict[str, list[object]], version: int = 5, name: str = "VISITS", **how: object
) -> Path:
    pyreadstat.write_xport(pd.DataFrame(columns), path, table_name=name, file_format_version=version, **how)
    return path


def filled_by_bytes(content: bytes) -> int:
    """Cells of a version 5 file that are not blank, counted from its bytes alone."""
    variables = int(content[560 + 53 : 560 + 58])
    described = [struct.unpack_from(">h2xh", content, 640 + 140 * n) for n in range(variables)]
    length = sum(width for _, width in described)
    data = content[content.index(b"HEADER RECORD*******OBS") + 80 :]
    count = 0
    for row in range(len(data) // length):
        at = row * length
        for kind, width in described:
            cell = data[at : at + width]
            count += cell != b"." + bytes(width - 1) if kind == 1 else cell.strip(b" ") != b""
            at += width
    return count


@pytest.mark.parametrize("name", PILOT)
def test_every_cell_of_the_pilot_study_is_read(name: str) -> None:
    path = reference_path(f"data/cdisc_pilot/{name}.xpt")
    (sheet,) = read_file(path, mapping("sas", name.upper()))
    assert filled(sheet) == filled_by_bytes(path.read_bytes())


@pytest.mark.parametrize("name", PILOT)
def test_the_pilot_study_reads_cell_for_cell_as_with_another_library(name: str) -> None:
    path = reference_path(f"data/cdisc_pilot/{name}.xpt")
    (sheet,) = read_file(path, mapping("sas"))
    other, about = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert (sheet.name, sheet.header) == (about.table_name, list(other.columns))
    assert sheet.frame["source_row"].to_list() == list(range(1, len(other) + 1))
    for column, values in other.items():
        text = [value.strip() if isinstance(value, str) else value for value in values]
        text = [None if value == "" or pd.isna(value) else value for value in text]
        own = sheet.frame[column].to_list()
        as_number = about.readstat_variable_types[column] != "string"
        assert [float(cell) if as_number and cell else cell for cell in own] == text, column


@pytest.mark.parametrize("version", [5, 8])
def test_dates_are_iso_and_numbers_in_their_shortest_text(tmp_path: Path, version: int) -> None:
    columns = {"day": [22344, None], "at": [1930552200.0, 0.5], "clock": [30_600, 90_061], "n": [1.0, 0.1]}
    formats = {"day": "DATE9.", "at": "E8601DT19.", "clock": "TIME8."}
    path = transport(tmp_path / "a.xpt", columns, version, variable_format=formats)
    (sheet,) = read_file(path, mapping("sas", "VISITS"))
    assert sheet.frame.rows() == [
        ("2021-03-05", "2021-03-05 08:30:00", "08:30:00", "1", 1),
        (None, "1960-01-01 00:00:00.500000", "25:01:01", "0.1", 2),
    ]


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("letter", ["_", "A", "Z"])
def test_a_special_missing_value_keeps_its_letter(tmp_path: Path, version: int, letter: str) -> None:
    path = transport(tmp_path / "a.xpt", {"id": ["001", "002"], "n": [None, 2.0]}, version)
    content = path.read_bytes()
    at = content.rindex(b"001.") + 3
    path.write_bytes(content[:at] + letter.encode() + content[at + 1 :])
    (sheet,) = read_file(path, mapping("sas"))
    assert sheet.frame["n"].to_list() == [f".{letter}", "2"]


def test_names_of_version_8_are_read_in_full(tmp_path: Path) -> None:
    columns = {"reason_for_withdrawal": ["x"], "b": [1.0]}
    path = transport(tmp_path / "a.xpt", columns, 8, "ADVERSE_EVENTS", column_labels=["a label " * 12, None])
    (sheet,) = read_file(path, mapping("sas", "ADVERSE_EVENTS"))
    assert sheet.header == ["reason_for_withdrawal", "b"]


def test_every_dataset_of_a_file_is_found_and_its_rows_are_its_own(tmp_path: Path) -> None:
    one = transport(tmp_path / "1.xpt", {"id": ["001"], "a": [1.0]}, name="DM").read_bytes()
    two = transport(tmp_path / "2.xpt", {"id": ["001", "002"]}, name="AE").read_bytes()
    path = tmp_path / "both.xpt"
    path.write_bytes(one + two[240:])
    events, subjects = read_file(path, mapping("sas", "AE", "DM"))
    assert (events.frame.rows(), subjects.frame.rows()) == ([("001", 1), ("002", 2)], [("001", "1", 1)])
    with pytest.raises(DataRejected, match=r"both.xpt: expected a dataset LB; found DM, AE"):
        read_file(path, mapping("sas", "LB"))
    with pytest.raises(DataRejected, match=r"both.xpt: expected one dataset; found DM, AE; name one under sheet"):
        read_file(path, mapping("sas"))


def test_a_damaged_header_makes_no_rows_of_the_next_dataset(tmp_path: Path) -> None:
    one = transport(tmp_path / "1.xpt", {"id": ["001"]}, name="DM").read_bytes()
    two = transport(tmp_path / "2.xpt", {"id": ["001"]}, name="AE").read_bytes()
    told = outcome(tmp_path / "a.xpt", one + two[240:].replace(b"MEMBER", b"MEMBEX", 1), mapping("sas", "DM"))
    assert told.startswith("a.xpt: expected a SAS transport file with headers as the format has them")


def test_rows_that_only_fill_the_last_record_are_none(tmp_path: Path) -> None:
    (sheet,) = read_file(transport(tmp_path / "a.xpt", {"id": ["a", "", "c"]}), mapping("sas"))
    assert sheet.frame.rows() == [("a", 1), ("c", 3)]


def test_text_in_another_encoding_is_read_once_declared_and_never_guessed(tmp_path: Path) -> None:
    path = transport(tmp_path / "a.xpt", {"note": ["缓解"]})
    path.write_bytes(path.read_bytes().replace("缓解".encode(), "缓解".encode("gb18030") + b"  "))
    with pytest.raises(DataRejected, match=r"a.xpt VISITS row 1 note: expected text as utf-8; declare the encoding"):
        read_file(path, mapping("sas"))
    (sheet,) = read_file(path, mapping("sas", encoding="gb18030"))
    assert sheet.frame["note"].to_list() == ["缓解"]


def test_text_cut_within_a_character_keeps_what_there_is(tmp_path: Path) -> None:
    path = transport(tmp_path / "a.xpt", {"note": ["缓解"]})
    path.write_bytes(path.read_bytes().replace("缓解".encode(), "x缓解".encode()[:6]))
    (sheet,) = read_file(path, mapping("sas"))
    assert sheet.frame["note"].to_list() == ["x缓\N{REPLACEMENT CHARACTER}"]


def test_a_native_dataset_reads_as_its_transport_file() -> None:
    (sheet,) = read_file(NATIVE, mapping("sas"))
    assert sheet.frame.drop("source_row").rows() == [
        ("001", "1", ".A", "ok", ".B", "2021-03-05", "2021-03-05 00:30:00", "01:00:00"),
        ("002", "2.5", ".Z", None, "3", None, None, None),
        ("003", "-0.1", None, "好", None, "1899-12-31", "2021-03-05 08:30:00.250000", "23:59:59"),
    ]


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (22344.0, "YYMMDDN", "2021-03-05"),
        (22344.75, "DATE", "2021-03-05"),
        (-1.0, "DATE", "1959-12-31"),
        (1e9, "DATE", "1000000000"),
        (43200.0, "TOD", "12:00:00"),
        (1930552200.0, "TOD", "2021-03-05 08:30:00"),
        (-3661.5, "TIME", "-01:01:01.500000"),
        (1.0, "BEST", "1"),
        (1e-7, "", "0.0000001"),
        (0.1 + 0.2, "", "0.30000000000000004"),
        (2.0**53, "", "9007199254740992"),
        ("A", "DATE", ".A"),
        (22344.0, "DATE9.", "2021-03-05"),
        (22344.0, "DATE5.", "05MAR"),
        (22344.0, "MMDDYY10.", "2021-03-05"),
        (22344.0, "MMDDYYS5.", "03/05"),
        (22344.0, "DDMMYY5.", "05/03"),
        (22344.0, "YYMMDDN8.", "2021-03-05"),
        (22344.0, "YYMMDD5.", "2021-03"),
        (22344.0, "YYMMDD2.", "2021"),
        (22344.0, "MONYY7.", "2021-03"),
        (22344.0, "YYMMN6.", "2021-03"),
        (22344.0, "MMYYS7.", "2021-03"),
        (22344.0, "YYMON7.", "2021-03"),
        (22344.0, "YEAR4.", "2021"),
        (22344.0, "YYQ6.", "2021Q1"),
        (22344.0, "MONTH.", "3"),
        (22344.0, "JULDAY3.", "64"),
        (22344.0, "WEEKDAY.", "6"),
        (22344.0, "DOWNAME.", "Friday"),
        (22344.0, "WEEKDATE17.", "2021-03-05"),
        (1930552200.0, "DATETIME19.", "2021-03-05 08:30:00"),
        (1930552200.0, "DATETIME9.", "2021-03-05"),
        (1930552200.0, "DTDATE9.", "2021-03-05"),
        (1930552200.0, "E8601DN10.", "2021-03-05"),
        (1930552200.0, "DTMONYY7.", "2021-03"),
        (1930552200.0, "DTYEAR4.", "2021"),
        (45.0, "Z4.", "0045"),
        (45.5, "Z6.1", "0045.5"),
        (45.25, "Z4.", "45.25"),
        (-45.0, "Z4.", "-045"),
        (0.45, "PERCENT8.1", "45%"),
        (0.4567, "PERCENT8.", "45.67%"),
        (123456789.0, "SSN11.", "123-45-6789"),
        (1234.5, "DOLLAR10.2", "1234.5"),
        (1234.5, "COMMA10.2", "1234.5"),
        (36.64, "8.1", "36.64"),
        (45.0, "SEXF1.", "45"),
    ],
)
def test_a_value_is_written_by_its_format(value: float | str, shown_as: str, text: str) -> None:
    assert value_text(value, shown_as) == text


@pytest.mark.parametrize(
    ("shown", "name"),
    [("DATE9.", "DATE"), ("E8601DA10.", "E8601DA"), ("best12.2", "BEST"), ("DATETIME", "DATETIME"), ("8.2", "")],
)
def test_the_width_is_no_part_of_a_formats_name(shown: str, name: str) -> None:
    assert format_name(shown) == name


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (b"\x41\x10" + bytes(6), 1.0),
        (b"\xc1\x19" + b"\x99" * 5 + b"\x9a", -1.6),
        (bytes(8), 0.0),
        (b"\x42\x64", 100.0),
        (b"\x40\x40" + bytes(6), 0.25),
    ],
)
def test_numbers_of_the_ibm_370_are_read_exactly(raw: bytes, number: float) -> None:
    assert ibm_number(raw) == number


def test_a_transport_file_cut_short_is_refused(tmp_path: Path) -> None:
    columns = {"id": [f"{n:03d}" for n in range(40)], "n": [float(n) for n in range(40)]}
    for version in (5, 8):
        content = transport(tmp_path / "whole.xpt", columns, version).read_bytes()
        # Version 5 counts no rows: only the half row at the end of a cut file tells.
        for cut in cut_short(content, 300):
            told = outcome(tmp_path / "cut.xpt", cut, mapping("sas"))
            assert "expected a SAS transport file" in told


def test_a_native_dataset_cut_short_is_refused(tmp_path: Path) -> None:
    for cut in cut_short(NATIVE.read_bytes(), 200):
        assert "expected a" in outcome(tmp_path / "cut.sas7bdat", cut, mapping("sas"))


def test_changed_bytes_never_end_in_a_trace(tmp_path: Path) -> None:
    sources = [NATIVE]
    sources += [transport(tmp_path / f"{v}.xpt", {"id": ["1", "2"], "n": [1, 2]}, v) for v in (5, 8)]
    told = [
        outcome(tmp_path / f"changed{source.suffix}", content, mapping("sas"))
        for seed, source in enumerate(sources)
        for content in flipped(source.read_bytes(), 300, seed)
    ]
    assert 0 < told.count("read") < len(told)


@pytest.mark.parametrize("content", [b"", b"id,day\n"])
def test_what_is_no_sas_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "expected a SAS transport file (XPORT) or a .sas7bdat" in outcome(
        tmp_path / "a.xpt", content, mapping("sas")
    )
