"""The nightly deployment on a Prefect server: registered from prefect.yaml, asked for a run, waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.server.silent_runs import watch_runs
from flows.server.started_by import RERUN_TAG, asked_by_command
from flows.settings import REPOSITORY
from schemas.errors import RunFailed, UsageError

DEPLOYMENT = "nightly/cartrove"
WORK_POOL = "cartrove"
ASK_EVERY_SECONDS = 2
REFUSED = (401, 403)
WHEN_REFUSED = "set PREFECT_API_AUTH_STRING to the server's; `cartrove up` keeps its own in <workspace>/server/password"


def register(log: Path) -> str:
    """Register work pool and deployment of prefect.yaml, as `prefect deploy` does. Gives the deployment's name.

    Raises
    ------
    RunFailed: Prefect refuses it; its words are in the log.
    """
    with get_client(sync_client=True) as client:
        _have_work_pool(client)
        watch_runs(client)
    with log.open("ab") as file:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            check=False,
        )
    if done.returncode:
        raise RunFailed(f"the deployment {DEPLOYMENT} could not be registered; see {log}")
    return DEPLOYMENT


def _have_work_pool(client: SyncPrefectClient) -> None:
    """Create the pool where there is none; one that an administrator has changed stays as it is."""
    from prefect.workers.process import ProcessWorker

    template = job_template()
    try:
        client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process", base_job_template=template))
    except ObjectAlreadyExists:
        # One of an earlier version let whoever reached the server run a command as this user.
        if client.read_work_pool(WORK_POOL).base_job_template == ProcessWorker.get_default_base_job_template():
            client.update_work_pool(WORK_POOL, WorkPoolUpdate(base_job_template=template))


def job_template() -> dict[str, Any]:
    """How the worker starts a run: as Prefect does, but nobody can hand it a command, variables or a folder of his own."""
    from prefect.workers.process import ProcessWorker

    template = deepcopy(ProcessWorker.get_default_base_job_template())
    for part in (template["job_configuration"], template["variables"]["properties"]):
        for name in ("command", "env", "working_dir"):
            part.pop(name, None)
    return template


def last_report_of_worker() -> datetime | None:
    """When a worker of the pool last told the server that it is there."""
    with get_client(sync_client=True) as client:
        workers = client.read_workers_for_work_pool(WORK_POOL)
    return max((worker.last_heartbeat_time for worker in workers if worker.last_heartbeat_time), default=None)


def ask_for_run(parameters: Mapping[str, Any]) -> tuple[UUID, str]:
    """Ask the server for a run of the deployment with these parameters. Gives the run's id and where to see it.

    Raises
    ------
    UsageError: no server answers, it refuses the password, or it does not know the deployment.
    """
    url = os.environ["PREFECT_API_URL"]
    with server_that_answers(), get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(DEPLOYMENT)
        run = client.create_flow_run_from_deployment(
            deployment.id, parameters=dict(parameters), state=asked_by_command(), tags=[RERUN_TAG]
        )
    return run.id, f"{url.removesuffix('/api')}/runs/flow-run/{run.id}"


def wait_for_run(run_id: UUID, say: Callable[[str], None]) -> tuple[bool, str]:
    """Wait until a run has ended. Gives whether it was completed, and its last state in words."""
    said_so = False
    with server_that_answers(), get_client(sync_client=True) as client:
        while True:
            state = client.read_flow_run(run_id).state
            if state is not None and state.is_final():
                return state.is_completed(), f"{state.name}: {state.message}" if state.message else str(state.name)
            if state is not None and state.name == "AwaitingConcurrencySlot" and not said_so:
                say("another run is working; this one begins when it has ended")
                said_so = True
            time.sleep(ASK_EVERY_SECONDS)


@contextmanager
def server_that_answers() -> Iterator[None]:
    """What a server says no with, as a sentence.

    Raises
    ------
    UsageError: none answers, it refuses the password, or it does not know the deployment.
    """
    url = os.environ.get("PREFECT_API_URL")
    try:
        yield
    except ObjectNotFound:
        raise UsageError(f"the server at {url} has no deployment {DEPLOYMENT}: start `cartrove up`") from None
    except httpx.TransportError as error:
        raise UsageError(f"no Prefect server answers at {url} ({type(error).__name__}): start `cartrove up`") from None
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        how = WHEN_REFUSED if code in REFUSED else "see the server's log"
        raise UsageError(f"the Prefect server at {url} answers {code} {error.response.reason_phrase}: {how}") from None
