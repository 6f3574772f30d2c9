"""The hash of a table: the same for the same rows in any order, another for any other value."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from schemas.tables import TABLES
from warehouse.ddl import create_tables
from warehouse.study_product import PRODUCT_TABLES
from warehouse.table_hash import DIGESTS, content_hash, digests_of, hash_tables, read_digests

COLUMNS = {
    "results.analysis": "(study_id, analysis_id, estimate, n)",
    "meta.run": "(run_id)",
    "meta.study": "(study_id, build_key)",
    "meta.source_file": "(study_id, staging_key)",
}
ROWS = ("('s', 'os', 0.1, 1)", "('s', 'lfs', NULL, 2)")


def hashes(*rows: str, table: str = "results.analysis") -> dict[str, str]:
    columns = COLUMNS[table]
    with duckdb.connect() as connection:
        create_tables(connection, TABLES.values(), comments=False)
        if rows:
            connection.execute(f"INSERT INTO {table} {columns} VALUES {', '.join(rows)}")
        found = hash_tables(connection)
        return {**dict(found["table_name", "hash"].iter_rows()), "content": content_hash(found)}


def test_the_order_of_rows_plays_no_part() -> None:
    assert hashes(*ROWS) == hashes(*reversed(ROWS))


@pytest.mark.parametrize(
    "rows",
    [
        ("('s', 'os', 0.1, 1)", "('s', 'lfs', 0, 2)"),
        ("('s', 'os', 0.10000000000000002::DOUBLE, 1)", ROWS[1]),
        ("('s', 'os', 0.1, 1)",),
        (*ROWS, ROWS[0]),
        ("('s', 'lfs', 0.1, 1)", "('s', 'os', NULL, 2)"),
    ],
    ids=["zero for blank", "the last bit", "a row less", "a row twice", "values exchanged"],
)
def test_any_other_content_has_another_hash(rows: tuple[str, ...]) -> None:
    changed, before = hashes(*rows), hashes(*ROWS)
    assert changed["results.analysis"] != before["results.analysis"]
    assert changed["content"] != before["content"]
    assert changed["adam.adsl"] == before["adam.adsl"]


def test_what_tells_of_the_run_has_no_share_in_the_content() -> None:
    assert hashes("('one')", table="meta.run")["meta.run"] != hashes("('other')", table="meta.run")["meta.run"]
    assert hashes("('one')", table="meta.run")["content"] == hashes("('other')", table="meta.run")["content"]


@pytest.mark.parametrize("table", ["meta.study", "meta.source_file"])
def test_where_rows_are_kept_plays_no_part(table: str) -> None:
    assert hashes("('s', 'one')", table=table) == hashes("('s', 'other')", table=table)
    assert hashes("('s', 'one')", table=table) != hashes("('t', 'one')", table=table)


def test_the_digests_a_product_keeps_are_those_of_its_rows_in_the_file(tmp_path: Path) -> None:
    columns = COLUMNS["results.analysis"]
    with duckdb.connect() as connection:
        create_tables(connection, TABLES.values(), comments=False)
        connection.execute(
            f"INSERT INTO results.analysis {columns} VALUES {', '.join(ROWS)}, ('t', 'é \"', 1e-300, -1)"
        )
        connection.execute("INSERT INTO meta.study (study_id, data_cut) VALUES ('s', DATE '2024-01-01'), ('t', NULL)")
        read = hash_tables(connection)
        for study_id in "st":
            mine = {
                name: connection.sql(f"FROM {name} WHERE study_id = $1", params=[study_id]).pl()
                for name in PRODUCT_TABLES
            }
            (tmp_path / study_id).mkdir()
            mine["meta.study"].write_parquet(tmp_path / study_id / "meta.study.parquet")
            (tmp_path / study_id / DIGESTS).write_text(digests_of(mine))
        known = read_digests([tmp_path / "s", tmp_path / "t"])
        assert set(known) == {"s", "t"}
        assert hash_tables(connection, known).equals(read)
        # A study that is taken out is taken out of the hash.
        assert not hash_tables(connection, {"s": known["s"]}).equals(read)
    (tmp_path / "t" / DIGESTS).unlink()
    assert read_digests([tmp_path / "s", tmp_path / "t"]) == {}


def test_rows_that_the_same_words_could_make_up_differ() -> None:
    one, other = "('a:1:b', '', NULL, 1)", "('a', '1:b', NULL, 1)"
    assert hashes(one)["results.analysis"] != hashes(other)["results.analysis"]
    assert hashes("('s', '', NULL, 1)")["results.analysis"] != hashes("('s', NULL, NULL, 1)")["results.analysis"]
