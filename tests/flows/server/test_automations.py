"""What the Prefect server tells by itself: of a run that was killed, not of one that ended."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.runs.local_server import _free_port, wait_until_ready
from flows.settings import Settings
from tests.flows.receivers import Webhook, webhook

WAIT_SECONDS = 60


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A webhook that is a block of a server with all its services."""
    port = str(_free_port())
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", port]
    with (tmp_path / "server.log").open("wb") as log, webhook() as inbox:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until_ready()
            from prefect.settings import PREFECT_API_URL, temporary_settings

            with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
                from prefect.blocks.notifications import CustomWebhookNotificationBlock

                template = {"subject": "{{subject}}", "body": "{{body}}"}
                CustomWebhookNotificationBlock(name="x", url=inbox.url, json_data=template).save("keeper")
                yield inbox
        finally:
            server.terminate()
            server.wait(30)


def test_a_killed_night_is_told_once_and_a_finished_one_or_its_study_is_not(receiver: Webhook) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Crashed, Running

    from flows.server.automations import register_automation

    settings = Settings(notify="custom-webhook/keeper, custom-webhook/nosuch")
    for _ in range(2):
        assert register_automation(settings) == ["custom-webhook/nosuch"]

    @flow(name="nightly")
    def night() -> None:
        """Stand for the night on the server."""

    @flow(name="study-flow")
    def study() -> None:
        """Stand for a study."""

    with get_client(sync_client=True) as client:
        for work, name, end in (
            (study, "study killed", Crashed()),
            (night, "night done", Completed()),
            (night, "night killed", Crashed()),
        ):
            run = client.create_flow_run(work, name=name)
            client.set_flow_run_state(run.id, Running())
            client.set_flow_run_state(run.id, end)
    messages = _wait_for_messages(receiver)
    assert [message["subject"] for message in messages] == ["Cartrove: night killed crashed"]
    assert "it was killed on the way; the last night stays published" in messages[0]["body"]


def _wait_for_messages(receiver: Webhook) -> list[dict[str, Any]]:
    """What came within a while, and a little longer, for a message too many."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not receiver.received and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)
    return receiver.received
