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
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Cancelled, Crashed

from flows.one_run import hold_workspace
from flows.settings import Settings
from schemas.errors import RunBusy

OWN_FLOWS = ("nightly", "study-flow")
BEGUN = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


def close_dead_runs(settings: Settings) -> list[str]:
    """Have the server show as crashed what was killed together with its worker, which could not tell of it.

    Called before the worker starts. Who holds the workspace is alive, so nothing is touched while it is held.
    Gives the names of the nights closed.
    """
    try:
        with hold_workspace(settings.workspace), get_client(sync_client=True) as client:
            dead = client.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=list(OWN_FLOWS))),
                flow_run_filter=FlowRunFilter(state=_in_state(BEGUN)),
            )
            for run in dead:
                client.set_flow_run_state(
                    run.id, Crashed(message="killed on the way; the published night is untouched")
                )
    except RunBusy:
        return []
    return [run.name for run in dead if run.parent_task_run_id is None]


def cancel_missed(client: SyncPrefectClient, run: FlowRun) -> list[UUID]:
    """Cancel the scheduled runs that are due beside this one, since this one does what they would have done.

    Parameters
    ----------
    run: the scheduled run that has just begun.

    Gives the cancelled runs' ids.
    """
    due = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]) if run.deployment_id else None,
            state=_in_state([StateType.SCHEDULED]),
            expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC)),
        )
    )
    missed = [other.id for other in due if other.auto_scheduled and other.id != run.id]
    for other in missed:
        client.set_flow_run_state(other, Cancelled(message=f"missed; the run {run.name} does its work"))
    return missed


def _in_state(types: Sequence[StateType]) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))
