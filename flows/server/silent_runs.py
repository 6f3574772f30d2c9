"""A run that stays silent is shown as crashed, by the server itself: so a run whose whole machine is gone does not
stand there as running for ever.

Runs send a heartbeat; an automation on the server waits for the next one. It is registered once and found by its name
in the interface, where an administrator may change or switch it off.
"""

from __future__ import annotations

from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

AUTOMATION = "Runs that fell silent have crashed"
# Long enough for a restart of the server, during which heartbeats are lost.
SILENT = timedelta(minutes=5)
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDS = ("Completed", "Failed", "Cancelled", "Crashed")


def watch_heartbeats(client: SyncPrefectClient) -> None:
    """Register the automation where there is none."""
    if client.read_automations_by_name(AUTOMATION):
        return
    ended = {f"prefect.flow-run.{state}" for state in ENDS}
    client.create_automation(
        AutomationCore(
            name=AUTOMATION,
            description=f"No heartbeat of a run for {SILENT}: its machine is gone. The next run starts afresh.",
            trigger=EventTrigger(
                after={HEARTBEAT},
                expect={HEARTBEAT, *ended},
                match={"prefect.resource.id": ["prefect.flow-run.*"]},  # type: ignore[arg-type]
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=SILENT,
            ),
            actions=[ChangeFlowRunState(state=StateType.CRASHED, message="no sign of life; its machine was stopped")],
        )
    )
