"""Who started a run, as the run log keeps it: the schedule, a person at the interface or the command line, an automation.

Prefect's own server knows no users. What it keeps is how a run was asked for: whether the scheduler made it, the tag
of `cartrove rerun`, and the message of the state the interface gives it.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Scheduled

RERUN_TAG = "rerun"
ASKED_FOR = "Asked for with `cartrove rerun` by "
# What Prefect's interface writes into the state of a run that is started, or tried again, there.
FROM_UI = ("Run from the Prefect UI", "Retry from the UI")


def who_started(run: FlowRun | None) -> str:
    """In words: "schedule", "ui", "automation <name>", "api", "command line (<user>)"."""
    if run is None or run.deployment_id is None:
        return f"command line ({user_name()})"
    if run.created_by and run.created_by.type == "AUTOMATION":
        return f"automation {run.created_by.display_value}"
    with get_client(sync_client=True) as client:
        asked = list(_messages(client.read_flow_run_states(run.id)))
    # Last word first: a scheduled night may have been tried again by somebody.
    for message in reversed(asked):
        if message.startswith(ASKED_FOR):
            return f"command line ({message.removeprefix(ASKED_FOR)})"
        if message.startswith(FROM_UI):
            return "ui"
    return "schedule" if run.auto_scheduled else "api"


def asked_by_command() -> State[None]:
    """The first state of a run that the command asks for; it names the user."""
    return Scheduled(message=f"{ASKED_FOR}{user_name()}")


def user_name() -> str:
    """The user of the operating system, whom a container need not know by name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"


def _messages(states: Iterable[State[object]]) -> Iterable[str]:
    wanted = sorted((state for state in states if state.type == StateType.SCHEDULED), key=lambda state: state.timestamp)
    return (state.message for state in wanted if state.message)
