"""Where the tasks of a study run: threads of this machine, or a Dask cluster, by the setting CARTROVE_DASK.

The work is the same functions on the same arguments either way, so the tables are the same row for row.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from schemas.errors import RunFailed, UsageError

LOCAL = "local"
THREADS = 4
CONNECT_SECONDS = 30


@contextmanager
def open_cluster(dask: str) -> Iterator[str]:
    """The address of the Dask scheduler for the time of a night: a cluster of this machine's processors for `local`; empty without Dask.

    Raises
    ------
    UsageError: Dask is asked for and is not installed.
    RunFailed: no scheduler answers at the address.
    """
    if not dask:
        yield ""
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("CARTROVE_DASK is set, and Dask is not installed: uv sync --extra dask") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if dask == LOCAL:
        # What a worker logs of a task that broke would quote its arguments, which are frames.
        with LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=min(os.cpu_count() or 1, THREADS), threads_per_worker=1, dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster:  # fmt: skip
            yield str(cluster.scheduler_address)
        return
    try:
        Client(dask, timeout=CONNECT_SECONDS, set_as_default=False).close()  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise RunFailed(f"no Dask scheduler answers at {dask}: start it, or correct CARTROVE_DASK") from None
    yield dask


def task_runner(scheduler: str) -> TaskRunner[Any]:
    """The task runner for the scheduler at an address; threads where there is none."""
    if not scheduler:
        return ThreadPoolTaskRunner(max_workers=THREADS)  # type: ignore[return-value]
    from prefect_dask.task_runners import DaskTaskRunner

    return DaskTaskRunner(address=scheduler)
