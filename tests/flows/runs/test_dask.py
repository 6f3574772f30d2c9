"""A study on a Dask cluster: other processes do the work, and every table is the same."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from distributed import Client, LocalCluster
from polars.testing import assert_frame_equal

from schemas.errors import RunFailed
from tests.flows.conftest import Place, make_place

SALVAGE = "pan2019_cd22_salvage"
# When and by whom the file was built, which is another moment.
OF_THE_RUN = {("meta", "run")}
HASHES = ("meta", "table_hash")


def test_a_cluster_stages_and_refits_and_every_table_is_the_same_row_for_row(
    prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place(tmp_path, monkeypatch, (SALVAGE,))
    assert place.run() is None
    threads = _tables(place)
    # The workers have the environment of the moment they are started in.
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("CARTROVE_DASK", cluster.scheduler_address)
        assert place.run(force=True) is None
        assert {"stage", "resample"} <= set(cluster.scheduler.task_prefixes)
    dask = _tables(place)
    assert set(dask) == set(threads)
    assert threads[("results", "analysis")].filter(section="fragility").height > 5
    for name in set(threads) - OF_THE_RUN:
        assert_frame_equal(dask[name], threads[name], check_exact=True)


def test_a_cluster_of_this_machine_is_there_for_the_time_of_a_night(prefect_server: None) -> None:
    # Prefect reads its settings when it is imported, so not before its server is there.
    from flows.runs.task_runners import open_cluster

    with open_cluster("local") as address, Client(address, set_as_default=False) as client:
        assert client.submit(os.getpid).result() != os.getpid()
    with pytest.raises(OSError), Client(address, timeout=1, set_as_default=False):
        """Nobody is left to answer."""


def test_an_address_where_no_scheduler_is_fails_the_run_in_words(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_DASK", "tcp://127.0.0.1:9")
    monkeypatch.setattr("flows.runs.task_runners.CONNECT_SECONDS", 1)
    failure = place.run()
    assert isinstance(failure, RunFailed)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9: start it, or correct CARTROVE_DASK" in str(failure)


def _tables(place: Place) -> dict[tuple[str, str], pl.DataFrame]:
    """Every table; of the hashes of tables those of the content, since the run itself is another one."""
    names = place.query("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").rows()
    tables = {(schema, name): place.query(f'FROM "{schema}"."{name}" ORDER BY ALL') for schema, name in names}
    return tables | {HASHES: tables[HASHES].filter(~pl.col("of_the_run"))}
