"""What an analyst may ask reaches no other file, writes nothing, and takes no more than it may."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from warehouse.locked import kept_open, open_published

READS = [
    "FROM read_csv('{other}')",
    "FROM '{other}'",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('/etc/passwd')",
    "FROM read_json('{other}')",
    "FROM read_ndjson_objects('{other}')",
    "FROM read_parquet('{folder}/*.parquet')",
    "FROM parquet_metadata('{folder}/a.parquet')",
    "FROM glob('{folder}/*')",
    "FROM sniff_csv('{other}')",
    "FROM read_csv('/dev/stdin')",
    "FROM query('FROM read_csv(''{other}'')')",
    "FROM query_table('{other}')",
    "COPY t FROM '{other}'",
    "IMPORT DATABASE '{folder}'",
    "PRAGMA import_database('{folder}')",
    "ATTACH '{folder}/other.duckdb'",
    "FROM 'https://localhost:9/a.csv'",
    "ATTACH 'dbname=x' AS p (TYPE postgres)",
    "SELECT getenv('HOME')",
]
WRITES = [
    "COPY t TO '{folder}/leak.csv'",
    "COPY t TO '/dev/stdout'",
    "COPY (SELECT 1) TO '{folder}/leak.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '{folder}/leak'",
    "CREATE TABLE u (i INTEGER)",
    "CREATE TABLE t2 AS FROM t",
    "CREATE VIEW v AS FROM t",
    "CREATE MACRO m() AS 1",
    "CREATE SCHEMA s",
    "CREATE SEQUENCE q",
    "INSERT INTO t VALUES (2)",
    "UPDATE t SET v = 2",
    "DELETE FROM t",
    "DROP TABLE t",
    "ALTER TABLE t ADD COLUMN w INTEGER",
    "COMMENT ON TABLE t IS 'x'",
    "ATTACH '{folder}/new.duckdb' AS n",
    "ATTACH ':memory:' AS m",
    "CREATE SECRET s (TYPE s3, KEY_ID 'k', SECRET 's')",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'b')",
    "CALL enable_logging(storage = 'file', storage_path = '{folder}/leak')",
    "PRAGMA enable_profiling",
]
UNLOCKS = [
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '100GB'",
    "PRAGMA memory_limit = '100GB'",
    "SET max_temp_directory_size = '100GB'",
    "SET temp_directory = '{folder}/leak'",
    "SET threads = 64",
    "SET allowed_paths = ['/etc/passwd']",
    "SET allowed_directories = ['/etc']",
    "SET log_query_path = '{folder}/leak'",
    "SET profiling_output = '{folder}/leak'",
    "SET secret_directory = '{folder}'",
    "SET extension_directory = '{folder}'",
    "SET custom_extension_repository = 'http://localhost:9'",
    "SET home_directory = '{folder}'",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/a.duckdb_extension'",
    "UPDATE EXTENSIONS",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS v")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE secret AS SELECT 1 AS v")
        connection.execute(f"COPY (SELECT 1 AS v) TO '{tmp_path}/a.parquet'")
    (tmp_path / "other.csv").write_text("v\n1\n")
    return tmp_path


@pytest.fixture
def analyst(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(folder / "published.duckdb", "100MB") as connection:
        yield connection


@pytest.mark.parametrize("statement", [*READS, *WRITES, *UNLOCKS])
def test_an_escape_is_refused_and_leaves_nothing(
    analyst: duckdb.DuckDBPyConnection, folder: Path, statement: str
) -> None:
    before, content = sorted(folder.rglob("*")), (folder / "published.duckdb").read_bytes()
    with pytest.raises(duckdb.Error):
        analyst.execute(statement.format(folder=folder, other=folder / "other.csv")).fetchall()
    assert sorted(folder.rglob("*")) == before
    assert (folder / "published.duckdb").read_bytes() == content


def test_a_variable_of_the_program_is_no_table(analyst: duckdb.DuckDBPyConnection) -> None:
    import polars as pl

    of_the_program = pl.DataFrame({"v": [1]})
    with pytest.raises(duckdb.Error):
        analyst.execute("FROM of_the_program").fetchall()
    assert of_the_program.height == 1


def test_a_file_of_settings_in_the_home_folder_is_not_read(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".duckdbrc").write_text(f"COPY (SELECT 1) TO '{home}/leak.csv';")
    monkeypatch.setenv("HOME", str(home))
    with open_published(folder / "published.duckdb", "100MB") as connection:
        connection.execute("FROM t").fetchall()
    assert [path.name for path in home.iterdir()] == [".duckdbrc"]


def test_a_query_too_large_fails_and_writes_no_temporary_file(analyst: duckdb.DuckDBPyConnection, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(duckdb.OutOfMemoryException):
        analyst.execute("SELECT md5(range::VARCHAR) AS h, md5(h) || md5(h || h) FROM range(3_000_000) ORDER BY h")
    assert analyst.execute("FROM t").fetchall() == [(1,)]
    assert analyst.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
    assert sorted(folder.rglob("*")) == before


def test_threads_of_one_program_may_open_the_file_at_once(folder: Path) -> None:
    def read(_: int) -> int:
        with open_published(folder / "published.duckdb") as connection:
            (value,) = connection.execute("FROM t").fetchone() or (0,)
            return int(value)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(read, range(64))) == {1}


def test_a_file_that_is_open_already_is_opened_again_and_asked(tmp_path: Path) -> None:
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE t AS SELECT 1 AS x")
    with open_published(path) as first, open_published(path) as second:
        assert second.sql("FROM t").fetchall() == first.sql("FROM t").fetchall() == [(1,)]


def test_a_file_kept_open_is_not_opened_anew_by_who_asks_it_meanwhile(folder: Path) -> None:
    published = folder / "published.duckdb"
    with kept_open(published, folder / "missing.duckdb"):
        # Who opened it anew would find no such table.
        (folder / "other.duckdb").replace(published)
        with open_published(published) as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchall() == [(1,)]


def test_a_file_kept_open_is_closed_at_the_end(folder: Path) -> None:
    published = folder / "published.duckdb"
    with kept_open(published):
        pass
    duckdb.connect(str(published)).close()
