"""Parquet and Feather: categories, days, zones, decimals, NaN, columns that hold more than a value a row, damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import cut_short, flipped, mapping, outcome
from transforms.readers import Sheet, arrow, read_file
from transforms.readers.arrow_cells import column_texts
from transforms.readers.sheet import MarkedColumn

SHANGHAI = "Asia/Shanghai"


def texts(values: list[Any], kind: pa.DataType | None = None) -> list[str | None]:
    return column_texts(pa.chunked_array([pa.array(values, kind)])).to_list()


def sheet_of(path: Path, **settings: Any) -> Sheet:
    (sheet,) = read_file(path, mapping("feather" if path.suffix == ".feather" else "parquet", **settings))
    return sheet


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        (["0045", " ", None], pa.string(), ["0045", " ", None]),
        (["a"], pa.string_view(), ["a"]),
        ([b"CR"], pa.binary(), ["CR"]),
        ([45, 2**63 - 1], pa.int64(), ["45", "9223372036854775807"]),
        ([2**63], pa.uint64(), ["9223372036854775808"]),
        ([45.0, 0.1, float("inf")], pa.float64(), ["45", "0.1", "Inf"]),
        ([0.1, 36.6], pa.float32(), ["0.1", "36.6"]),
        ([0.1, 36.6, None, float("nan")], pa.float16(), ["0.1", "36.6", None, "NaN"]),
        ([Decimal("0.10")], pa.decimal128(5, 2), ["0.10"]),
        ([Decimal("1.500")], pa.decimal256(40, 3), ["1.500"]),
        ([True, False, None], pa.bool_(), ["TRUE", "FALSE", None]),
        ([None], pa.null(), [None]),
        ([date(2021, 3, 5)], pa.date32(), ["2021-03-05"]),
        ([date(2021, 3, 5)], pa.date64(), ["2021-03-05"]),
        ([2**30], pa.date32(), ["1073741824"]),
        ([datetime(2021, 3, 5, 1, 2, 3)], pa.timestamp("ns"), ["2021-03-05 01:02:03"]),
        ([time(1, 2, 3)], pa.time32("s"), ["01:02:03"]),
        ([timedelta(days=2)], pa.duration("us"), ["48:00:00"]),
    ],
)
def test_a_value_is_shown_as_it_was_written(values: list[Any], kind: pa.DataType, shown: list[str | None]) -> None:
    assert texts(values, kind) == shown


def test_values_stored_once_for_several_rows_are_those_of_each() -> None:
    column = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["CR", None]))
    assert column_texts(pa.chunked_array([column])).to_list() == ["CR", "CR", None]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        # Midnight in Shanghai, as Spark writes it there: of which day, only the site can say.
        (datetime(2021, 3, 4, 16), "2021-03-04 16:00:00Z"),
        (datetime(2021, 3, 5), "2021-03-05 00:00:00"),
        (datetime(9999, 12, 31), "9999-12-31 00:00:00"),
        (datetime(1500, 1, 1), "1500-01-01 00:00:00"),
    ],
)
def test_moments_of_twelve_bytes_are_of_the_universal_clock(tmp_path: Path, moment: datetime, shown: str) -> None:
    written = pa.table({"id": ["1"], "day": pa.array([moment], pa.timestamp("us"))})
    pq.write_table(written, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)
    assert sheet_of(tmp_path / "a.parquet").frame["day"].to_list() == [shown]


def test_nan_is_no_blank() -> None:
    assert texts([1.5, float("nan"), None]) == ["1.5", "NaN", None]


def test_a_moment_of_a_named_zone_is_that_of_its_clock() -> None:
    frame = pd.Series(pd.to_datetime(["2021-03-05 00:00"])).dt.tz_localize(SHANGHAI)
    assert column_texts(pa.chunked_array([pa.Array.from_pandas(frame)])).to_list() == ["2021-03-05 00:00:00"]


def test_a_moment_of_the_universal_clock_says_so_since_its_day_may_be_another_at_the_hospital() -> None:
    midnight_in_shanghai = pd.Timestamp("2021-03-04T16:00", tz="UTC")
    assert texts([midnight_in_shanghai], pa.timestamp("us", tz="UTC")) == ["2021-03-04 16:00:00Z"]


def test_plain_days_of_the_universal_clock_are_plain_days() -> None:
    assert texts([pd.Timestamp("2021-03-05", tz="UTC")], pa.timestamp("us", tz="UTC")) == ["2021-03-05 00:00:00"]


def test_categories_are_their_texts_in_every_chunk(tmp_path: Path) -> None:
    chunks = [pa.array(["b", None]).dictionary_encode(), pa.array(["a", "b"]).dictionary_encode()]
    assert column_texts(pa.chunked_array(chunks)).to_list() == ["b", None, "a", "b"]
    pl.DataFrame({"c": pl.Series(["x", "y"], dtype=pl.Categorical)}).write_ipc(tmp_path / "a.feather")
    assert sheet_of(tmp_path / "a.feather").frame["c"].to_list() == ["x", "y"]


def test_an_index_of_pandas_is_a_column(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["0045", "46"]})
    frame.to_parquet(tmp_path / "plain.parquet")
    frame.set_index(pd.Index(["a", "b"])).to_parquet(tmp_path / "named.parquet")
    assert sheet_of(tmp_path / "plain.parquet").header == ["id"]
    assert sheet_of(tmp_path / "named.parquet").frame["__index_level_0__"].to_list() == ["a", "b"]


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"\xff\xfe"])
def test_a_column_of_more_than_a_value_a_row_is_unknown_and_told_where_the_mapping_uses_it(
    tmp_path: Path, value: Any
) -> None:
    pq.write_table(pa.table({"id": ["1", "2"], "day": [None, value], "scan": [value, value]}), tmp_path / "a.parquet")
    sheet = sheet_of(tmp_path / "a.parquet")
    assert sheet.frame.select("id", "day", "scan").rows() == [("1", None, "########"), ("2", "########", "########")]
    assert sheet.marked == (MarkedColumn("nested", "day", 1, 2),)


@pytest.mark.parametrize("values", [[[1, 2]], [{"a": 1}], [b"\xff\xfe"]])
def test_such_a_column_is_left_out_where_the_mapping_ignores_it(tmp_path: Path, values: list[Any]) -> None:
    pq.write_table(pa.table({"id": ["1"], "scan": values}), tmp_path / "a.parquet")
    wanted = mapping("parquet")
    wanted.sheets[0].ignored.append("scan")
    (sheet,) = read_file(tmp_path / "a.parquet", wanted)
    assert sheet.frame.rows() == [("1", 1)]


def test_months_of_pandas_are_unknown_since_only_a_count_is_stored(tmp_path: Path) -> None:
    pd.DataFrame({"day": pd.period_range("2021-03", periods=2, freq="M")}).to_parquet(tmp_path / "a.parquet")
    assert sheet_of(tmp_path / "a.parquet").marked == (MarkedColumn("nested", "day", 2, 1),)


def test_both_forms_of_arrow_are_read_and_the_first_feather_is_named(tmp_path: Path) -> None:
    table = pa.table({"id": ["0045"]})
    for form in (pa.ipc.new_file, pa.ipc.new_stream):
        with form(str(tmp_path / "a.feather"), table.schema) as out:
            out.write_table(table)
        assert sheet_of(tmp_path / "a.feather").frame["id"].to_list() == ["0045"]
    (tmp_path / "a.feather").write_bytes(b"FEA1" + bytes(50))
    with pytest.raises(DataRejected, match="expected Feather of version 2; found version 1"):
        sheet_of(tmp_path / "a.feather")


@pytest.mark.parametrize("file", ["a.parquet", "a.feather"])
def test_a_file_that_unpacks_beyond_measure_is_refused(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "MAX_CELLS", 900)
    monkeypatch.setattr(arrow, "MAX_UNPACKED", 2000)
    write: Callable[..., None] = pq.write_table if file == "a.parquet" else pyarrow.feather.write_feather
    write(pa.table({"id": ["x"] * 1000}), tmp_path / file)
    with pytest.raises(DataRejected, match="unpacks to more than"):
        sheet_of(tmp_path / file)


@pytest.mark.parametrize("file", ["a.parquet", "a.feather"])
def test_a_cut_file_is_refused_and_a_damaged_one_read_or_refused(tmp_path: Path, file: str) -> None:
    write: Callable[..., None] = pq.write_table if file == "a.parquet" else pyarrow.feather.write_feather
    write(pa.table({"id": [f"{n:03d}" for n in range(200)], "n": list(range(200))}), tmp_path / file)
    content, wanted = (tmp_path / file).read_bytes(), mapping("parquet" if file == "a.parquet" else "feather")
    for copy in (content[:-1], content[:-40], content[: len(content) // 2]):
        assert "cut short" in outcome(tmp_path / file, copy, wanted)
    for copy in (*cut_short(content, 6), *flipped(content, 40, 5)):
        outcome(tmp_path / file, copy, wanted)
