"""The run of the server that a night is: who asked for it, and what it makes good of runs before it."""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

from flows.night.asked import Asked
from flows.server.past_runs import cancel_missed, close_dead_studies
from flows.server.started_by import who_started


def flow_run() -> FlowRun | None:
    """The Prefect run this is; None outside of one."""
    context = FlowRunContext.get()
    return context.flow_run if context else None


def settle_past_runs() -> None:
    """What was killed is shown as crashed; of the nights missed this run does the work."""
    run = flow_run()
    with get_client(sync_client=True) as client:
        close_dead_studies(client)
        if run is not None:
            cancel_missed(client, run)


def asked_of_server() -> Asked:
    """Who asked for this run; the user of the server is empty where it knows of none, as one without login."""
    run = flow_run()
    by_person = run.created_by if run is not None and not run.auto_scheduled else None
    return Asked(who_started(run), (by_person.display_value or "") if by_person else "")
