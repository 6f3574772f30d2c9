"""The night asks for decisions: for each publication that waits a run with a form, and none for what no longer waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.history.holds import Hold, log_asked, waiting_holds
from flows.night.night import Night
from flows.server.past_runs import not_ended
from flows.server.this_run import flow_run

PUBLICATION, DEPLOYMENT = "publication", "publication/cartrove"


def ask_for_decisions(night: Night) -> list[str]:
    """Have a form for each publication that waits, where the run is the server's own. Gives the studies newly asked about.

    Elsewhere nobody would begin the run of the form: `cartrove publish` decides there.
    """
    run = flow_run()
    if run is None or run.deployment_id is None or night.snapshot:
        return []
    waiting = waiting_holds(night.settings)
    with get_client(sync_client=True) as client:
        forms = _open_forms(client)
        asked = [_question_of(form.parameters) for form in forms]
        for form in forms:
            if _question_of(form.parameters) not in [_question(hold) for hold in waiting]:
                state: State[Any] = Cancelled(
                    message="no longer asked: it was decided, its time has passed, or other tables came"
                )
                client.set_flow_run_state(form.id, state, force=True)
        new = [hold for hold in waiting if _question(hold) not in asked]
        return [hold.study_id for hold in new if _ask(client, night, hold)]


def _ask(client: SyncPrefectClient, night: Night, hold: Hold) -> bool:
    """Have the worker begin a run for the form; a server whose `cartrove up` was not started anew does not know it yet."""
    try:
        deployment = client.read_deployment_by_name(DEPLOYMENT)
    except ObjectNotFound:
        return False
    form = client.create_flow_run_from_deployment(deployment.id, parameters=_question(hold))
    until = datetime.now(UTC) + timedelta(hours=hold.answer_hours)
    log_asked(night.settings, night.run_id, hold, until, str(form.id))
    return True


def _open_forms(client: SyncPrefectClient) -> list[FlowRun]:
    of_flow = FlowFilter(name=FlowFilterName(any_=[PUBLICATION]))
    return client.read_flow_runs(flow_filter=of_flow, flow_run_filter=FlowRunFilter(state=not_ended()))


def _question(hold: Hold) -> dict[str, str]:
    return {"study": hold.study_id, "candidate": hold.candidate}


def _question_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(parameters.get(name, "")) for name in ("study", "candidate")}
