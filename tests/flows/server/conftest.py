"""One box, `cartrove up`, for all tests of the service; they ask its server as any client does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.settings import REPOSITORY

CHILDREN = "pan2020_seq1922_paed"
PATIENCE_SECONDS = 400
# A run that fails as soon as it has begun.
NOTHING = {"studies": [CHILDREN], "sites": ["elsewhere"]}


@dataclass(frozen=True)
class Box:
    """Studies, a workspace, and the process of `cartrove up`."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self.root / "up.out").read_text("utf-8")

    @property
    def password(self) -> str:
        return (self.root / "var" / "server" / "password").read_text("utf-8").strip()

    def command(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """A cartrove command of somebody whose PREFECT_API_URL names this box; it finds the password in the workspace."""
        environment = environment_of(self.root, **{"PREFECT_API_URL": f"{self.url}/api", **changes})
        return subprocess.run(cartrove(*words), env=environment, capture_output=True, text=True)

    def start(self, **body: object) -> str:
        """Have the server start a run, as any program may; gives its id."""
        return str(self.api("POST", f"deployments/{self.deployment['id']}/create_flow_run", body)["id"])

    def api(self, method: str, path: str, body: object = None) -> Any:
        """What the server answers. One that is busy with a night says 503 for a while, as its database has one writer: it is asked again."""
        user, _, secret = self.password.partition(":")
        asked_until = time.monotonic() + PATIENCE_SECONDS / 4
        while True:
            answer = httpx.request(method, f"{self.url}/api/{path}", json=body, timeout=120, auth=(user, secret))
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > asked_until:
                break
            time.sleep(2)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def state(self, run_id: str) -> dict[str, Any]:
        return dict(self.api("GET", f"flow_runs/{run_id}")["state"])

    def wait(self, run_id: str, *names: str) -> dict[str, Any]:
        """The state of a run as soon as it is one of those named."""
        wait_until(lambda: self.state(run_id)["name"] in names)
        return self.state(run_id)

    def runs(self, flow: str, *names: str) -> list[dict[str, Any]]:
        """The runs of a flow in one of these states."""
        of_state = {"state": {"name": {"any_": list(names)}}} if names else {}
        return list(self.api("POST", "flow_runs/filter", {"flows": {"name": {"any_": [flow]}}, "flow_runs": of_state}))

    @property
    def deployment(self) -> dict[str, Any]:
        return dict(self.api("GET", "deployments/name/nightly/cartrove"))

    def last_run(self) -> dict[str, Any]:
        lines = (self.root / "var" / "log" / "runs.jsonl").read_text("utf-8").splitlines()
        return dict(json.loads(lines[-1]))


@pytest.fixture(scope="session")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    root = tmp_path_factory.mktemp("box")
    shutil.copytree(REPOSITORY / "studies" / CHILDREN, root / "studies" / CHILDREN)
    # A site of another study, which the form offers too.
    (root / "studies" / "other" / "sites").mkdir(parents=True)
    (root / "studies" / "other" / "sites" / "elsewhere.yaml").write_text("")
    with open_box(root) as box:
        yield box


@contextmanager
def open_box(root: Path) -> Iterator[Box]:
    """The box of a folder with studies, once its worker is there."""
    port = free_port()
    with held_open(root, "up.out", "--port", str(port)) as process:
        box = Box(root, port, process)
        wait_until(lambda: "worker" in box.said or process.poll() is not None)
        assert process.poll() is None, box.said
        skip_tonight(box)
        yield box


def skip_tonight(box: Box) -> None:
    """Cancel the scheduled night where these tests are run at its hour: it would come between their runs."""
    now = datetime.now(UTC)
    soon = {"start_time": now.isoformat(), "end_time": (now + timedelta(hours=1)).isoformat(), "min_runs": 1}
    box.api("POST", f"deployments/{box.deployment['id']}/schedule", {**soon, "max_runs": 1})
    for run in box.runs("nightly", "Scheduled"):
        if datetime.fromisoformat(run["expected_start_time"]) < now + timedelta(hours=1):
            box.api("POST", f"flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})


@contextmanager
def held_open(root: Path, out: str, *words: str, **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """`cartrove up`, told to end with the block."""
    with (root / out).open("wb") as said:
        process = subprocess.Popen(
            cartrove("up", *words), env=environment_of(root, **changes), stdout=said, stderr=said
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def cartrove(*words: str) -> list[str]:
    return [sys.executable, "-m", "flows.command", *words]


def environment_of(root: Path, **changes: str) -> dict[str, str]:
    """The environment of a user, without what other tests have set for this process."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CARTROVE_"))}
    own = {"CARTROVE_WORKSPACE": str(root / "var"), "CARTROVE_STUDIES": str(root / "studies")}
    return {**clean, "PYTHONUNBUFFERED": "1", **own, **changes}


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.25)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
