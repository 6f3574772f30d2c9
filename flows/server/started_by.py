"""Who started a run, as the run log keeps it: the schedule, a person at the interface or the command line, an automation.

Prefect's own server knows no users. What it keeps is how a run was asked for: whether the scheduler made it, and the
message of its first state.
"""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Scheduled

from flows.night.asked import at_command_line, user_name

RERUN_TAG = "rerun"
ASKED_FOR = "Asked for with `cartrove rerun` by "
TRIED_AGAIN_AT_UI = "Retry from the UI"
ASKED_STATES = ("Scheduled", "AwaitingRetry")


def who_started(run: FlowRun | None) -> str:
    """In words: "schedule", "ui", "automation <name>", "api", "command line (<user>)"."""
    if run is None or run.deployment_id is None:
        return at_command_line().started_by
    if run.created_by and run.created_by.type == "AUTOMATION":
        return f"automation {run.created_by.display_value}"
    with get_client(sync_client=True) as client:
        states = client.read_flow_run_states(run.id)
    asked = [state.message for state in states if state.name in ASKED_STATES and state.message is not None]
    if TRIED_AGAIN_AT_UI in asked:
        return "ui"
    if run.auto_scheduled:
        return "schedule"
    for message in asked:
        if message.startswith(ASKED_FOR):
            return f"command line ({message.removeprefix(ASKED_FOR)})"
    # The interface always gives a message: what was typed there, or none, which is an empty one. Programs give null.
    return "ui" if asked else "api"


def asked_by_command() -> State[None]:
    """The first state of a run that the command asks for; it names the user."""
    return Scheduled(message=f"{ASKED_FOR}{user_name()}")
