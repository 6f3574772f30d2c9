"""Run the nightly flow from the command line, with the server that is set up or with one for this run alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from importlib import import_module
from typing import Any

from flows.faults import faults_without_values, lack_of_the_machine, refuse_without_room
from flows.night.unchanged import finds_nothing_new
from flows.reading import the_readers
from flows.runs.local_server import OwnServer, import_client, local_server, wait_until_ready
from flows.runs.one_run import refuse_while_busy
from flows.runs.stop_signals import stopped_in_order
from flows.settings import Settings
from flows.study_folder import choose_studies
from schemas.errors import CartroveError, RunFailed


def run_night(
    *,
    studies: Sequence[str],
    sites: Sequence[str],
    data_cut: date | None = None,
    as_of: date | None = None,
    force: bool = False,
) -> CartroveError | None:
    """Run the flow; what went wrong comes back instead of being raised, so that the night can be told first.

    Where nothing is new there is no flow: the short way of such a night is logged like any other.

    Raises
    ------
    RunBusy: another run holds the workspace.
    RunStopped: a signal asked for it.
    RunFailed: there is no room to begin, or no server.
    """
    settings = Settings()
    refuse_without_room(settings.workspace)
    with stopped_in_order(), faults_without_values("the start", settings.workspace):
        refuse_while_busy(settings.workspace)
        parameters = {"studies": studies, "sites": sites, "as_of": as_of, "data_cut": data_cut, "force": force}
        if finds_nothing_new(settings, choose_studies(settings, studies), sites, parameters):
            return None
        with local_server(settings.workspace / "prefect") as own:
            return _run(settings, own, parameters)


def _run(settings: Settings, own: OwnServer | None, parameters: dict[str, Any]) -> CartroveError | None:
    if own:
        import_client(own.home)
    from flows.nightly import nightly

    if not settings.published.exists():
        the_readers().start()
        _import_estimators()
    own.wait() if own else wait_until_ready()
    if not settings.verbose:
        _quiet_prefect()
    with without_heartbeats() if own else nullcontext():
        state = nightly(**parameters, return_state=True)
    if state.is_completed():
        return None
    failure = state.result(raise_on_failure=False)
    if isinstance(failure, CartroveError):
        return failure
    return lack_of_the_machine(failure, "the run", settings.workspace) or RunFailed(
        f"the run ended {state.name}: {failure}"
    )


def without_heartbeats() -> AbstractContextManager[object]:
    """Send no heartbeats to a server of our own: it ends with the run, and each flow would wait a second for its last."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})


def _import_estimators() -> None:
    """Import what the first night needs while its server starts: 4 s that the night would wait for otherwise."""
    for name in ("lifelines", "firthmodels", "statsmodels.genmod.generalized_linear_model"):
        import_module(name)


def _quiet_prefect() -> None:
    """Prefect prints a traceback for every failed task; what failed is told at the end, in words."""
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
