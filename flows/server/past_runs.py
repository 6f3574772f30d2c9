"""What becomes of runs that were killed, and of nights that were missed while the server was off.

Both follow from what a run is: it reads all exports there are. So a killed run is made good by the next one, and one
run makes good all nights that were missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from flows.runs.one_run import hold_workspace
from flows.settings import Settings
from schemas.errors import RunBusy

NIGHT, STUDY = "nightly", "study-flow"
BEGUN = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


def close_dead_runs(settings: Settings) -> list[str] | None:
    """Have the server show as crashed what was killed together with its worker, which could not tell of it.

    Called before the worker starts. Gives the names of the nights closed; None where a run is alive in the workspace,
    and nothing was touched.
    """
    try:
        with hold_workspace(settings.workspace), get_client(sync_client=True) as client:
            # Without a deployment it is somebody's `cartrove run`, perhaps in another workspace.
            dead = [run for run in _begun(client, NIGHT) if run.deployment_id]
            _close(client, dead)
            close_dead_studies(client)
            return [run.name for run in dead]
    except RunBusy:
        return None


def close_dead_studies(client: SyncPrefectClient) -> None:
    """Have the server show as crashed the studies of nights that have ended.

    Of a night that is killed while its worker lives, the worker tells; of its studies nobody does.
    """
    _close(client, [run for run in _begun(client, STUDY) if _night_has_ended(client, run)])


def _night_has_ended(client: SyncPrefectClient, study: FlowRun) -> bool:
    if study.parent_task_run_id is None:
        return False
    try:
        night_id = client.read_task_run(study.parent_task_run_id).flow_run_id
        night = client.read_flow_run(night_id) if night_id else None
    except ObjectNotFound:
        return True
    return night is None or night.state is None or night.state.is_final()


def _begun(client: SyncPrefectClient, flow_name: str) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[flow_name])),
        flow_run_filter=FlowRunFilter(state=_in_state(BEGUN)),
    )


def _close(client: SyncPrefectClient, dead: Sequence[FlowRun]) -> None:
    for run in dead:
        client.set_flow_run_state(run.id, Crashed(message="killed on the way; the published night is untouched"))


def cancel_missed(client: SyncPrefectClient, run: FlowRun) -> list[UUID]:
    """Cancel the scheduled runs that are due beside this one, since this one does what they would have done.

    Parameters
    ----------
    run: the scheduled run that has just begun.

    Gives the cancelled runs' ids.
    """
    if not run.auto_scheduled or run.deployment_id is None:
        return []
    scheduled = client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[run.deployment_id])),
        flow_run_filter=FlowRunFilter(state=_in_state([StateType.SCHEDULED])),
    )
    missed = [other.id for other in scheduled if other.auto_scheduled and other.id != run.id and _is_due(other)]
    for other in missed:
        client.set_flow_run_state(other, Cancelled(message=f"missed; the run {run.name} does its work"))
    return missed


def _is_due(run: FlowRun) -> bool:
    """Whether its time has come, or it waits for the run before it, for which it was given a later time."""
    waits = run.state is not None and run.state.name == "AwaitingConcurrencySlot"
    return waits or (run.expected_start_time is not None and run.expected_start_time <= datetime.now(UTC))


def not_ended() -> FlowRunFilterState:
    """Runs that wait or work."""
    return _in_state([*BEGUN, StateType.SCHEDULED, StateType.PAUSED])


def _in_state(types: Sequence[StateType]) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))
