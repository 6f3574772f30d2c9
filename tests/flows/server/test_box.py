"""`cartrove up`: what it starts it ends, and it tells what happened."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx

from schemas.errors import RunFailed, UsageError
from tests.flows.server.conftest import CHILDREN, Box, held_open, wait_until
from tests.flows.server.test_runs import running_night


def test_a_newcomer_is_told_where_everything_is(box: Box) -> None:
    assert box.said.splitlines() == [
        f"password  kept in {box.root / 'var' / 'server' / 'password'}, readable by you alone",
        f"server    {box.url}",
        "nightly   nightly/cartrove",
        f"worker    ready, one run at a time; its log is {box.root / 'var' / 'server' / 'worker.log'}",
    ]


def test_the_interface_that_loads_parts_from_elsewhere_is_not_served(box: Box) -> None:
    page = {"headers": {"Accept": "text/html"}, "timeout": 30}
    known = httpx.get(f"{box.url}/ui-settings", **page).json()
    assert (known["available_uis"], known["default_ui"], known["v2_base_url"]) == (["v1"], "v1", None)
    for asked in ("/v2/", "/v2/runs"):
        answer = httpx.get(f"{box.url}{asked}", **page)
        assert answer.is_redirect and not answer.headers["location"].startswith("/v2")


def test_a_taken_port_is_wrong_usage(box: Box, tmp_path: Path) -> None:
    done = box.command("up", "--port", str(box.port), PREFECT_API_URL="", CARTROVE_WORKSPACE=str(tmp_path))
    assert done.returncode == UsageError.exit_code
    assert done.stderr.startswith(f"cartrove: 127.0.0.1:{box.port} can't be used")
    assert "Another port: --port" in done.stderr


def test_a_server_that_dies_ends_the_box_which_names_its_log(box: Box, tmp_path: Path) -> None:
    database = "sqlite+aiosqlite:////no/such/folder/prefect.db"
    done = box.command(
        "up",
        "--port",
        "0",
        PREFECT_API_URL="",
        CARTROVE_WORKSPACE=str(tmp_path),
        PREFECT_API_DATABASE_CONNECTION_URL=database,
    )
    assert done.returncode == RunFailed.exit_code
    assert f"the server ended by itself with exit code 3; see {tmp_path / 'server' / 'server.log'}" in done.stderr


def test_a_worker_that_dies_ends_its_box_and_what_was_cut_is_shown_at_the_next_start(box: Box, tmp_path: Path) -> None:
    cut = running_night(box)
    with held_open(box.root, "worker_only.out", **beside(box, tmp_path)) as up:
        out = box.root / "worker_only.out"
        wait_until(lambda: "worker  " in out.read_text("utf-8") or up.poll() is not None)
        os.kill(child_of(up.pid, "worker"), signal.SIGKILL)
        assert up.wait(60) == RunFailed.exit_code
        said = out.read_text("utf-8")
    assert "killed on the way; the next run starts afresh" in said
    assert f"the worker ended by itself with exit code -9; see {tmp_path / 'server' / 'worker.log'}" in said
    assert box.state(cut)["name"] == "Crashed"


def test_a_box_that_is_told_to_stop_leaves_no_process(box: Box, tmp_path: Path) -> None:
    with held_open(box.root, "stopped.out", **beside(box, tmp_path)) as up:
        out = box.root / "stopped.out"
        wait_until(lambda: "worker  " in out.read_text("utf-8") or up.poll() is not None)
        worker = child_of(up.pid, "worker")
        up.send_signal(signal.SIGINT)
        assert up.wait(60) == 0
    assert "stopping" in out.read_text("utf-8")
    assert not Path(f"/proc/{worker}").exists()


def test_without_a_server_a_rerun_says_how_to_have_one(box: Box) -> None:
    done = box.command("rerun", "--study", CHILDREN, PREFECT_API_URL="")
    assert done.returncode == UsageError.exit_code
    assert "PREFECT_API_URL is not set: start `cartrove up`" in done.stderr
    done = box.command("rerun", "--study", CHILDREN, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == UsageError.exit_code
    assert "no Prefect server answers at http://127.0.0.1:9/api" in done.stderr


def beside(box: Box, workspace: Path) -> dict[str, str]:
    """Variables of a worker with another workspace, which has to be told the password."""
    named = {"PREFECT_API_URL": f"{box.url}/api", "PREFECT_API_AUTH_STRING": box.password}
    return {**named, "CARTROVE_WORKSPACE": str(workspace)}


def child_of(pid: int, word: str) -> int:
    """The child of a process whose command has a word."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return next(
        child for child in children if word.encode() in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
    )
