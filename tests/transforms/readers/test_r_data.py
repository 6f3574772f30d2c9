"""R's files: real ones in full, every kind of column, several data frames, damage. tests/reference/files.R wrote them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from schemas.errors import DataRejected
from schemas.mapping import ColumnSource
from tests.reference_data import reference_path
from tests.transforms.readers.damage import cut_short, filled, flipped, mapping, outcome
from transforms.readers import compressed, read_file
from transforms.readers.sheet import MarkedColumn

FILES = Path(__file__).parents[2] / "reference" / "files"
RICH = {
    "id": ["001", None, "003"],
    "arm": ["low", None, "high"],
    "dose": ["1", "2.5", None],
    "count": ["1", None, "3"],
    "cr": ["TRUE", "FALSE", None],
    "day": ["2021-03-05", None, "1899-12-31"],
    "utc": ["2021-03-05 08:30:00", None, "2021-03-05 08:30:00.250000"],
    "shanghai": ["2021-03-05 00:10:00", None, "2021-03-06 23:59:59"],
    "nowhere": ["2021-03-05 08:30:00Z", None, "1970-01-01 00:00:00Z"],
    "clock": ["01:00:00", None, "25:01:01.500000"],
    "lag (hours)": ["1", "2.5", None],
    "note": ["好", "é", None],
    "huge": ["9007199254740992", None, "0"],
    "reason": [".A", ".Z", None],
    "limit": ["Inf", "-Inf", None],
    "small": ["100000000000000000000", "0.0000001", "0.30000000000000004"],
    "source_row": [1, 2, 3],
}


@pytest.mark.parametrize(
    ("name", "rows", "columns", "count"),
    [
        # R: sum(sapply(d, function(x) sum(!is.na(x) & trimws(as.character(x)) != "")))
        ("ae_raw", 1191, 32, 31647),
        ("dm_raw", 306, 13, 3926),
        ("ds_raw", 850, 13, 8470),
        ("ec_raw", 591, 14, 8268),
        ("vs_raw", 12978, 15, 126639),
    ],
)
def test_every_cell_r_counts_is_read(name: str, rows: int, columns: int, count: int) -> None:
    (sheet,) = read_file(reference_path(f"data/pharmaverseraw/{name}.rda"), mapping("r", name))
    assert (sheet.name, sheet.frame.height, len(sheet.header), filled(sheet)) == (name, rows, columns, count)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "plain", "ascii"])
def test_every_kind_of_column_in_every_kind_of_file(kind: str) -> None:
    (sheet,) = read_file(FILES / f"rich_{kind}.rds", mapping("r"))
    # As text R itself writes every missing value as NA, and numbers in 15 digits.
    rounded = {"reason": [None] * 3, "small": [*RICH["small"][:2], "0.3"]} if kind == "ascii" else {}
    expected = RICH | rounded
    assert (sheet.name, sheet.frame.to_dict(as_series=False)) == ("", expected)


def test_the_data_frames_of_a_workspace_are_chosen_by_name() -> None:
    three, rich = read_file(FILES / "several.RData", mapping("r", "visits_3", "rich"))
    assert (three.frame.rows(), rich.frame.to_dict(as_series=False)) == ([("1", 1), ("2", 2), ("3", 3)], RICH)
    with pytest.raises(DataRejected, match=r"several.RData: expected a dataset ae; found rich, visits_3; rename it"):
        read_file(FILES / "several.RData", mapping("r", "ae"))


def test_a_data_frame_without_rows_has_its_columns() -> None:
    (sheet,) = read_file(FILES / "no_rows.rds", mapping("r"))
    assert (sheet.header, sheet.frame.height) == ([name for name in RICH if name != "source_row"], 0)


def test_text_is_read_in_the_encoding_r_marks_it_with() -> None:
    (sheet,) = read_file(FILES / "latin.rds", mapping("r"))
    assert sheet.frame["word"].to_list() == ["café", "b"]


def test_names_of_rows_are_data_too() -> None:
    (sheet,) = read_file(FILES / "row_names.rds", mapping("r"))
    assert sheet.frame.row(0) == ("Mazda RX4", "21", "6", 1)


def test_a_column_that_has_no_place_in_a_sheet_is_unknown_and_told_where_the_mapping_uses_it() -> None:
    wanted = mapping("r")
    wanted.sheets[0].feeds[0].columns["enrollment_date"] = ColumnSource(column="found")
    (sheet,) = read_file(FILES / "nested.rds", wanted)
    assert set(sheet.frame["found"]) == {"########"} and sheet.header != ["found"]
    assert sheet.marked == (MarkedColumn("nested", "found", sheet.frame.height, 1),)
    (unused,) = read_file(FILES / "nested.rds", mapping("r"))
    assert unused.marked == ()


def test_an_object_that_is_no_table_is_refused() -> None:
    with pytest.raises(DataRejected, match=r"list.rds: expected a dataset; found none"):
        read_file(FILES / "list.rds", mapping("r"))


@pytest.mark.parametrize("name", ["rich_gzip.rds", "rich_bzip2.rds", "rich_xz.rds", "rich_plain.rds", "one.rda"])
def test_a_file_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    for content in cut_short((FILES / name).read_bytes(), 100):
        assert "expected a" in outcome(tmp_path / name, content, mapping("r"))


@pytest.mark.parametrize("name", ["rich_gzip.rds", "rich_plain.rds", "rich_ascii.rds"])
def test_changed_bytes_never_end_in_a_trace(tmp_path: Path, name: str) -> None:
    content = (FILES / name).read_bytes()
    plain = gzip.decompress(content) if name == "rich_ascii.rds" else content
    told = [outcome(tmp_path / name, changed, mapping("r")) for changed in flipped(plain, 300, seed=1)]
    assert any(sentence != "read" for sentence in told)


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "MAX_UNPACKED", 2**20)
    told = outcome(tmp_path / "a.rds", gzip.compress(b"X\n" + bytes(2**21)), mapping("r"))
    assert told == "a.rds: unpacks to more than 1 MiB; send it in parts"


def test_what_is_no_file_of_r_is_refused(tmp_path: Path) -> None:
    assert "expected an .rds, .rda or .RData file" in outcome(tmp_path / "a.rds", b"id,day\n", mapping("r"))
