"""The same inputs give the same tables, to the last bit: on another day, in another folder, by another version, for other reports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.flows.conftest import Place
from warehouse.published import query_published
from warehouse.table_hash import content_hash, read_content_hash

HASHES = "FROM meta.table_hash ORDER BY table_name"
# DuckDB takes as many threads as there are processors; there is no setting of the environment for it.
# Another commit of the code differs by its hash, and so in every key under which frames are kept.
BY_ANOTHER_VERSION_WITH_ONE_THREAD = """
import duckdb
import flows.code_version
flows.code_version.code_version = lambda: "99.0"
connect = duckdb.connect
def with_one_thread(*place, **options):
    connection = connect(*place, **options)
    if place == (":memory:",):
        connection.execute("SET threads = 1")
    return connection
duckdb.connect = with_one_thread
from flows.command import main
main(["run", "--as-of", "2031-02-03"])
"""
ELSEWHERE = {
    "POLARS_MAX_THREADS": "1",
    "PYTHONHASHSEED": "7",
    "CARTROVE_SMALLEST_COUNT": "5",
    "CARTROVE_LANGUAGE": "zh",
    "CARTROVE_TIMEZONE": "Pacific/Pago_Pago",
    "TZ": "Asia/Tokyo",
}


def test_the_same_inputs_give_the_same_tables_on_another_day_by_another_version_with_other_threads(
    place: Place, tmp_path: Path
) -> None:
    assert place.run() is None
    elsewhere = Place(tmp_path / "elsewhere" / "studies", tmp_path / "elsewhere" / "var")
    for path in sorted(place.studies.rglob("*"), reverse=True):
        if path.is_file():
            target = elsewhere.studies / path.relative_to(place.studies)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    places = {"CARTROVE_STUDIES": str(elsewhere.studies), "CARTROVE_WORKSPACE": str(elsewhere.workspace)}
    done = subprocess.run(
        [sys.executable, "-c", BY_ANOTHER_VERSION_WITH_ONE_THREAD],
        env={**os.environ, **ELSEWHERE, **places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    other = elsewhere.settings.published.parent / "snapshots" / "as_of_2031-02-03.duckdb"
    here, there = (query_published(path, HASHES) for path in (place.settings.published, other))
    assert here.filter(of_the_run=False).rows() == there.filter(of_the_run=False).rows()
    assert content_hash(here) == read_content_hash(other)
    keys = "SELECT build_key FROM meta.study UNION SELECT staging_key FROM meta.source_file"
    assert not {*place.query(keys)["build_key"]} & {*query_published(other, keys)["build_key"]}
