"""A published file that can't be read any more is put aside; a sound one stays."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.damaged import put_aside_damaged
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
