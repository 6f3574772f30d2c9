"""What the Prefect server itself tells of: a run that was killed, or one that nobody began.

A run tells its own news (flows.news.tell). What it can't tell of is its own death, and a night that never began because no
worker was there; the server sees both, and sends the blocks of CARTROVE_NOTIFY a message of its own.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound

from flows.server.mail import MailServer
from flows.server.past_runs import NIGHT
from flows.settings import Settings

NAME = "cartrove: a run was killed or did not begin"
SUBJECT = "Cartrove: {{ flow_run.name }} {{ flow_run.state.name | lower }}"
BODY = """The run {{ flow_run.name }} is {{ flow_run.state.name | lower }}.

Crashed: it was killed on the way; the last night stays published. Late: no worker has begun it; see that `cartrove up` runs.

Run: {{ flow_run | ui_url }}
"""


def register_automation(settings: Settings) -> list[str]:
    """Have the server tell the configured blocks of crashed and late runs. Gives the names of blocks it does not know.

    The automation is made anew each time, so that it follows the setting; one that an administrator made stays.
    """
    with get_client(sync_client=True) as client:
        MailServer.register_type_and_schema()  # type: ignore[unused-coroutine]
        for automation in client.read_automations_by_name(NAME):
            client.delete_automation(automation.id)
        known = {receiver: _block_id(client, receiver) for receiver in settings.receivers}
        actions = [SendNotification(block_document_id=i, subject=SUBJECT, body=BODY) for i in known.values() if i]
        if actions:
            client.create_automation(AutomationCore(name=NAME, trigger=_trigger(), actions=list(actions)))
    return [receiver for receiver, block in known.items() if block is None]


def _block_id(client: SyncPrefectClient, receiver: str) -> UUID | None:
    slug, _, name = receiver.partition("/")
    try:
        return client.read_block_document_by_name(name, slug).id
    except ObjectNotFound:
        return None


def _trigger() -> EventTrigger:
    """A run of the night entered one of the two states; studies within it are the night's own business."""
    return EventTrigger(
        expect={"prefect.flow-run.Crashed", "prefect.flow-run.Late"},
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": NIGHT}),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
