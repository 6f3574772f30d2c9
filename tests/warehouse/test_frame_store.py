"""Frames under content keys: whole as they were written, or absent."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from warehouse.frame_store import SUMS, FrameStore, content_key

KEY = content_key("an export")
FRAME = pl.DataFrame({"subject_id": [f"s-{number}" for number in range(2000)]})


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    store = FrameStore(tmp_path)
    store.save(KEY, {"rows": FRAME}, {"report.html": "<h1>"})
    return store


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_what_was_saved_is_there(store: FrameStore) -> None:
    assert KEY in store
    assert content_key("another export") not in store


@pytest.mark.parametrize("name", ["rows.parquet", "report.html"])
def test_a_file_in_which_a_bit_has_changed_counts_as_absent(store: FrameStore, name: str) -> None:
    flip_a_bit(store.folder(KEY) / name)
    assert KEY not in store


@pytest.mark.parametrize("name", ["rows.parquet", SUMS])
@pytest.mark.parametrize("left", [0, 10])
def test_a_file_that_a_power_cut_has_shortened_counts_as_absent(store: FrameStore, name: str, left: int) -> None:
    path = store.folder(KEY) / name
    path.write_bytes(path.read_bytes()[:left])
    assert KEY not in store


def test_what_was_damaged_is_written_anew(store: FrameStore) -> None:
    flip_a_bit(store.folder(KEY) / "rows.parquet")
    store.save(KEY, {"rows": FRAME})
    assert KEY in store
    assert pl.read_parquet(store.folder(KEY) / "rows.parquet").equals(FRAME)
