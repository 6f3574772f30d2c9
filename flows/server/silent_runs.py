"""A run that stays silent, or that was claimed and never began, is shown as crashed, by the server itself: so a run whose whole
machine is gone does not stand there for ever and keep the only slot.

Runs send a heartbeat; an automation on the server waits for the next one. Another waits for a claimed run to begin. Each is
registered once and found by its name in the interface, where an administrator may change or switch it off.
"""

from __future__ import annotations

from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture

SILENT, NEVER_BEGAN = "Runs that fell silent have crashed", "Runs that were claimed and never began have crashed"
# Long enough for a restart of the server, during which heartbeats are lost.
SILENT_FOR = timedelta(minutes=5)
# A worker starts a process, which imports for some seconds.
CLAIMED_FOR = timedelta(minutes=10)

HEARTBEAT = "heartbeat"
ENDS = ("Completed", "Failed", "Cancelled", "Crashed")
# A run that waits for a person has no process, and sends nothing.
RESTS = ("Paused", "Suspended")
CLAIMED = ("Pending", "Submitting", "InfrastructurePending")
# Begun, or waiting for its turn again, when it holds no slot.
BEGINS = ("Running", "Retrying", "Resuming", *RESTS)
WAITS = ("Scheduled", "Late", "AwaitingRetry", "AwaitingConcurrencySlot")


def watch_runs(client: SyncPrefectClient, *, silent: timedelta = SILENT_FOR, claimed: timedelta = CLAIMED_FOR) -> None:
    """Register each automation where there is none.

    Parameters
    ----------
    silent: time without heartbeat after which a run has crashed.
    claimed: time a run may take from being claimed by a worker to its beginning.
    """
    _have(
        client, SILENT, f"No heartbeat of a run for {silent}: its machine is gone. The next run starts afresh.",
        _within(silent, (HEARTBEAT,), (HEARTBEAT, *ENDS, *RESTS)), "no sign of life; its machine was stopped",
    )  # fmt: skip
    _have(
        client, NEVER_BEGAN, f"A run was claimed and did not begin in {claimed}: its slot is free for the next.",
        _within(claimed, CLAIMED, (HEARTBEAT, *BEGINS, *WAITS, *ENDS)),
        "claimed by a worker and never begun; the worker was stopped, or could start no process",
    )  # fmt: skip


def _have(client: SyncPrefectClient, name: str, description: str, trigger: EventTrigger, message: str) -> None:
    if found := client.read_automations_by_name(name):
        _expect_too(client, found[0], trigger.expect)
        return
    crashed = ChangeFlowRunState(state=StateType.CRASHED, message=message)
    client.create_automation(AutomationCore(name=name, description=description, trigger=trigger, actions=[crashed]))


def _expect_too(client: SyncPrefectClient, found: Automation, expected: set[str]) -> None:
    """Have an automation of an earlier version, or one that somebody changed, expect what runs may do by now."""
    trigger = found.trigger
    if not isinstance(trigger, EventTrigger) or expected <= trigger.expect:
        return
    wider = trigger.model_copy(update={"expect": trigger.expect | expected})
    settings = {name: getattr(found, name) for name in ("name", "description", "enabled", "actions")}
    client.update_automation(found.id, AutomationCore(trigger=wider, **settings))


def _within(time: timedelta, after: tuple[str, ...], expected: tuple[str, ...]) -> EventTrigger:
    """Of each run: one of some events, and none of those expected in the time after it."""
    return EventTrigger(
        after={f"prefect.flow-run.{name}" for name in after},
        expect={f"prefect.flow-run.{name}" for name in expected},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},  # type: ignore[arg-type]
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=time,
    )
