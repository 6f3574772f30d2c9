"""Publication in one step, and readers that can do no harm."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from schemas.errors import RunFailed
from warehouse.locked import open_published
from warehouse.publish import publish_file


def make_file(path: Path, value: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {value} AS v")
    return path


def test_a_reader_keeps_its_night_while_the_next_is_published(tmp_path: Path) -> None:
    published = tmp_path / "warehouse" / "cartrove.duckdb"
    publish_file(make_file(tmp_path / "a.duckdb", 1), published)
    with open_published(published) as reader:
        publish_file(make_file(tmp_path / "b.duckdb", 2), published)
        assert reader.execute("SELECT v FROM t").fetchone() == (1,)
    with open_published(published) as reader:
        assert reader.execute("SELECT v FROM t").fetchone() == (2,)


def test_a_file_its_writer_did_not_close_is_not_published(tmp_path: Path) -> None:
    built = make_file(tmp_path / "a.duckdb", 1)
    built.with_name("a.duckdb.wal").touch()
    with pytest.raises(RunFailed, match="was not closed"):
        publish_file(built, tmp_path / "cartrove.duckdb")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE u (i INTEGER)",
        "DELETE FROM t",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY t TO '/tmp/leak.csv'",
        "SET enable_external_access = true",
        "ATTACH '/tmp/other.duckdb'",
    ],
)
def test_a_reader_can_neither_write_nor_reach_other_files(tmp_path: Path, statement: str) -> None:
    published = make_file(tmp_path / "cartrove.duckdb", 1)
    with open_published(published) as reader, pytest.raises(duckdb.Error):
        reader.execute(statement)


def test_a_log_left_beside_the_old_night_is_not_applied_to_the_new_one(tmp_path: Path) -> None:
    published, log = tmp_path / "cartrove.duckdb", tmp_path / "cartrove.duckdb.wal"
    with duckdb.connect(str(make_file(published, 1))) as connection:
        connection.execute("SET checkpoint_threshold = '1GB'; INSERT INTO t VALUES (9)")
        left = log.read_bytes()
    log.write_bytes(left)
    publish_file(make_file(tmp_path / "b.duckdb", 2), published)
    with open_published(published) as reader:
        assert reader.execute("SELECT v FROM t").fetchall() == [(2,)]
