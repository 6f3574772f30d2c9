"""What the Prefect server tells by itself: of a run that was killed or that nobody began, not of one that ended."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.runs.local_server import free_port, wait_until_ready
from flows.settings import Settings
from tests.flows.receivers import Webhook, webhook

WAIT_SECONDS = 60


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A webhook that is a block of a server with all its services."""
    port = str(free_port())
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS", "1")
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS", "1")
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


def test_a_killed_night_and_one_nobody_begins_are_told_once_and_a_finished_one_or_a_study_is_not(
    receiver: Webhook,
) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Crashed, Running, Scheduled

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
        # There is no worker; the server itself calls this run late.
        client.create_flow_run(night, name="night begun by nobody", state=Scheduled())
    told = {message["subject"]: message["body"] for message in _wait_for_messages(receiver, 2)}
    assert len(receiver.received) == len(told)
    assert sorted(told) == ["Cartrove: night begun by nobody late", "Cartrove: night killed crashed"]
    assert "it was killed on the way; the last night stays published" in told["Cartrove: night killed crashed"]
    assert "no worker has begun it" in told["Cartrove: night begun by nobody late"]


def _wait_for_messages(receiver: Webhook, expected: int) -> list[dict[str, Any]]:
    """What came within a while, and a little longer, for a message too many."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(receiver.received) < expected and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)
    return receiver.received
