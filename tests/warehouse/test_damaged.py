"""A published file that can't be read any more is put aside; a sound one stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.flows.sites.test_landing import without_the_rights_of_root
from warehouse.damaged import put_aside_damaged
from warehouse.frame_store import hash_file
from warehouse.locked import holder_of
from warehouse.published import open_published


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "cartrove.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT i, hash(i) AS h FROM range(300000) r(i)")
    return path


def test_a_sound_file_stays(published: Path) -> None:
    assert put_aside_damaged(published) is None
    assert published.exists()


def test_where_nothing_is_published_nothing_is_damaged(tmp_path: Path) -> None:
    assert put_aside_damaged(tmp_path / "cartrove.duckdb") is None


@pytest.mark.parametrize("content", [b"", b"no warehouse", bytes(100_000)])
def test_a_file_that_does_not_open_is_put_aside(published: Path, content: bytes) -> None:
    published.write_bytes(content)
    aside = put_aside_damaged(published)
    assert aside == published.with_name("cartrove.duckdb.damaged")
    assert aside.read_bytes() == content
    assert not published.exists()


def test_a_file_of_which_a_block_has_changed_is_put_aside_though_it_opens(published: Path) -> None:
    content = bytearray(published.read_bytes())
    content[len(content) // 2] ^= 1
    published.write_bytes(content)
    open_published(published).close()
    assert put_aside_damaged(published) is not None


def test_a_log_that_somebody_left_beside_it_is_put_aside_and_the_file_stays(published: Path) -> None:
    log = published.with_name("cartrove.duckdb.wal")
    log.write_bytes(b"what somebody typed")
    assert put_aside_damaged(published) is None
    assert not log.exists()
    assert published.exists()


@contextmanager
def held_for_writing(published: Path) -> Iterator[int]:
    """Another program has the file open and has typed something it has not saved. Gives its process id."""
    words = f"c = duckdb.connect({str(published)!r}); c.execute('CREATE TABLE mine AS SELECT 1'); print(flush=True); input()"
    command = [sys.executable, "-c", f"import duckdb; {words}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        try:
            yield other.pid
        finally:
            other.kill()


def test_a_file_that_another_program_holds_for_writing_is_sound_and_read_as_it_was_published(published: Path) -> None:
    with held_for_writing(published) as pid:
        assert put_aside_damaged(published) is None
        assert f"(PID {pid})" in str(holder_of(published))
        with open_published(published) as connection:
            assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("t",)]
    assert [path.name for path in published.parent.glob(".*")] == []


def test_a_file_whose_bytes_were_published_is_never_damaged(published: Path) -> None:
    published.write_bytes(b"of a later version of the database")
    assert put_aside_damaged(published, {hash_file(published)}) is None


def test_a_file_that_may_not_be_read_is_not_damaged(published: Path) -> None:
    published.chmod(0)
    with without_the_rights_of_root(), pytest.raises((duckdb.IOException, PermissionError)):
        put_aside_damaged(published)
    assert published.exists()
