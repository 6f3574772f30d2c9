"""Databases in memory keep to the room they are given, and what exceeds it lies in the folder meant for it while they are open."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.working import Room, open_working, working_within

# 80 MB of text where 40 MB are allowed.
LARGE = "CREATE TABLE large AS SELECT sha256(i::VARCHAR) AS text FROM range(1250000) r(i)"


def test_what_exceeds_memory_lies_in_the_folder_and_is_gone_with_the_database(tmp_path: Path) -> None:
    spill = tmp_path / "not" / "there"
    with working_within(Room(40_000_000, spill)), open_working() as connection:
        connection.execute(LARGE)
        assert connection.execute("SELECT count(DISTINCT text) FROM large").fetchall() == [(1250000,)]
        assert any(path.stat().st_size for path in spill.iterdir())
    assert not spill.exists() or not any(spill.iterdir())


def test_without_room_on_the_disk_either_the_query_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with working_within(Room(40_000_000, tmp_path / "file")), open_working() as connection, pytest.raises(duckdb.Error):
        connection.execute(LARGE)


def test_the_room_is_given_back(tmp_path: Path) -> None:
    with open_working() as connection:
        before = _limit(connection)
    with working_within(Room(40_000_000, tmp_path)), open_working() as connection:
        assert _limit(connection) == "38.1 MiB"
    with open_working() as connection:
        assert _limit(connection) == before


def test_half_of_what_a_process_may_take_is_for_its_database(tmp_path: Path) -> None:
    assert Room.within(8_000_000_000, tmp_path) == Room(4_000_000_000, tmp_path)
    assert Room.within(None, tmp_path) == Room(None, tmp_path)


def _limit(connection: duckdb.DuckDBPyConnection) -> str:
    ((limit,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    return str(limit)
